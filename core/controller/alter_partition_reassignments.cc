// AlterPartitionReassignments: another order of a partition's replicas is taken at once. Moving to other brokers is of the
// replication of data and is declined until then, for each partition that asks for it.
#include <algorithm>

#include "core/controller/operations.h"
#include "core/controller/placement.h"
#include "core/wire/records/metadata_topics.h"

namespace ottla::operations {

namespace {

using Asked = wire::AlterPartitionReassignmentsRequest::Partition;
using PartitionAnswer = wire::AlterPartitionReassignmentsResponse::Partition;
using TopicAnswer = wire::AlterPartitionReassignmentsResponse::Topic;

Refusal move(Operation& operation, const TopicImage* topic, const Asked& asked) {
  const PartitionImage* partition = topic == nullptr ? nullptr : topic->find(PartitionIndex(asked.partition_index));
  if (partition == nullptr) return {ErrorCode::unknown_topic_or_partition, "There is no such partition."};
  if (!asked.replicas) return {ErrorCode::no_reassignment_in_progress, {}};
  std::vector<BrokerId> wanted;
  for (const int32_t id : *asked.replicas) wanted.emplace_back(id);
  if (Refusal refusal = check_assignment(operation.image, wanted, 0)) return refusal;
  const std::span<const BrokerId> there = partition->replicas();
  if (std::equal(wanted.begin(), wanted.end(), there.begin(), there.end())) return {};
  if (!std::is_permutation(wanted.begin(), wanted.end(), there.begin(), there.end())) {
    return {ErrorCode::unsupported_version, "Partitions cannot be moved to other brokers yet."};
  }
  std::vector<Uuid> directories;
  for (const BrokerId broker : wanted) {
    if (const auto directory = partition->directory_of(broker)) directories.push_back(*directory);
  }
  wire::PartitionChangeRecord change;
  change.topic_id = topic->id;
  change.partition_id = asked.partition_index;
  change.replicas = *asked.replicas;
  if (!directories.empty()) change.directories = directories;
  operation.records.add(change);
  return {};
}

}  // namespace

wire::AlterPartitionReassignmentsResponse alter_partition_reassignments(
    Operation& operation, const wire::AlterPartitionReassignmentsRequest& request) {
  const std::span<TopicAnswer> topics = operation.arena.array<TopicAnswer>(request.topics.size());
  for (size_t at = 0; at < topics.size(); ++at) {
    const auto& asked = request.topics[at];
    const TopicImage* topic = operation.image.find_topic(asked.name.view());
    const auto answers = operation.arena.array<PartitionAnswer>(asked.partitions.size());
    for (size_t index = 0; index < answers.size(); ++index) {
      answers[index].partition_index = asked.partitions[index].partition_index;
      move(operation, topic, asked.partitions[index]).write_to(answers[index], operation);
    }
    topics[at].name = asked.name;
    topics[at].partitions = answers;
  }
  wire::AlterPartitionReassignmentsResponse response;
  response.allow_replication_factor_change = request.allow_replication_factor_change;
  response.error_message = wire::null;
  response.responses = topics;
  return response;
}

}  // namespace ottla::operations
