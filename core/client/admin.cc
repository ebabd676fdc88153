#include "core/client/admin.h"

#include <algorithm>

#include "core/wire/messages/02_list_offsets.h"
#include "core/wire/messages/19_create_topics.h"
#include "core/wire/messages/20_delete_topics.h"
#include "core/wire/messages/21_delete_records.h"
#include "core/wire/messages/23_offset_for_leader_epoch.h"

namespace ottla {

namespace {

constexpr Duration kPause = Duration::from_ms(50);

int32_t ms_of(Duration duration) { return static_cast<int32_t>(std::clamp<int64_t>(duration.ms(), 0, INT32_MAX)); }

// The one partition that these requests ask about; who needs more of them at once sends more of them.
template <class Request>
typename Request::Partition& only_partition(Request& request, wire::Arena& arena, const TopicPartition& partition) {
  const auto topics = arena.array<typename Request::Topic>(1);
  const auto partitions = arena.array<typename Request::Partition>(1);
  if constexpr (requires { topics[0].name; }) {
    topics[0].name = std::string_view(partition.topic);
  } else {
    topics[0].topic = std::string_view(partition.topic);
  }
  topics[0].partitions = partitions;
  request.topics = topics;
  return partitions[0];
}
template <class Response>
const typename Response::Partition* only_partition(const Response& response) {
  if (response.topics.size() != 1 || response.topics[0].partitions.size() != 1) return nullptr;
  return &response.topics[0].partitions[0];
}

}  // namespace

template <class Request, class Response, class Outcome, class Build, class Read>
void ClientAdmin::ask(std::optional<TopicPartition> partition, Duration timeout, Build build, Read read,
                      std::function<void(const Outcome&)> done) {
  if (partition) metadata_.want(partition->topic);
  auto send = [this, build = std::move(build), read = std::move(read), done](BrokerId broker, TaskAt task) {
    const auto version = network_.version_for<Request>(broker);
    if (!version) return false;
    wire::Arena arena;
    Request request;
    build(request, arena, *version);
    return network_.send(broker, request, *version, [this, task, read, done](const ClientAnswer& answer) {
      wire::Arena memory;
      Response response;
      Outcome outcome;
      outcome.error = answer.error == ErrorCode::none ? ErrorCode::malformed : answer.error;
      if (answer.read(memory, response)) read(response, outcome);
      ++task->attempts;
      if (retry(task, outcome.error)) return;
      if constexpr (requires { outcome.attempts; }) outcome.attempts = task->attempts;
      const auto last = done;  // it goes with the task
      tasks_.erase(task);
      last(outcome);
    });
  };
  auto fail = [done](ErrorCode error) {
    Outcome outcome;
    outcome.error = error;
    done(outcome);
  };
  const bool repeatable = partition.has_value();
  tasks_.push_back({std::move(partition), network_.now() + timeout, repeatable, std::move(send), std::move(fail)});
}

// An answer that says "later" or "elsewhere", while there is time. Of a topic that is to be made or removed, "unknown" is
// an answer like any other, and one that came too late may have done it.
bool ClientAdmin::retry(TaskAt task, ErrorCode error) {
  if (!is_retriable(error) || is_local(error)) return false;
  const bool may_be_done = error == ErrorCode::request_timed_out || error == ErrorCode::unknown_topic_or_partition;
  if (may_be_done && !task->repeatable) return false;
  if (network_.now() + kPause >= task->deadline) return false;
  if (needs_metadata_refresh(error)) metadata_.refresh();
  task->sent = false;
  task->not_before = network_.now() + kPause;
  return true;
}

int32_t ClientAdmin::epoch_of(const TopicPartition& partition) const {
  const ClientPartition* known = metadata_.find(partition);
  return known == nullptr ? -1 : known->leader_epoch.value();
}

void ClientAdmin::tick() {
  for (auto task = tasks_.begin(); task != tasks_.end();) {
    const auto at = task++;
    if (at->sent || (at->not_before > network_.now() && at->deadline > network_.now())) continue;
    ErrorCode error = ErrorCode::timed_out;
    if (at->deadline > network_.now()) {
      BrokerId broker = kNoBroker;
      if (!at->partition) {
        broker = network_.any();
      } else if (const ClientPartition* known = metadata_.find(*at->partition)) {
        if (network_.ready(known->leader)) broker = known->leader;
      } else {
        metadata_.refresh();
      }
      if (broker == kNoBroker) continue;
      at->sent = true;
      if (at->send(broker, at)) continue;
      error = ErrorCode::unsupported_version;
    }
    const auto fail = std::move(at->fail);
    tasks_.erase(at);
    fail(error);
  }
}

Instant ClientAdmin::next_deadline() const {
  Instant next = Instant::never();
  for (const Task& task : tasks_) {
    if (!task.sent) next = std::min(next, task.not_before > network_.now() ? task.not_before : task.deadline);
  }
  return next;
}

void ClientAdmin::create_topic(NewTopic topic, Duration timeout, TopicDone done) {
  ask<wire::CreateTopicsRequest, wire::CreateTopicsResponse, TopicOutcome>(
      std::nullopt, timeout,
      [topic = std::move(topic), timeout](wire::CreateTopicsRequest& request, wire::Arena& arena, wire::Version) {
        const auto asked = arena.array<wire::CreateTopicsRequest::Topic>(1);
        const auto configs = arena.array<wire::CreateTopicsRequest::Config>(topic.settings.size());
        size_t index = 0;
        for (const auto& [name, value] : topic.settings) {
          configs[index].name = std::string_view(name);
          configs[index++].value = std::string_view(value);
        }
        asked[0].name = std::string_view(topic.name);
        asked[0].num_partitions = topic.partition_count;
        asked[0].replication_factor = topic.replication_factor;
        asked[0].configs = configs;
        request.topics = asked;
        request.timeout_ms = ms_of(timeout);
      },
      [](const wire::CreateTopicsResponse& response, TopicOutcome& outcome) {
        if (response.topics.size() != 1) return;
        const auto& told = response.topics[0];
        outcome = {error_from_wire(told.error_code), std::string(told.error_message.or_empty().view()), told.topic_id,
                   told.num_partitions, 1};
      },
      std::move(done));
}

void ClientAdmin::delete_topic(std::string name, Duration timeout, TopicDone done) {
  ask<wire::DeleteTopicsRequest, wire::DeleteTopicsResponse, TopicOutcome>(
      std::nullopt, timeout,
      [name = std::move(name), timeout](wire::DeleteTopicsRequest& request, wire::Arena& arena, wire::Version version) {
        if (version >= 6) {
          const auto topics = arena.array<wire::DeleteTopicsRequest::Topic>(1);
          topics[0].name = std::string_view(name);
          request.topics = topics;
        } else {
          const auto names = arena.array<wire::String>(1);
          names[0] = std::string_view(name);
          request.topic_names = names;
        }
        request.timeout_ms = ms_of(timeout);
      },
      [](const wire::DeleteTopicsResponse& response, TopicOutcome& outcome) {
        if (response.responses.size() != 1) return;
        const auto& told = response.responses[0];
        outcome = {error_from_wire(told.error_code), std::string(told.error_message.or_empty().view()), told.topic_id,
                   -1, 1};
      },
      std::move(done));
}

void ClientAdmin::delete_records(TopicPartition partition, Offset offset, Duration timeout, OffsetDone done) {
  ask<wire::DeleteRecordsRequest, wire::DeleteRecordsResponse, OffsetOutcome>(
      partition, timeout,
      [partition, offset, timeout](wire::DeleteRecordsRequest& request, wire::Arena& arena, wire::Version) {
        auto& asked = only_partition(request, arena, partition);
        asked.partition_index = partition.partition.value();
        asked.offset = offset.value();
        request.timeout_ms = ms_of(timeout);
      },
      [](const wire::DeleteRecordsResponse& response, OffsetOutcome& outcome) {
        if (const auto* told = only_partition(response))
          outcome = {error_from_wire(told->error_code), Offset(told->low_watermark), Timestamp::none(), kNoLeaderEpoch};
      },
      std::move(done));
}

void ClientAdmin::list_offset(TopicPartition partition, Timestamp at, Duration timeout, OffsetDone done) {
  ask<wire::ListOffsetsRequest, wire::ListOffsetsResponse, OffsetOutcome>(
      partition, timeout,
      [this, partition, at](wire::ListOffsetsRequest& request, wire::Arena& arena, wire::Version) {
        auto& asked = only_partition(request, arena, partition);
        asked.partition_index = partition.partition.value();
        asked.current_leader_epoch = epoch_of(partition);
        asked.timestamp = at.ms();
        request.replica_id = -1;
      },
      [](const wire::ListOffsetsResponse& response, OffsetOutcome& outcome) {
        if (const auto* told = only_partition(response))
          outcome = {error_from_wire(told->error_code), Offset(told->offset), Timestamp::from_ms(told->timestamp),
                     LeaderEpoch(told->leader_epoch)};
      },
      std::move(done));
}

void ClientAdmin::end_of_epoch(TopicPartition partition, LeaderEpoch epoch, Duration timeout, OffsetDone done) {
  ask<wire::OffsetForLeaderEpochRequest, wire::OffsetForLeaderEpochResponse, OffsetOutcome>(
      partition, timeout,
      [this, partition, epoch](wire::OffsetForLeaderEpochRequest& request, wire::Arena& arena, wire::Version) {
        auto& asked = only_partition(request, arena, partition);
        asked.partition = partition.partition.value();
        asked.current_leader_epoch = epoch_of(partition);
        asked.leader_epoch = epoch.value();
        request.replica_id = -1;
      },
      [](const wire::OffsetForLeaderEpochResponse& response, OffsetOutcome& outcome) {
        if (const auto* told = only_partition(response))
          outcome = {error_from_wire(told->error_code), Offset(told->end_offset), Timestamp::none(),
                     LeaderEpoch(told->leader_epoch)};
      },
      std::move(done));
}

}  // namespace ottla
