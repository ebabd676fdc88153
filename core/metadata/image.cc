#include "core/metadata/image.h"

#include <algorithm>

namespace ottla {

bool PartitionImage::has_replica(BrokerId broker) const {
  return std::find(replicas().begin(), replicas().end(), broker) != replicas().end();
}

std::optional<Uuid> PartitionImage::directory_of(BrokerId broker) const {
  const std::span<const BrokerId> all = replicas();
  const auto place = static_cast<size_t>(std::find(all.begin(), all.end(), broker) - all.begin());
  if (place >= directories().size()) return std::nullopt;
  return directories()[place];
}

const PartitionImage* TopicImage::find(PartitionIndex index) const {
  if (index.value() < 0 || static_cast<size_t>(index.value()) >= partitions.size()) return nullptr;
  return &partitions[static_cast<size_t>(index.value())];
}

const ListenerImage* BrokerImage::listener(std::string_view wanted) const {
  const auto at =
      std::find_if(listeners.begin(), listeners.end(), [&](const ListenerImage& l) { return l.name == wanted; });
  return at == listeners.end() ? nullptr : &*at;
}

ImagePtr MetadataImage::empty() { return std::make_shared<const MetadataImage>(); }

const TopicImage* MetadataImage::find_topic(std::string_view name) const {
  const TopicPtr* found = by_name_.find(name);
  return found == nullptr ? nullptr : found->get();
}

const TopicImage* MetadataImage::find_topic(const TopicId& id) const {
  const TopicImage* const* found = by_id_.find(id);
  return found == nullptr ? nullptr : *found;
}

TopicPtr MetadataImage::topic(std::string_view name) const {
  const TopicPtr* found = by_name_.find(name);
  return found == nullptr ? nullptr : *found;
}

const BrokerImage* MetadataImage::find_broker(BrokerId id) const {
  const auto at = brokers_->find(id);
  return at == brokers_->end() ? nullptr : at->second.get();
}

const ConfigMap* MetadataImage::configs(ConfigResource::Type type, std::string_view name) const {
  const ResourceConfigsPtr* found = configs_.find({type, name});
  return found == nullptr ? nullptr : &(*found)->values;
}

std::vector<ConfigResource> MetadataImage::config_resources(ConfigResource::Type type) const {
  std::vector<ConfigResource> found;
  const ByResource::Key from{type, {}};
  configs_.for_each(
      [&](const ResourceConfigsPtr& configs) {
        if (configs->resource.type != type) return false;
        found.push_back(configs->resource);
        return true;
      },
      &from);
  return found;
}

int16_t MetadataImage::feature(std::string_view name) const {
  const auto at = features_->find(name);
  return at == features_->end() ? int16_t{0} : at->second;
}

}  // namespace ottla
