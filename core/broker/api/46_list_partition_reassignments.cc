// ListPartitionReassignments, version 0: the partitions that are being moved, from this broker's image.
//
// Kafka asks its controller; what moves is in the image of every broker, at most a moment older.
#include <vector>

#include "core/broker/api/cluster_view.h"
#include "core/broker/handlers.h"
#include "core/wire/messages/46_list_partition_reassignments.h"

namespace ottla {
namespace {

using Response = wire::ListPartitionReassignmentsResponse;

bool moves(const PartitionImage& partition) { return !partition.adding().empty() || !partition.removing().empty(); }

void add(const TopicImage& topic, std::vector<Response::Partition> partitions, wire::Arena& arena,
         std::vector<Response::Topic>& into) {
  if (partitions.empty()) return;
  const auto kept = arena.array<Response::Partition>(partitions.size());
  std::copy(partitions.begin(), partitions.end(), kept.begin());
  into.push_back({std::string_view(topic.name), kept});
}

void add_if_moving(const TopicImage& topic, size_t index, wire::Arena& arena, std::vector<Response::Partition>& into) {
  const PartitionImage& partition = topic.partitions[index];
  if (!moves(partition)) return;
  into.push_back({static_cast<int32_t>(index), broker_numbers(partition.replicas(), arena),
                  broker_numbers(partition.adding(), arena), broker_numbers(partition.removing(), arena)});
}

}  // namespace

void handle_list_partition_reassignments(Services& services, RequestPtr request,
                                         const wire::ListPartitionReassignmentsRequest& asked) {
  wire::Arena& arena = request->arena();
  std::vector<Response::Topic> topics;
  if (asked.topics.is_null()) {
    services.image->for_each_topic([&](const TopicImage& topic) {
      std::vector<Response::Partition> moving;
      for (size_t i = 0; i < topic.partitions.size(); ++i) add_if_moving(topic, i, arena, moving);
      add(topic, std::move(moving), arena, topics);
      return true;
    });
  } else {
    for (const auto& wanted : *asked.topics) {
      const TopicImage* topic = services.image->find_topic(wanted.name.view());
      if (topic == nullptr) continue;
      const std::span<int32_t> indexes = arena.array<int32_t>(wanted.partition_indexes.size());
      std::copy(wanted.partition_indexes.begin(), wanted.partition_indexes.end(), indexes.begin());
      std::vector<Response::Partition> moving;
      for (const int32_t index : each_once(indexes, arena)) {
        if (topic->find(PartitionIndex(index)) != nullptr) {
          add_if_moving(*topic, static_cast<size_t>(index), arena, moving);
        }
      }
      add(*topic, std::move(moving), arena, topics);
    }
  }
  Response response;
  response.error_message = wire::null;
  response.topics = topics;
  request->answer(response);
}

}  // namespace ottla
