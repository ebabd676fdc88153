// CreatePartitions: more partitions of a topic, as many replicas each as its first one has.
#include <map>

#include "core/controller/operations.h"
#include "core/controller/placement.h"
#include "core/metadata/snapshot.h"
#include "core/model/limits.h"

namespace ottla::operations {

namespace {

using Asked = wire::CreatePartitionsRequest::Topic;
using Answer = wire::CreatePartitionsResponse::Topic;

Refusal refuse(ErrorCode code, std::string message) { return {code, std::move(message)}; }

class Widening {
 public:
  explicit Widening(Operation& operation) : operation_(operation), placement_(operation) {}

  Refusal widen(const Asked& asked) {
    const TopicImage* topic = operation_.image.find_topic(asked.name.view());
    if (topic == nullptr) return refuse(ErrorCode::unknown_topic_or_partition, "No topic has this name.");
    const size_t there = topic->partitions.size();
    if (asked.count < 0 || static_cast<size_t>(asked.count) < there) {
      return refuse(ErrorCode::invalid_partitions, "The topic has " + std::to_string(there) + " partition(s), and " +
                                                       std::to_string(asked.count) + " is no increase.");
    }
    if (static_cast<size_t>(asked.count) == there) {
      return refuse(ErrorCode::invalid_partitions, "The topic has " + std::to_string(there) + " partition(s) already.");
    }
    const size_t more = static_cast<size_t>(asked.count) - there;
    if (asked.assignments && asked.assignments->size() != more) {
      return refuse(ErrorCode::invalid_replica_assignment,
                    "The topic is to get " + std::to_string(more) + " more partition(s), and " +
                        std::to_string(asked.assignments->size()) + " assignment(s) are given.");
    }
    if (asked.count > limits::kPartitionsPerTopicMax) {
      return refuse(ErrorCode::policy_violation,
                    "A topic has at most " + std::to_string(limits::kPartitionsPerTopicMax) + " partitions.");
    }
    partitions_ += more;
    if (partitions_ > limits::kPartitionsPerRequestMax) {
      return refuse(ErrorCode::policy_violation, "One request may create at most " +
                                                     std::to_string(limits::kPartitionsPerRequestMax) + " partitions.");
    }
    if (there == 0) return refuse(ErrorCode::invalid_partitions, "The topic has no partition to take after.");
    const size_t replica_count = topic->partitions.front().replicas().size();
    for (size_t index = 0; index < more; ++index) {
      std::vector<BrokerId> replicas;
      if (asked.assignments) {
        for (const int32_t id : (*asked.assignments)[index].broker_ids) replicas.emplace_back(id);
        if (Refusal refusal = check_assignment(operation_.image, replicas, replica_count)) return refusal;
      } else if (Refusal refusal = placement_.place(static_cast<int>(replica_count), replicas)) {
        return refusal;
      }
      const auto partition = placement_.new_partition(replicas);
      if (!partition) {
        return refuse(ErrorCode::invalid_replica_assignment, "Every broker that partition " +
                                                                 std::to_string(there + index) +
                                                                 " is assigned to is fenced or shutting down.");
      }
      add_partition(topic->id, PartitionIndex(static_cast<int32_t>(there + index)), *partition, operation_.records);
    }
    return {};
  }

 private:
  Operation& operation_;
  Placement placement_;
  size_t partitions_ = 0;
};

}  // namespace

wire::CreatePartitionsResponse create_partitions(Operation& operation, const wire::CreatePartitionsRequest& request) {
  std::map<std::string_view, int> names;
  for (const Asked& asked : request.topics) ++names[asked.name];
  Widening widening(operation);
  const std::span<Answer> answers = operation.arena.array<Answer>(request.topics.size());
  for (size_t index = 0; index < answers.size(); ++index) {
    const Asked& asked = request.topics[index];
    answers[index].name = asked.name;
    const size_t before = operation.records.size();
    const Refusal refusal = names[asked.name] > 1
                                ? Refusal{ErrorCode::invalid_request, "The request names the topic more than once."}
                                : widening.widen(asked);
    if (refusal) operation.records.cut(before);
    refusal.write_to(answers[index], operation);
  }
  if (request.validate_only) operation.records.cut(0);
  wire::CreatePartitionsResponse response;
  response.results = answers;
  return response;
}

}  // namespace ottla::operations
