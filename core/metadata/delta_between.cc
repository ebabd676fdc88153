// What leads from one image to another.
#include <algorithm>

#include "core/metadata/delta.h"

namespace ottla {

namespace {

bool same(const PartitionImage& a, const PartitionImage& b) {
  return a.leader == b.leader && a.leader_epoch == b.leader_epoch && a.partition_epoch == b.partition_epoch &&
         a.recovering == b.recovering && (a.sets == b.sets || *a.sets == *b.sets);
}

std::vector<PartitionIndex> changed_partitions(const TopicImage* before, const TopicImage& after) {
  std::vector<PartitionIndex> changed;
  for (size_t index = 0; index < after.partitions.size(); ++index) {
    const bool there = before != nullptr && index < before->partitions.size();
    if (there && same(before->partitions[index], after.partitions[index])) continue;
    changed.emplace_back(static_cast<int32_t>(index));
  }
  return changed;
}

}  // namespace

std::unique_ptr<MetadataDelta> MetadataDelta::between(const ImagePtr& before, const ImagePtr& after) {
  auto delta = std::make_unique<MetadataDelta>(before);
  delta->next_ = nullptr;
  delta->after_ = after;
  delta->find_changes();
  return delta;
}

void MetadataDelta::find_changes() {
  before_->by_name_.for_each([&](const TopicPtr& topic) {
    if (after_->find_topic(topic->id) == nullptr) topic_changes_.push_back({topic, nullptr, {}});
    return true;
  });
  after_->by_name_.for_each([&](const TopicPtr& topic) {
    const TopicImage* old = before_->find_topic(topic->id);
    if (old == topic.get()) return true;
    std::vector<PartitionIndex> partitions = changed_partitions(old, *topic);
    if (old != nullptr && partitions.empty()) return true;
    topic_changes_.push_back({old == nullptr ? nullptr : before_->topic(old->name), topic, std::move(partitions)});
    return true;
  });
  std::map<BrokerId, bool> numbers;
  for (const auto& [id, broker] : before_->brokers()) numbers[id] = true;
  for (const auto& [id, broker] : after_->brokers()) numbers[id] = true;
  for (const auto& [id, present] : numbers) {
    const BrokerImage* old = before_->find_broker(id);
    const BrokerImage* now = after_->find_broker(id);
    if (old == nullptr || now == nullptr || *old != *now) changed_brokers_.push_back(id);
  }
  std::map<ConfigResource, bool> resources;
  before_->for_each_configs([&](const ConfigResource& resource, const ConfigMap&) { resources[resource] = true; });
  after_->for_each_configs([&](const ConfigResource& resource, const ConfigMap&) { resources[resource] = true; });
  for (const auto& [resource, present] : resources) {
    const ConfigMap* old = before_->configs(resource);
    const ConfigMap* now = after_->configs(resource);
    if (old == nullptr || now == nullptr || *old != *now) changed_configs_.push_back(resource);
  }
  features_changed_ = before_->features() != after_->features();
  producer_ids_changed_ = before_->next_producer_id() != after_->next_producer_id();
}

}  // namespace ottla
