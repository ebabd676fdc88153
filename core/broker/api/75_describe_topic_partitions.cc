// DescribeTopicPartitions, version 0: partitions in pages, with the replicas that may become leader.
//
// Topics are sorted by name and told once. A page holds as many partitions as the client wants, at most
// max.request.partition.size.limit and at least one. A topic that does not exist takes no room on it; asked for by name,
// it is told with an error.
#include <algorithm>

#include "core/broker/api/cluster_view.h"
#include "core/broker/handlers.h"
#include "core/model/settings_handles.h"
#include "core/model/topic_name.h"
#include "core/wire/messages/75_describe_topic_partitions.h"

namespace ottla {
namespace {

using Asked = wire::DescribeTopicPartitionsRequest;
using Response = wire::DescribeTopicPartitionsResponse;

class Page {
 public:
  Page(ClusterView view, wire::Arena& arena, size_t room) : view_(view), arena_(arena), room_(room) {}

  // False: the page ends before this topic, or within it.
  bool add(const TopicImage& topic, size_t from) {
    if (room_ == 0) return end_at(topic.name, 0);
    const size_t size = topic.partitions.size();
    from = std::min(from, size);
    const size_t end = from + std::min(room_, size - from);
    Response::Topic& told = add(topic.name);
    told.topic_id = topic.id;
    const auto partitions = arena_.array<Response::Partition>(end - from);
    for (size_t i = from; i < end; ++i) tell(topic.partitions[i], i, partitions[i - from]);
    told.partitions = partitions;
    room_ -= partitions.size();
    return end == size || end_at(topic.name, end);
  }
  bool add_unknown(std::string_view name) {
    if (room_ == 0) return end_at(name, 0);
    const ErrorCode error =
        topic_name_fault(name) ? ErrorCode::invalid_topic_exception : ErrorCode::unknown_topic_or_partition;
    add(name).error_code = static_cast<int16_t>(error);
    return true;
  }

  // Valid while this is.
  const Response& finish() {
    response_.topics = topics_;
    return response_;
  }

 private:
  Response::Topic& add(std::string_view name) {
    Response::Topic& told = topics_.emplace_back();
    told.name = name;
    told.is_internal = is_internal_topic(name);
    told.topic_authorized_operations = operations::kTopic;
    return told;
  }
  bool end_at(std::string_view name, size_t partition) {
    response_.next_cursor = arena_.make(Response::Cursor{name, static_cast<int32_t>(partition)});
    return false;
  }
  void tell(const PartitionImage& partition, size_t index, Response::Partition& told) {
    told.partition_index = static_cast<int32_t>(index);
    told.leader_id = view_.leader(partition).value();
    told.leader_epoch = partition.leader_epoch.value();
    told.replica_nodes = broker_numbers(partition.replicas(), arena_);
    told.isr_nodes = broker_numbers(partition.in_sync(), arena_);
    told.eligible_leader_replicas = broker_numbers(partition.eligible(), arena_);
    told.last_known_elr = broker_numbers(partition.last_known_eligible(), arena_);
    told.offline_replicas = view_.offline_replicas(partition, arena_);
  }

  ClusterView view_;
  wire::Arena& arena_;
  size_t room_;
  std::vector<Response::Topic> topics_;
  Response response_;
};

// Kafka fails the whole request here, which it can only say by an error of each topic.
void refuse(Request& request, const Asked& asked) {
  const auto topics = request.arena().array<Response::Topic>(asked.topics.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = asked.topics[i].name;
    topics[i].error_code = static_cast<int16_t>(ErrorCode::invalid_request);
  }
  Response response;
  response.topics = topics;
  request.answer(response);
}

}  // namespace

void handle_describe_topic_partitions(Services& services, RequestPtr request,
                                      const wire::DescribeTopicPartitionsRequest& asked) {
  wire::Arena& arena = request->arena();
  const std::string_view from = asked.cursor ? asked.cursor->topic_name.view() : std::string_view();
  const size_t from_partition =
      asked.cursor ? static_cast<size_t>(std::max(0, asked.cursor->partition_index)) : size_t{0};
  const auto start_in = [&](std::string_view name) {
    return asked.cursor && name == from ? from_partition : size_t{0};
  };
  const int64_t room = std::clamp<int64_t>(asked.response_partition_limit, 1,
                                           services.settings->get(settings::kMaxRequestPartitionSizeLimit));
  const ClusterView view = ClusterView::of(services, *request);
  Page page(view, arena, static_cast<size_t>(room));
  const bool negative = asked.cursor && asked.cursor->partition_index < 0;

  if (asked.topics.empty()) {
    if (negative) return refuse(*request, asked);
    view.image().for_each_topic([&](const TopicImage& topic) { return page.add(topic, start_in(topic.name)); }, from);
    return request->answer(page.finish());
  }

  std::span<wire::String> names = arena.array<wire::String>(asked.topics.size());
  std::transform(asked.topics.begin(), asked.topics.end(), names.begin(), [](const auto& topic) { return topic.name; });
  std::sort(names.begin(), names.end());
  names = names.first(static_cast<size_t>(std::unique(names.begin(), names.end()) - names.begin()));
  names = names.subspan(
      static_cast<size_t>(std::lower_bound(names.begin(), names.end(), wire::String(from)) - names.begin()));
  // The cursor is a place among the topics asked for, or the two do not belong together.
  const bool stray = asked.cursor && (names.empty() || names.front().view() != from);
  if (negative || stray) return refuse(*request, asked);
  for (const wire::String name : names) {
    const TopicImage* topic = view.image().find_topic(name.view());
    if (!(topic == nullptr ? page.add_unknown(name) : page.add(*topic, start_in(name)))) break;
  }
  request->answer(page.finish());
}

}  // namespace ottla
