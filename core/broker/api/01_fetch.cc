// Fetch, versions 4 to 18 (0 to 3 cannot carry record batches and are not served).
//
// Records are answered as slices of their files. A fetch that finds fewer bytes than min_bytes is parked until a log that
// it reads moves, or max_wait_ms has passed; looking and parking happen in one turn, so nothing falls in between. The
// first partition that has anything gives one batch at least, however large; partitions are served in the order of the
// request, and in a session those that gave something last come last. What has to be fetched from the disk and checked
// first is read by a job; a fetch that has nothing else waits for it even beyond max_wait_ms, for it would find the same
// again.
//
// Sessions as in Kafka (fetch_sessions.h). Errors of a partition are answered at once; topics that nobody knows wait with
// the others.
//
// Not supported: fetching as a follower (replica_id >= 0 is told NOT_LEADER_OR_FOLLOWER); the rack is read and ignored,
// since there is no other replica to send a consumer to; quotas.

#include <algorithm>
#include <utility>
#include <vector>

#include "core/broker/fetch_read.h"
#include "core/broker/fetch_sessions.h"
#include "core/broker/handlers.h"
#include "core/broker/metrics.h"
#include "core/broker/partition_access.h"
#include "core/broker/services.h"
#include "core/model/limits.h"
#include "core/model/settings_handles.h"
#include "core/wire/messages/01_fetch.h"

namespace ottla {
namespace {

using Asked = wire::FetchRequest;
using Answered = wire::FetchResponse;

constexpr int32_t kFullEpoch = 0;    // begins a session
constexpr int32_t kFinalEpoch = -1;  // ends one, or wants none
constexpr wire::Version kTopicIdsSince = 13;
constexpr wire::Version kReplicaStateSince = 15;
constexpr wire::Version kLeaderHintsSince = 16;
constexpr Duration kColdWaitMax = Duration::from_s(30);

// A partition's part of the answer, in the request's arena; its records' slice stands apart.
struct Part {
  FetchItem* item = nullptr;  // of the request, or in the session: nothing is added to it meanwhile
  Answered::Partition answer;
  int64_t size = 0;
};

class Work {
 public:
  Work(Services& services, RequestPtr request, const Asked& asked)
      : services_(&services), request_(std::move(request)), asked_(&asked) {}

  void begin();

 private:
  friend class WaitingFetch;
  enum class Last : uint8_t { no, cold_may_wait, yes };  // whether this attempt must answer

  // False: it was answered.
  bool read_request();
  bool find_session();
  void wake_other(const FetchSession* session);
  [[nodiscard]] std::span<FetchItem> asked_items();
  bool attempt(Last last);
  void add(FetchItem& item, FetchLimits& limits, bool always);
  static void wait(Work&& work, bool for_cold);
  void answer(FetchSession* session);
  void answer_error(ErrorCode error);
  void take_in_small(Part& part, FileSlice& slice);
  std::span<Answered::Topic> group_by_topic(std::span<Part> parts);
  std::span<Answered::NodeEndpoint> add_leader_hints(std::span<Part> parts);

  Services* services_;
  RequestPtr request_;
  const Asked* asked_;
  std::span<FetchItem> items_;  // all of a fetch without a session, or of one that begins one
  int32_t session_id_ = 0;      // of the incremental fetch's
  bool begins_session_ = false;

  // Of an attempt.
  std::span<Part> parts_;
  size_t part_count_ = 0;
  int64_t found_ = 0;
  bool refused_ = false;
  bool something_to_wait_for_ = false;
  bool cold_ = false;
};

class WaitingFetch final : public Parked {
 public:
  WaitingFetch(Work&& work, bool for_cold) : work_(std::move(work)), for_cold_(for_cold) {}
  ~WaitingFetch() override { leave_session(); }

  bool wake(Wake why, LogNumber) override {
    switch (why) {
      case Wake::noticed: {
        if (!work_.request_->open()) return true;
        leave_session();
        const bool late = work_.services_->now >= work_.request_->received() + max_wait();
        if (work_.attempt(late ? Work::Last::cold_may_wait : Work::Last::no)) return true;
        enter_session();
        return false;
      }
      case Wake::deadline:
        leave_session();
        if (!work_.attempt(for_cold_ ? Work::Last::yes : Work::Last::cold_may_wait)) Work::wait(std::move(work_), true);
        return true;
      case Wake::answered:  // another fetch of the session is here
      case Wake::stopping:
        leave_session();
        work_.attempt(Work::Last::yes);
        return true;
    }
    OTTLA_UNREACHABLE("a reason to wake");
  }
  [[nodiscard]] bool only_reads() const override { return true; }
  [[nodiscard]] bool abandoned() const override { return !work_.request_->open(); }

  void parked_as(ParkedId id) {
    id_ = id;
    enter_session();
  }

 private:
  [[nodiscard]] Duration max_wait() const { return Duration::from_ms(std::max(work_.asked_->max_wait_ms, 0)); }
  FetchSession* session() {
    return work_.services_ == nullptr ? nullptr : work_.services_->fetch_sessions->find(work_.session_id_);
  }
  void enter_session() {
    if (FetchSession* its = session(); its != nullptr) its->parked = id_;
  }
  void leave_session() {
    if (FetchSession* its = session(); its != nullptr && its->parked == id_) its->parked = ParkedId(0);
  }

  Work work_;
  ParkedId id_{0};
  bool for_cold_;
};

// --- What is asked

std::span<FetchItem> Work::asked_items() {
  size_t count = 0;
  for (const Asked::Topic& topic : asked_->topics) count += topic.partitions.size();
  const std::span<FetchItem> items(static_cast<FetchItem*>(request_->arena().take(count * sizeof(FetchItem))), count);
  const bool by_id = request_->version() >= kTopicIdsSince;
  size_t at = 0;
  for (const Asked::Topic& topic : asked_->topics) {
    for (const Asked::Partition& partition : topic.partitions) {
      FetchItem item;
      if (by_id) {
        item.topic_id = topic.topic_id;
      } else {
        item.name = topic.topic.view();
      }
      item.index = partition.partition;
      item.size_max = partition.partition_max_bytes;
      item.offset = Offset(partition.fetch_offset);
      item.claimed = LeaderEpoch(partition.current_leader_epoch);
      item.last_fetched = LeaderEpoch(partition.last_fetched_epoch);
      items[at++] = item;
    }
  }
  return items;
}

// Kafka's rules of sessions: 0 begins one, -1 ends one or wants none, anything else goes on with one.
bool Work::read_request() {
  const bool full = asked_->session_epoch == kFullEpoch || asked_->session_epoch == kFinalEpoch;
  items_ = asked_items();
  if (!full) return find_session();
  if (asked_->session_id != 0) {
    // Whoever waits in it is answered first: without its session it would wait in vain.
    wake_other(services_->fetch_sessions->find(asked_->session_id));
    services_->fetch_sessions->remove(asked_->session_id);
  }
  begins_session_ = asked_->session_epoch == kFullEpoch;
  return true;
}

// A fetch of the same session that waits: it answers now. The session may be gone then.
void Work::wake_other(const FetchSession* session) {
  if (session == nullptr || session->parked.value() == 0) return;
  services_->parking->wake(session->parked, Parked::Wake::answered);
}

bool Work::find_session() {
  FetchSessions& sessions = *services_->fetch_sessions;
  wake_other(sessions.find(asked_->session_id));
  FetchSession* session = sessions.find(asked_->session_id);
  if (session == nullptr) {
    answer_error(ErrorCode::fetch_session_id_not_found);
    return false;
  }
  if (session->by_id != (request_->version() >= kTopicIdsSince)) {
    answer_error(ErrorCode::fetch_session_topic_id_error);
    return false;
  }
  if (session->epoch != asked_->session_epoch) {
    answer_error(ErrorCode::invalid_fetch_session_epoch);
    return false;
  }
  session->epoch = session->epoch == INT32_MAX ? 1 : session->epoch + 1;
  session->used = services_->now;
  session_id_ = session->id;
  for (const FetchItem& item : items_) {
    if (!sessions.want(*session, item)) {
      sessions.remove(session_id_);
      answer_error(ErrorCode::fetch_session_id_not_found);
      return false;
    }
  }
  for (const Asked::ForgottenTopic& topic : asked_->forgotten_topics_data) {
    for (const int32_t index : topic.partitions) {
      FetchSession::Key key{.topic_id = {}, .name = {}, .index = index};
      if (session->by_id) {
        key.topic_id = topic.topic_id;
      } else {
        key.name = topic.topic.view();
      }
      sessions.forget(*session, key);
    }
  }
  if (session->size() == 0) {  // nothing is left to go on with
    sessions.remove(session_id_);
    session_id_ = 0;
  }
  return true;
}

void Work::begin() {
  if (!read_request()) return;
  const bool at_once = asked_->max_wait_ms <= 0;
  if (!attempt(at_once ? Last::cold_may_wait : Last::no)) wait(std::move(*this), at_once);
}

// --- An attempt

// Reads what there is, and answers when that is enough, or when it must.
bool Work::attempt(Last last) {
  FetchSession* session = session_id_ != 0 ? services_->fetch_sessions->find(session_id_) : nullptr;
  if (session_id_ != 0 && session == nullptr) {
    answer_error(ErrorCode::fetch_session_id_not_found);
    return true;
  }
  services_->fetch_sessions->slices.clear();
  services_->fetch_sessions->aborted.reset();
  part_count_ = 0;
  found_ = 0;
  refused_ = something_to_wait_for_ = cold_ = false;

  const int32_t replica_id =
      request_->version() >= kReplicaStateSince ? asked_->replica_state.replica_id : asked_->replica_id;
  const int64_t size_max =
      std::min({int64_t{std::max(asked_->max_bytes, 0)}, services_->settings->get(settings::kFetchMaxBytes),
                static_cast<int64_t>(limits::kFetchSizeMax)});
  FetchLimits limits{.isolation = asked_->isolation_level == 1 ? Isolation::committed : Isolation::uncommitted,
                     .version = request_->version(),
                     .from_follower = replica_id >= 0,
                     .size_left = size_max};
  // Taken once, however often it wakes: the arena gives nothing back.
  if (parts_.empty()) {
    const size_t count = session != nullptr ? session->size() : items_.size();
    parts_ = std::span(static_cast<Part*>(request_->arena().take(count * sizeof(Part))), count);
  }
  if (session != nullptr) {
    size_t kept = 0;
    for (size_t i = 0; i < session->dirty.size(); ++i) {
      const uint32_t place = session->dirty[i];
      FetchItem& item = session->items[place];
      if (!item.used) {
        item.dirty = false;
        continue;
      }
      const size_t before = part_count_;
      const bool cold_before = std::exchange(cold_, false);
      add(item, limits, false);
      if (part_count_ > before || cold_ || item.more) {
        session->dirty[kept++] = place;
      } else {
        item.dirty = false;
      }
      cold_ |= cold_before;
    }
    session->dirty.resize(kept);
    // What is not dirty may become so.
    something_to_wait_for_ |= session->size() > 0;
  } else {
    for (FetchItem& item : items_) add(item, limits, true);
  }

  const int64_t wanted = std::min<int64_t>(std::max(asked_->min_bytes, 0), size_max);
  const bool enough = refused_ || !something_to_wait_for_ || (found_ >= wanted && !(cold_ && found_ == 0));
  const bool must = last == Last::yes || (last == Last::cold_may_wait && !(cold_ && found_ == 0));
  if (!enough && !must) return false;
  answer(session);
  return true;
}

// Looks at one partition. It has a part in the answer when it has something to say, or `always`.
void Work::add(FetchItem& item, FetchLimits& limits, bool always) {
  FetchRead read = read_for_fetch(*services_, item, limits, services_->fetch_sessions->aborted);
  if (session_id_ != 0) {
    FetchSession* session = services_->fetch_sessions->find(session_id_);
    services_->fetch_sessions->watch(*session, item, read.log);
  } else {
    item.log = read.log;
  }
  refused_ |= read.refused;
  cold_ |= read.cold || read.loading;
  item.more = read.more;
  something_to_wait_for_ |= read.answer.error_code == 0 || read.loading;
  found_ += read.records.size;
  const bool says_something = read.records.size > 0 || read.answer.error_code != 0 || read.refused ||
                              read.answer.high_watermark != item.told_high_watermark ||
                              read.answer.log_start_offset != item.told_log_start;
  if (!always && !says_something) return;
  Part& part = parts_[part_count_++];
  part = {.item = &item, .answer = read.answer, .size = read.records.size};
  if (part.size == 0) return;
  part.answer.records = wire::Records::elsewhere(static_cast<size_t>(part.size));
  services_->fetch_sessions->slices.push_back(std::move(read.records));
}

void Work::wait(Work&& work, bool for_cold) {
  Services& services = *work.services_;
  const Duration max_wait = for_cold ? kColdWaitMax : Duration::from_ms(work.asked_->max_wait_ms);
  const Instant deadline = work.request_->received() + max_wait;
  std::span<LogNumber> logs;
  if (work.session_id_ == 0) {
    LogNumber* first = static_cast<LogNumber*>(work.request_->arena().take(work.items_.size() * sizeof(LogNumber)));
    size_t count = 0;
    for (const FetchItem& item : work.items_) {
      if (item.log != LogNumber(0)) first[count++] = item.log;
    }
    logs = {first, count};
  }
  Parking& parking = *services.parking;
  auto* waiting = new (parking.memory()) WaitingFetch(std::move(work), for_cold);
  waiting->parked_as(parking.park(std::unique_ptr<Parked>(waiting), deadline, logs));
}

// --- The answer

void Work::answer_error(ErrorCode error) {
  Answered answer;
  answer.error_code = static_cast<int16_t>(error);
  request_->answer(answer);
}

void Work::answer(FetchSession* session) {
  FetchSessions& sessions = *services_->fetch_sessions;
  const std::span<Part> parts = parts_.first(part_count_);
  Answered answer;
  if (begins_session_) session = sessions.create(items_, request_->version() >= kTopicIdsSince, services_->now);
  if (session != nullptr) answer.session_id = session->id;

  // Small slices are copied: a system call for each costs more than they do.
  std::vector<FileSlice>& slices = sessions.slices;
  size_t slice = 0;
  for (Part& part : parts) {
    if (part.size == 0) continue;
    take_in_small(part, slices[slice++]);
  }
  std::erase_if(slices, [](const FileSlice& one) { return one.file == nullptr; });

  for (const Part& part : parts) {
    const TopicImage* topic = request_->version() >= kTopicIdsSince ? services_->image->find_topic(part.item->topic_id)
                                                                    : services_->image->find_topic(part.item->name);
    if (topic != nullptr && (part.size > 0 || part.answer.error_code != 0)) {
      TopicMetrics& counts = services_->metrics->topic(topic->name);
      counts.bytes_out += static_cast<uint64_t>(part.size);
      if (part.answer.error_code != 0) ++counts.failed_fetches;
    }
  }
  if (refused_ && request_->version() >= kLeaderHintsSince) answer.node_endpoints = add_leader_hints(parts);
  answer.responses = group_by_topic(parts);
  if (session != nullptr) {
    // What was told needs not be told again; who gave records goes behind the others.
    size_t kept = 0;
    std::vector<uint32_t>& dirty = session->dirty;
    const auto tell = [&](FetchItem& item, const Answered::Partition& told) {
      item.told_high_watermark = told.high_watermark;
      item.told_log_start = told.log_start_offset;
    };
    for (Part& part : parts) {
      FetchItem* item = part.item;
      if (begins_session_) {
        item = session->find({.topic_id = item->topic_id, .name = item->name, .index = item->index});
        sessions.watch(*session, *item, part.item->log);
      }
      tell(*item, part.answer);
      item->gave = part.size > 0;
      item->more = part.item->more;
      item->failed = part.answer.error_code != 0;
    }
    const auto last =
        std::stable_partition(dirty.begin(), dirty.end(), [&](uint32_t place) { return !session->items[place].gave; });
    for (auto at = dirty.begin(); at != dirty.end(); ++at) {
      FetchItem& item = session->items[*at];
      const bool stays = at >= last || item.failed || item.cold_started || item.more;
      item.gave = false;
      if (stays) {
        dirty[kept++] = *at;
      } else {
        item.dirty = false;
      }
    }
    dirty.resize(kept);
  }
  request_->answer(answer, slices);
  slices.clear();
}

// Where the bytes are in memory, as fresh ones are. Otherwise the host reads them.
void Work::take_in_small(Part& part, FileSlice& slice) {
  if (part.size >= static_cast<int64_t>(limits::kSliceSizeMin)) return;
  auto* bytes = static_cast<uint8_t*>(request_->arena().take(static_cast<size_t>(part.size)));
  const std::span<uint8_t> into(bytes, static_cast<size_t>(part.size));
  const auto read = slice.file->read_cached(slice.position, into);
  if (!read.ok() || *read != into.size()) return;
  part.answer.records = wire::Records(BytesView(into.data(), into.size()));
  slice = {};
}

std::span<Answered::Topic> Work::group_by_topic(std::span<Part> parts) {
  wire::Arena& arena = request_->arena();
  const auto partitions = arena.array<Answered::Partition>(parts.size());
  const auto topics = arena.array<Answered::Topic>(parts.size());
  size_t count = 0;
  size_t begin = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    partitions[i] = parts[i].answer;
    const bool last = i + 1 == parts.size() || parts[i + 1].item->name != parts[i].item->name ||
                      parts[i + 1].item->topic_id != parts[i].item->topic_id;
    if (!last) continue;
    topics[count].topic = parts[i].item->name;
    topics[count].topic_id = parts[i].item->topic_id;
    topics[count].partitions = partitions.subspan(begin, i + 1 - begin);
    ++count;
    begin = i + 1;
  }
  return topics.first(count);
}

std::span<Answered::NodeEndpoint> Work::add_leader_hints(std::span<Part> parts) {
  LeaderEndpoints<Answered::NodeEndpoint> endpoints(*services_->image, request_->arena());
  for (Part& part : parts) {
    const auto error = static_cast<ErrorCode>(part.answer.error_code);
    if (error != ErrorCode::not_leader_or_follower && error != ErrorCode::fenced_leader_epoch) continue;
    const TopicImage* topic = services_->image->find_topic(part.item->topic_id);
    if (topic == nullptr) continue;
    const LeaderHint hint = leader_hint(*services_, *topic, PartitionIndex(part.item->index), request_->listener());
    part.answer.current_leader = {.leader_id = hint.leader_id, .leader_epoch = hint.leader_epoch};
    endpoints.add(hint);
  }
  return endpoints.told();
}

}  // namespace

void handle_fetch(Services& services, RequestPtr request, const wire::FetchRequest& asked) {
  Work(services, std::move(request), asked).begin();
}

}  // namespace ottla
