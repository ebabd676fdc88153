// ElectLeaders: gives partitions back to their preferred leaders, or a leader to those that have none.
//
// Not here: electing a replica that is out of sync (unclean); it comes with the replication of data, and until then there
// is no such replica.
#include <map>

#include "core/controller/leadership.h"
#include "core/controller/operations.h"
#include "core/controller/placement.h"
#include "core/wire/records/metadata_topics.h"

namespace ottla::operations {

namespace {

using PartitionAnswer = wire::ElectLeadersResponse::PartitionResult;
using TopicAnswer = wire::ElectLeadersResponse::ReplicaElectionResult;
constexpr int8_t kPreferred = 0;

Refusal elect(Operation& operation, const TopicImage* topic, int32_t index, int8_t type) {
  const PartitionImage* partition = topic == nullptr ? nullptr : topic->find(PartitionIndex(index));
  if (partition == nullptr) return {ErrorCode::unknown_topic_or_partition, "There is no such partition."};
  BrokerId leader = kNoBroker;
  if (type == kPreferred) {
    const BrokerId preferred = partition->replicas().empty() ? kNoBroker : partition->replicas().front();
    if (partition->leader == preferred) return {ErrorCode::election_not_needed, {}};
    leader = electable(operation.image, *partition);
    if (leader != preferred) {
      return {ErrorCode::preferred_leader_not_available, "The preferred leader is not up, or not in sync."};
    }
  } else {
    if (partition->leader != kNoBroker) return {ErrorCode::election_not_needed, {}};
    leader = electable(operation.image, *partition);
    if (leader == kNoBroker) {
      return {ErrorCode::eligible_leaders_not_available, "No replica that could lead is up."};
    }
  }
  wire::PartitionChangeRecord change;
  change.topic_id = topic->id;
  change.partition_id = index;
  change.leader = leader.value();
  operation.records.add(change);
  return {};
}

class Election {
 public:
  Election(Operation& operation, int8_t type) : operation_(operation), type_(type) {}

  void one(std::string_view name, int32_t index, bool tell_needless) {
    const Refusal refusal = elect(operation_, operation_.image.find_topic(name), index, type_);
    if (refusal.code == ErrorCode::election_not_needed && !tell_needless) return;
    PartitionAnswer answer;
    answer.partition_id = index;
    refusal.write_to(answer, operation_);
    answers_[std::string(name)].push_back(answer);
  }

  wire::Array<TopicAnswer> answers() {
    const std::span<TopicAnswer> topics = operation_.arena.array<TopicAnswer>(answers_.size());
    size_t at = 0;
    for (const auto& [name, partitions] : answers_) {
      const auto copies = operation_.arena.array<PartitionAnswer>(partitions.size());
      std::copy(partitions.begin(), partitions.end(), copies.begin());
      topics[at].topic = operation_.text(name);
      topics[at++].partition_result = copies;
    }
    return topics;
  }

 private:
  Operation& operation_;
  int8_t type_;
  std::map<std::string, std::vector<PartitionAnswer>> answers_;
};

}  // namespace

wire::ElectLeadersResponse elect_leaders(Operation& operation, const wire::ElectLeadersRequest& request) {
  wire::ElectLeadersResponse response;
  if (request.election_type != kPreferred && request.election_type != 1) {
    response.error_code = static_cast<int16_t>(ErrorCode::invalid_request);
    return response;
  }
  Election election(operation, request.election_type);
  if (request.topic_partitions) {
    for (const auto& topic : *request.topic_partitions) {
      for (const int32_t index : topic.partitions) election.one(topic.topic, index, true);
    }
  } else {
    operation.image.for_each_topic([&](const TopicImage& topic) {
      for (size_t index = 0; index < topic.partitions.size(); ++index) {
        election.one(topic.name, static_cast<int32_t>(index), false);
      }
      return true;
    });
  }
  response.replica_election_results = election.answers();
  return response;
}

}  // namespace ottla::operations
