#include "core/broker/partition_access.h"

namespace ottla {

PartitionAccess access_leader(Services& services, const TopicImage* topic, PartitionIndex index, LeaderEpoch claimed) {
  const PartitionImage* partition = topic != nullptr ? topic->find(index) : nullptr;
  if (partition == nullptr) return {.error = ErrorCode::unknown_topic_or_partition};
  Replica* replica = services.replicas->find(*topic, index);
  // Not here; or its log could not be made just now, which may succeed when the client asks again.
  if (replica == nullptr) return {.error = ErrorCode::not_leader_or_follower};
  const ErrorCode error = replica->check_leader(claimed);
  return {.error = error, .replica = error == ErrorCode::none ? replica : nullptr, .number = replica->number()};
}

LeaderHint leader_hint(const Services& services, const TopicImage& topic, PartitionIndex index, ListenerId listener) {
  LeaderHint hint;
  const PartitionImage* partition = topic.find(index);
  if (partition == nullptr) return hint;
  hint.leader_id = partition->leader.value();
  hint.leader_epoch = partition->leader_epoch.value();
  const BrokerImage* leader = services.image->find_broker(partition->leader);
  if (leader == nullptr || listener.value() >= services.listeners->size()) return hint;
  hint.endpoint = leader->listener((*services.listeners)[listener.value()].name);
  if (leader->rack.has_value()) hint.rack = &*leader->rack;
  return hint;
}

}  // namespace ottla
