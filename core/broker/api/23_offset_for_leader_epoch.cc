// OffsetForLeaderEpoch, versions 0 to 4.
//
// Where an epoch ends in this log, for a consumer that finds out whether what it read was cut away. Anybody may ask; a
// follower gets the same answer.

#include <utility>

#include "core/broker/handlers.h"
#include "core/broker/partition_access.h"
#include "core/broker/ready_wait.h"
#include "core/broker/services.h"
#include "core/wire/messages/23_offset_for_leader_epoch.h"

namespace ottla {
namespace {

using Asked = wire::OffsetForLeaderEpochRequest;
using Answered = wire::OffsetForLeaderEpochResponse;

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  wire::Arena& arena = request->arena();
  std::vector<LogNumber> waits;
  Answered answer;
  const auto topics = arena.array<Answered::Topic>(asked.topics.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    const Asked::Topic& topic = asked.topics[i];
    const auto partitions = arena.array<Answered::Partition>(topic.partitions.size());
    topics[i].topic = topic.topic;
    topics[i].partitions = partitions;
    const TopicImage* image = services.image->find_topic(topic.topic.view());
    for (size_t j = 0; j < partitions.size(); ++j) {
      const Asked::Partition& partition = topic.partitions[j];
      const PartitionAccess access = access_leader(services, image, PartitionIndex(partition.partition),
                                                   LeaderEpoch(partition.current_leader_epoch));
      partitions[j].partition = partition.partition;
      ErrorCode error = access.error;
      if (error == ErrorCode::none && !access.replica->ready()) {
        waits.push_back(access.number);
        error = ErrorCode::not_leader_or_follower;
      }
      partitions[j].error_code = static_cast<int16_t>(error);
      if (error != ErrorCode::none) continue;
      const EpochEnd end = access.replica->log().epoch_end(LeaderEpoch(partition.leader_epoch));
      partitions[j].leader_epoch = end.epoch.value();
      partitions[j].end_offset = end.end_offset.value();
    }
  }
  if (!waits.empty() && !last) return wait_until_ready(services, std::move(request), asked, waits, &handle);
  answer.topics = topics;
  request->answer(answer);
}

}  // namespace

void handle_offset_for_leader_epoch(Services& services, RequestPtr request,
                                    const wire::OffsetForLeaderEpochRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
