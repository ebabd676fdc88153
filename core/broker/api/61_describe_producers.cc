// DescribeProducers, version 0: the producers that partitions remember. A partition that is named twice is told once.

#include <set>
#include <string_view>
#include <utility>

#include "core/broker/handlers.h"
#include "core/broker/partition_access.h"
#include "core/broker/ready_wait.h"
#include "core/broker/services.h"
#include "core/wire/messages/61_describe_producers.h"

namespace ottla {
namespace {

using Asked = wire::DescribeProducersRequest;
using Answered = wire::DescribeProducersResponse;

wire::Array<Answered::ActiveProducer> describe(const ProducerState& producers, wire::Arena& arena) {
  const std::vector<ProducerView> views = producers.producers();
  const auto described = arena.array<Answered::ActiveProducer>(views.size());
  for (size_t i = 0; i < views.size(); ++i) {
    const ProducerView& view = views[i];
    described[i] = {.producer_id = view.producer_id.value(),
                    .producer_epoch = view.epoch.value(),
                    .last_sequence = view.last_sequence.value(),
                    .last_timestamp = view.last_timestamp.ms(),
                    .coordinator_epoch = view.coordinator_epoch,
                    .current_txn_start_offset =
                        view.transaction_first_offset.has_value() ? view.transaction_first_offset->value() : -1};
  }
  return described;
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  wire::Arena& arena = request->arena();
  std::vector<LogNumber> waits;
  std::set<std::pair<std::string_view, int32_t>> named;
  Answered answer;
  const auto topics = arena.array<Answered::Topic>(asked.topics.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    const Asked::Topic& topic = asked.topics[i];
    const auto partitions = arena.array<Answered::Partition>(topic.partition_indexes.size());
    size_t count = 0;
    const TopicImage* image = services.image->find_topic(topic.name.view());
    for (const int32_t index : topic.partition_indexes) {
      if (!named.emplace(topic.name.view(), index).second) continue;
      Answered::Partition& told = partitions[count++];
      told.partition_index = index;
      const PartitionAccess access = access_leader(services, image, PartitionIndex(index));
      ErrorCode error = access.error;
      if (error == ErrorCode::none && !access.replica->ready()) {
        waits.push_back(access.number);
        error = ErrorCode::not_leader_or_follower;
      }
      told.error_code = static_cast<int16_t>(error);
      if (error == ErrorCode::none) told.active_producers = describe(access.replica->log().producers(), arena);
    }
    topics[i].name = topic.name;
    topics[i].partitions = partitions.first(count);
  }
  if (!waits.empty() && !last) return wait_until_ready(services, std::move(request), asked, waits, &handle);
  answer.topics = topics;
  request->answer(answer);
}

}  // namespace

void handle_describe_producers(Services& services, RequestPtr request, const wire::DescribeProducersRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
