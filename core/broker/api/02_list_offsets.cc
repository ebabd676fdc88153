// ListOffsets, versions 0 to 11.
//
// Places with a name are answered at once; a time is searched by a job, one partition after the other, since it may have
// to read from the disk and to decompress. Whatever is found beyond what the asker may read counts as not found.
//
//   -1  end of what may be read: high watermark, or stable offset for readers of committed records (-2 as replica id,
//       a tool: the log end)
//   -2  log start       -4  the same: everything is on the broker's own disk
//   -3  first record with the largest timestamp of those that may be read. (Kafka takes the largest there is, and answers an
//       offset that was deleted where it lies below the log start, and none where it lies beyond what may be read, as the
//       newest record of a busy partition does.)
//   -5, -6  of tiered storage, which there is none of: -1
//   other negative numbers, or one that the version does not know yet: UNSUPPORTED_VERSION
//
// Version 0 lists the offsets at which segments begin, newest first, where a segment's time is that of its latest record.
// Not supported: asking as a follower (NOT_LEADER_OR_FOLLOWER).

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/broker/handlers.h"
#include "core/broker/partition_access.h"
#include "core/broker/ready_wait.h"
#include "core/broker/services.h"
#include "core/io/job.h"
#include "core/log/offset_for_time.h"
#include "core/wire/messages/02_list_offsets.h"

namespace ottla {
namespace {

using Asked = wire::ListOffsetsRequest;
using Answered = wire::ListOffsetsResponse;

constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int64_t kLargestTimestamp = -3;
constexpr int64_t kEarliestLocal = -4;
constexpr int64_t kLatestTiered = -5;
constexpr int64_t kEarliestPending = -6;
constexpr int32_t kDebuggingReplica = -2;
constexpr wire::Version kOffsetNotAvailableSince = 5;
constexpr Duration kSearchWaitMax = Duration::from_s(30);

// Whether a version knows what is asked for: a time, or a place with a name.
bool knows(wire::Version version, int64_t timestamp) {
  if (timestamp >= 0) return true;
  switch (timestamp) {
    case kLatest:
    case kEarliest: return true;
    case kLargestTimestamp: return version >= 7;
    case kEarliestLocal: return version >= 8;
    case kLatestTiered: return version >= 9;
    case kEarliestPending: return version >= 11;
    default: return false;
  }
}

// One partition whose answer needs a search.
struct Search {
  Answered::Partition* answer;
  LogNumber log;
  std::optional<Timestamp> timestamp;  // nothing: the latest
  Offset end;                          // what is found at or above counts as not found
};

struct Work {
  Services* services;
  RequestPtr request;
  Answered response;
  std::span<Search> searches;  // what is left of them
};

void go_on(Work&& work);

class WaitingSearch final : public Parked {
 public:
  explicit WaitingSearch(Work&& work) : work_(std::move(work)) {}

  bool wake(Wake, LogNumber) override {  // at the deadline, or because the broker stops
    for (Search& search : work_.searches) {
      search.answer->error_code = static_cast<int16_t>(ErrorCode::request_timed_out);
    }
    work_.request->answer(work_.response);
    return true;
  }
  bool job_ended(const Job& job) override {
    const auto& search = finished<OffsetForTime>(job);
    // What was found in a log that was cut since may not be there any more: it is searched again.
    const Replica* replica = work_.services->replicas->find(work_.searches[0].log);
    if (replica != nullptr && replica->log().generation() == search.generation()) {
      take(search);
      work_.searches = work_.searches.subspan(1);
    }
    go_on(std::move(work_));
    return true;
  }
  [[nodiscard]] bool only_reads() const override { return true; }
  [[nodiscard]] bool abandoned() const override { return !work_.request->open(); }

 private:
  void take(const OffsetForTime& search) {
    Answered::Partition& answer = *work_.searches[0].answer;
    if (search.error().has_value() || search.damage().has_value()) {
      answer.error_code = static_cast<int16_t>(ErrorCode::kafka_storage_error);
    } else if (search.found().has_value() && search.found()->offset < work_.searches[0].end) {
      answer.offset = search.found()->offset.value();
      answer.timestamp = search.found()->timestamp.ms();
      answer.leader_epoch = search.found()->epoch.value();
    }
  }

  Work work_;
};

LogResult<JobId> start(const Search& search, Log& log) {
  if (!search.timestamp.has_value()) return log.start_latest_record(search.end);
  return log.start_offset_for_time(*search.timestamp, search.end);
}

// Begins the next search, or answers.
void go_on(Work&& work) {
  while (!work.searches.empty()) {
    const Search& next = work.searches[0];
    Replica* replica = work.services->replicas->find(next.log);
    const auto job = replica != nullptr && replica->ready() ? start(next, replica->log())
                                                            : LogResult<JobId>(Failure(LogError(LogError::not_ready)));
    if (job.ok()) {
      Services& services = *work.services;
      services.parking->await_job(*job, std::make_unique<WaitingSearch>(std::move(work)),
                                  services.now + kSearchWaitMax);
      return;
    }
    next.answer->error_code =
        static_cast<int16_t>(replica == nullptr ? ErrorCode::not_leader_or_follower : ErrorCode::kafka_storage_error);
    work.searches = work.searches.subspan(1);
  }
  work.request->answer(work.response);
}

void answer_place(Answered::Partition& answer, Offset offset, LeaderEpoch epoch) {
  answer.offset = offset.value();
  answer.leader_epoch = epoch.value();
}

// Version 0.
void list_segments(const Log& log, int64_t timestamp, int32_t count_max, Offset end, wire::Arena& arena,
                   Answered::Partition& answer) {
  std::vector<std::pair<Offset, int64_t>> places;
  for (size_t i = 0; i < log.segment_count(); ++i) {
    const Segment& segment = log.segment(i);
    places.emplace_back(std::max(segment.base(), log.log_start()), segment.content().largest_timestamp().ms());
  }
  if (!log.active().empty()) places.emplace_back(end, INT64_MAX);
  size_t count = 0;  // of the oldest ones, those that count
  if (timestamp == kLatest) {
    count = places.size();
  } else if (timestamp == kEarliest) {
    count = 1;
  } else {
    while (count < places.size() && places[count].second <= timestamp) ++count;
  }
  const auto offsets = arena.array<int64_t>(std::min(count, static_cast<size_t>(std::max(count_max, 0))));
  for (size_t i = 0; i < offsets.size(); ++i) offsets[i] = std::min(places[count - 1 - i].first, end).value();
  answer.old_style_offsets = offsets;
}

// A leader that is new, whose high watermark has not come up to where its epoch begins: it may be behind what was told.
bool end_unsure(const Replica& replica) {
  const auto& lines = replica.log().epochs().lines();
  return !lines.empty() && lines.back().start_offset > replica.high_watermark();
}

class Looker {
 public:
  Looker(const Asked& asked, Request& request) : asked_(asked), request_(request) {}

  // What has a name is answered; a search that is needed comes back.
  std::optional<Search> look(const Asked::Partition& partition, const Replica& replica, Answered::Partition& answer) {
    const Log& log = replica.log();
    const int64_t at = partition.timestamp;
    const Offset end = replica.readable_end(isolation());
    if (request_.version() == 0) {
      list_segments(log, at, partition.max_num_offsets, end, request_.arena(), answer);
      return std::nullopt;
    }
    if (!knows(request_.version(), at)) return fail(answer, ErrorCode::unsupported_version);
    switch (at) {
      case kEarliest:
      case kEarliestLocal: answer_place(answer, log.log_start(), log.epochs().at(log.log_start())); return std::nullopt;
      case kLatestTiered:
      case kEarliestPending: return std::nullopt;
      default: break;
    }
    if (end_unsure(replica)) {
      return fail(answer, request_.version() >= kOffsetNotAvailableSince ? ErrorCode::offset_not_available
                                                                         : ErrorCode::leader_not_available);
    }
    if (at == kLatest) {
      answer_place(answer, end, replica.leader_epoch());
      return std::nullopt;
    }
    Search search{.answer = &answer, .log = replica.number(), .timestamp = std::nullopt, .end = end};
    if (at != kLargestTimestamp) search.timestamp = Timestamp::from_ms(at);
    return search;
  }

  static std::optional<Search> fail(Answered::Partition& answer, ErrorCode error) {
    answer.error_code = static_cast<int16_t>(error);
    return std::nullopt;
  }

 private:
  [[nodiscard]] Isolation isolation() const {
    if (asked_.replica_id == kDebuggingReplica) return Isolation::log_end;
    return asked_.isolation_level == 1 ? Isolation::committed : Isolation::uncommitted;
  }

  const Asked& asked_;
  Request& request_;
};

// Kafka refuses partitions that are named twice.
bool named_twice(const Asked& asked, const Asked::Topic& topic, const Asked::Partition& partition) {
  size_t count = 0;
  for (const Asked::Topic& one : asked.topics) {
    if (one.name != topic.name) continue;
    count += static_cast<size_t>(std::count_if(
        one.partitions.begin(), one.partitions.end(),
        [&](const Asked::Partition& other) { return other.partition_index == partition.partition_index; }));
  }
  return count > 1;
}

void list_offsets(Services& services, RequestPtr request, const Asked& asked, bool last) {
  wire::Arena& arena = request->arena();
  size_t count = 0;
  for (const Asked::Topic& topic : asked.topics) count += topic.partitions.size();
  const std::span<Search> searches(static_cast<Search*>(arena.take(count * sizeof(Search))), count);
  const std::span<LogNumber> waits(static_cast<LogNumber*>(arena.take(count * sizeof(LogNumber))), count);
  size_t search_count = 0;
  size_t wait_count = 0;
  Looker looker(asked, *request);
  const bool check_twice = count <= 1000;  // it costs the square

  const auto topics = arena.array<Answered::Topic>(asked.topics.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    const Asked::Topic& topic = asked.topics[i];
    const auto answers = arena.array<Answered::Partition>(topic.partitions.size());
    topics[i].name = topic.name;
    topics[i].partitions = answers;
    const TopicImage* image = services.image->find_topic(topic.name.view());
    for (size_t j = 0; j < answers.size(); ++j) {
      const Asked::Partition& partition = topic.partitions[j];
      Answered::Partition& answer = answers[j];
      answer.partition_index = partition.partition_index;
      if (check_twice && named_twice(asked, topic, partition)) {
        Looker::fail(answer, ErrorCode::invalid_request);
        continue;
      }
      const PartitionAccess access = access_leader(services, image, PartitionIndex(partition.partition_index),
                                                   LeaderEpoch(partition.current_leader_epoch));
      if (access.error != ErrorCode::none) {
        Looker::fail(answer, access.error);
      } else if (asked.replica_id >= 0 || (!access.replica->ready() && last)) {
        Looker::fail(answer, ErrorCode::not_leader_or_follower);
      } else if (!access.replica->ready()) {
        waits[wait_count++] = access.number;
      } else if (const auto search = looker.look(partition, *access.replica, answer)) {
        searches[search_count++] = *search;
      }
    }
  }
  if (wait_count > 0) {
    return wait_until_ready(services, std::move(request), asked, waits.first(wait_count), &list_offsets);
  }
  Work work{
      .services = &services, .request = std::move(request), .response = {}, .searches = searches.first(search_count)};
  work.response.topics = topics;
  go_on(std::move(work));
}

}  // namespace

void handle_list_offsets(Services& services, RequestPtr request, const wire::ListOffsetsRequest& asked) {
  list_offsets(services, std::move(request), asked, false);
}

}  // namespace ottla
