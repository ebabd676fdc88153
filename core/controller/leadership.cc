#include "core/controller/leadership.h"

#include <algorithm>

#include "core/controller/placement.h"
#include "core/wire/records/metadata_topics.h"

namespace ottla {

namespace {

bool contains(std::span<const BrokerId> brokers, BrokerId broker) {
  return std::find(brokers.begin(), brokers.end(), broker) != brokers.end();
}

template <class Visit>
void for_each_partition(const MetadataImage& image, Visit&& visit) {
  image.for_each_topic([&](const TopicImage& topic) {
    for (size_t index = 0; index < topic.partitions.size(); ++index) {
      visit(topic, static_cast<int32_t>(index), topic.partitions[index]);
    }
    return true;
  });
}

}  // namespace

BrokerId electable(const MetadataImage& image, const PartitionImage& partition, BrokerId but_not) {
  for (const BrokerId broker : partition.replicas()) {
    if (broker != but_not && contains(partition.in_sync(), broker) && is_active(image, broker)) return broker;
  }
  return kNoBroker;
}

void leave_partitions(Operation& operation, BrokerId broker, BrokerFate fate) {
  const MetadataImage& image = operation.image;
  for_each_partition(image, [&](const TopicImage& topic, int32_t index, const PartitionImage& partition) {
    if (!contains(partition.in_sync(), broker) && partition.leader != broker) return;
    wire::PartitionChangeRecord change;
    change.topic_id = topic.id;
    change.partition_id = index;
    std::vector<int32_t> in_sync;
    const BrokerId successor = electable(image, partition, broker);
    if (successor != kNoBroker) {
      for (const BrokerId member : partition.in_sync()) {
        if (member != broker) in_sync.push_back(member.value());
      }
      change.isr = in_sync;
      if (partition.leader == broker) change.leader = successor.value();
    } else if (fate == BrokerFate::shutting_down) {
      return;
    } else if (fate == BrokerFate::replaced) {
      if (partition.leader != broker) return;  // whoever leads it is down, or nobody does
      change.leader = broker.value();
    } else {
      if (partition.leader != broker) return;
      change.leader = kNoBroker.value();
    }
    operation.records.add(change);
  });
}

void take_up_partitions(Operation& operation, BrokerId broker) {
  for_each_partition(operation.image, [&](const TopicImage& topic, int32_t index, const PartitionImage& partition) {
    if (partition.leader != kNoBroker || !contains(partition.in_sync(), broker)) return;
    wire::PartitionChangeRecord change;
    change.topic_id = topic.id;
    change.partition_id = index;
    change.leader = broker.value();
    operation.records.add(change);
  });
}

bool leads_what_others_could(const MetadataImage& image, BrokerId broker) {
  bool found = false;
  for_each_partition(image, [&](const TopicImage&, int32_t, const PartitionImage& partition) {
    found = found || (partition.leader == broker && electable(image, partition, broker) != kNoBroker);
  });
  return found;
}

}  // namespace ottla
