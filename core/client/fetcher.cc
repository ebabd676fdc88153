#include "core/client/fetcher.h"

#include <algorithm>

#include "core/wire/messages/01_fetch.h"

namespace ottla {

namespace {

constexpr Duration kSearchTimeout = Duration::from_s(10);

// The session is gone or out of step: the next fetch begins a new one, and nothing was lost.
bool is_about_session(ErrorCode error) {
  return error == ErrorCode::fetch_session_id_not_found || error == ErrorCode::invalid_fetch_session_epoch ||
         error == ErrorCode::fetch_session_topic_id_error || error == ErrorCode::inconsistent_topic_id;
}

}  // namespace

void Fetcher::assign(const TopicPartition& partition, std::optional<Offset> from) {
  OTTLA_ASSERT(from || options_.reset);
  metadata_.want(partition.topic);
  Cursor& cursor = cursors_[partition];
  cursor = Cursor();
  cursor.position = from;
  cursor.generation = next_generation_++;
}

void Fetcher::remove(const TopicPartition& partition) { cursors_.erase(partition); }

std::optional<Offset> Fetcher::position(const TopicPartition& partition) const {
  const auto found = cursors_.find(partition);
  return found == cursors_.end() ? std::nullopt : found->second.position;
}

bool Fetcher::take(Fetched& fetched) {
  if (inbox_.empty()) return false;
  fetched = std::move(inbox_.front());
  inbox_.pop_front();
  inbox_size_ -= fetched.records.size();
  return true;
}

void Fetcher::tick() {
  for (auto& [partition, cursor] : cursors_) {
    if (!cursor.position && !cursor.searching && !cursor.refused && cursor.not_before <= network_.now())
      search(partition, cursor);
    if (const ClientPartition* known = metadata_.find(partition)) sessions_.try_emplace(known->leader);
  }
  if (inbox_size_ >= options_.inbox_size_max) return;
  for (auto& [broker, session] : sessions_) {
    if (!session.in_flight && session.not_before <= network_.now() && network_.ready(broker)) fetch(broker, session);
  }
}

Instant Fetcher::next_deadline() const {
  Instant next = Instant::never();
  const Instant now = network_.now();
  for (const auto& [partition, cursor] : cursors_) {
    if (cursor.not_before > now) next = std::min(next, cursor.not_before);
  }
  for (const auto& [broker, session] : sessions_) {
    if (session.not_before > now) next = std::min(next, session.not_before);
  }
  return next;
}

void Fetcher::search(const TopicPartition& partition, Cursor& cursor) {
  cursor.searching = true;
  const auto done = [this, partition, generation = cursor.generation](const OffsetOutcome& outcome) {
    const auto found = cursors_.find(partition);
    if (found == cursors_.end() || found->second.generation != generation) return;
    found->second.searching = false;
    if (outcome.error == ErrorCode::none) {
      found->second.position = outcome.offset;
    } else {
      found->second.not_before = network_.now() + options_.pause;
    }
  };
  admin_.list_offset(partition, *options_.reset, kSearchTimeout, done);
}

void Fetcher::fetch(BrokerId broker, Session& session) {
  const auto version = network_.version_for<wire::FetchRequest>(broker, 17);
  if (!version) return;
  const bool sessions = options_.sessions && *version >= 7;
  if (!sessions) session.told.clear();
  AskedMap asked;
  std::map<TopicPartition, Told> wanted;
  for (const auto& [partition, cursor] : cursors_) {
    const ClientPartition* known = metadata_.find(partition);
    if (known == nullptr || known->leader != broker || !cursor.position || cursor.refused) continue;
    if (cursor.not_before > network_.now()) continue;
    const TopicId id = metadata_.find(partition.topic)->id;
    if (*version >= 13 && id.is_zero()) continue;
    asked[partition] = {*cursor.position, cursor.generation};
    wanted[partition] = {*cursor.position, known->leader_epoch, id};
  }
  if (wanted.empty()) return;

  std::vector<wire::FetchRequest::Partition> partitions;
  std::vector<wire::FetchRequest::Topic> topics;
  std::vector<int32_t> gone;
  std::vector<wire::FetchRequest::ForgottenTopic> forgotten;
  partitions.reserve(wanted.size());
  gone.reserve(session.told.size());
  const bool incremental = sessions && session.epoch > 0;
  for (const auto& [partition, now] : wanted) {
    const auto before = session.told.find(partition);
    if (incremental && before != session.told.end() && before->second == now) continue;
    if (topics.empty() || topics.back().topic.view() != partition.topic) {
      topics.emplace_back();
      topics.back().topic = std::string_view(partition.topic);
      topics.back().topic_id = now.topic_id;
      topics.back().partitions = std::span(partitions.data() + partitions.size(), 0);
    }
    wire::FetchRequest::Partition& part = partitions.emplace_back();
    part.partition = partition.partition.value();
    part.current_leader_epoch = now.epoch.value();
    part.fetch_offset = now.position.value();
    part.partition_max_bytes = options_.partition_bytes_max;
    ++topics.back().partitions.count;
  }
  for (const auto& [partition, before] : session.told) {
    const auto still = wanted.find(partition);
    // A topic that was made anew under the same name is another one: the session knows topics by their ids.
    if (!incremental || (still != wanted.end() && still->second.topic_id == before.topic_id)) continue;
    wire::FetchRequest::ForgottenTopic& topic = forgotten.emplace_back();
    topic.topic = std::string_view(partition.topic);
    topic.topic_id = before.topic_id;
    gone.push_back(partition.partition.value());
    topic.partitions = std::span(&gone.back(), 1);
  }
  wire::FetchRequest request;
  request.max_wait_ms = static_cast<int32_t>(options_.wait_max.ms());
  request.min_bytes = options_.bytes_min;
  request.max_bytes = options_.bytes_max;
  request.isolation_level = options_.committed_only ? 1 : 0;
  request.session_id = sessions ? session.id : 0;
  request.session_epoch = sessions ? session.epoch : -1;
  request.topics = topics;
  request.forgotten_topics_data = forgotten;
  session.in_flight = network_.send(broker, request, *version, [this, broker, asked](const ClientAnswer& answer) {
    answered(broker, answer, asked);
  });
  session.told = std::move(wanted);
}

void Fetcher::answered(BrokerId broker, const ClientAnswer& answer, const AskedMap& asked) {
  Session& session = sessions_[broker];
  session.in_flight = false;
  wire::Arena arena;
  wire::FetchResponse response;
  ErrorCode error = answer.error;
  if (error == ErrorCode::none) {
    error = answer.read(arena, response) ? error_from_wire(response.error_code) : ErrorCode::malformed;
  }
  if (error != ErrorCode::none) {
    ++failures_;
    session.id = session.epoch = 0;
    session.told.clear();
    if (!is_about_session(error)) session.not_before = network_.now() + options_.pause;
    if (needs_metadata_refresh(error)) metadata_.refresh();
    return;
  }
  session.id = response.session_id;
  session.epoch = response.session_id == 0 ? 0 : session.epoch == INT32_MAX ? 1 : session.epoch + 1;
  for (const auto& topic : response.responses) {
    const std::string* name = answer.version >= 13 ? metadata_.name_of(topic.topic_id) : nullptr;
    if (answer.version >= 13 && name == nullptr) continue;
    for (const auto& told : topic.partitions) {
      Fetched fetched;
      fetched.partition = {name != nullptr ? *name : std::string(topic.topic.view()),
                           PartitionIndex(told.partition_index)};
      fetched.error = error_from_wire(told.error_code);
      fetched.high_watermark = Offset(told.high_watermark);
      fetched.log_start = Offset(told.log_start_offset);
      fetched.records = answer.frame.slice_of(told.records.or_empty().view());
      const TopicPartition partition = fetched.partition;
      take_partition(partition, std::move(fetched), asked);
    }
  }
}

void Fetcher::take_partition(const TopicPartition& partition, Fetched&& fetched, const AskedMap& asked) {
  const auto cursor_at = cursors_.find(partition);
  const auto asked_at = asked.find(partition);
  if (cursor_at == cursors_.end() || asked_at == asked.end()) return;
  Cursor& cursor = cursor_at->second;
  if (cursor.generation != asked_at->second.generation) return;  // assigned anew meanwhile
  fetched.position = asked_at->second.position;
  if (fetched.error == ErrorCode::none) {
    BytesView rest = fetched.records.view();
    while (!rest.empty()) {
      const auto batch = BatchView::first_of(rest);
      if (!batch.ok()) break;  // whoever takes it will see the flaw
      cursor.position = std::max(*cursor.position, batch.value().next_offset());
      rest = rest.from(batch.value().size());
    }
  } else {
    ++failures_;
    fetched.records = Bytes();
    if (fetched.error == ErrorCode::offset_out_of_range && options_.reset) {
      cursor.position.reset();
    } else if (is_retriable(fetched.error)) {
      cursor.not_before = network_.now() + options_.pause;
      if (needs_metadata_refresh(fetched.error)) metadata_.refresh();
      return;
    } else {
      cursor.refused = true;
    }
  }
  inbox_size_ += fetched.records.size();
  inbox_.push_back(std::move(fetched));
}

}  // namespace ottla
