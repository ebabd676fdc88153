#include "core/client/metadata.h"

#include <algorithm>

#include "core/wire/messages/03_metadata.h"

namespace ottla {

void ClientMetadata::want(std::string_view topic) {
  if (!wanted_.emplace(topic).second) return;
  stale_ = true;
}

void ClientMetadata::forget(std::string_view topic) {
  if (const auto found = wanted_.find(topic); found != wanted_.end()) wanted_.erase(found);
  if (const auto found = topics_.find(topic); found != topics_.end()) {
    names_.erase(found->second.id);
    topics_.erase(found);
  }
}

const ClientTopic* ClientMetadata::find(std::string_view topic) const {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? nullptr : &found->second;
}

const std::string* ClientMetadata::name_of(const TopicId& id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? nullptr : &found->second;
}

const ClientPartition* ClientMetadata::find(const TopicPartition& partition) const {
  const ClientTopic* topic = find(partition.topic);
  const auto index = static_cast<size_t>(partition.partition.value());
  return topic == nullptr || index >= topic->partitions.size() ? nullptr : &topic->partitions[index];
}

void ClientMetadata::tick() {
  if (expires_ <= network_.now()) stale_ = true;
  if (!stale_ || asking_ || not_before_ > network_.now()) return;
  if (const BrokerId broker = network_.any(); broker != kNoBroker) ask(broker);
}

Instant ClientMetadata::next_deadline() const {
  if (asking_) return Instant::never();
  if (!stale_) return expires_;
  return not_before_ > network_.now() ? not_before_ : Instant::never();  // else it waits for a connection
}

void ClientMetadata::ask(BrokerId broker) {
  const auto version = network_.version_for<wire::MetadataRequest>(broker);
  if (!version) return;
  arena_.reset();
  wire::MetadataRequest request;
  const auto topics = arena_.array<wire::MetadataRequest::Topic>(wanted_.size());
  size_t index = 0;
  for (const std::string& topic : wanted_) topics[index++].name = std::string_view(topic);
  request.topics = topics;
  request.allow_auto_topic_creation = options_.create_topics;
  asking_ = network_.send(broker, request, *version, [this](const ClientAnswer& answer) { take(answer); });
  stale_ = false;
  not_before_ = network_.now() + options_.pause;
}

void ClientMetadata::take(const ClientAnswer& answer) {
  asking_ = false;
  wire::Arena arena;
  wire::MetadataResponse response;
  if (!answer.read(arena, response) || response.error_code != 0) {
    stale_ = true;
    ++failures_;
    return;
  }
  expires_ = network_.now() + options_.age_max;
  cluster_id_ = response.cluster_id.or_empty().view();
  controller_ = BrokerId(response.controller_id);
  brokers_.clear();
  for (const auto& broker : response.brokers) {
    brokers_[BrokerId(broker.node_id)] = {std::string(broker.host.view()), static_cast<uint16_t>(broker.port)};
  }
  for (const auto& told : response.topics) {
    const std::string_view name = told.name.or_empty();
    if (!wanted_.contains(name)) continue;
    ClientTopic& topic = topics_[std::string(name)];
    const bool same = topic.id == told.topic_id;
    if (!same) names_.erase(topic.id);
    topic.id = told.topic_id;
    topic.error = error_from_wire(told.error_code);
    // Nobody who does not exist will come to be without a second look.
    if (topic.error != ErrorCode::none) {
      ++failures_;
      stale_ |= is_retriable(topic.error);
    }
    std::vector<ClientPartition> partitions(told.partitions.size());
    for (const auto& partition : told.partitions) {
      const auto index = static_cast<size_t>(partition.partition_index);
      if (index >= partitions.size()) continue;
      partitions[index] = {BrokerId(partition.leader_id), LeaderEpoch(partition.leader_epoch)};
      // A broker that is behind knows less than we do.
      if (same && index < topic.partitions.size() &&
          topic.partitions[index].leader_epoch > partitions[index].leader_epoch)
        partitions[index] = topic.partitions[index];
      if (partitions[index].leader == kNoBroker) {
        ++failures_;
        stale_ = true;
      }
    }
    topic.partitions = std::move(partitions);
    if (!topic.id.is_zero()) names_[topic.id] = name;
  }
  network_.set_brokers(brokers_);
}

}  // namespace ottla
