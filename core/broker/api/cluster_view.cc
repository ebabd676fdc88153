#include "core/broker/api/cluster_view.h"

namespace ottla {
namespace {

// A replica whose directory was lost is offline; one that has none yet is where its broker will put it.
bool directory_is_online(const BrokerImage& broker, const Uuid& directory) {
  if (directory == kUnassignedDirectory || directory == kMigratingDirectory) return true;
  if (directory == kLostDirectory) return false;
  return broker.directories.empty() ||
         std::find(broker.directories.begin(), broker.directories.end(), directory) != broker.directories.end();
}

}  // namespace

ClusterView ClusterView::of(const Services& services, const Request& request) {
  return {*services.image, (*services.listeners)[request.listener().value()].name};
}

const ListenerImage* ClusterView::endpoint(BrokerId broker) const {
  const BrokerImage* known = image_.find_broker(broker);
  return known == nullptr || known->fenced ? nullptr : known->listener(listener_);
}

BrokerId ClusterView::controller(BrokerId self) const {
  if (endpoint(self) != nullptr) return self;
  BrokerId first = kNoBroker;
  for_each_reachable([&](const BrokerImage& broker, const ListenerImage&) {
    if (first == kNoBroker) first = broker.id;
  });
  return first;
}

BrokerId ClusterView::leader(const PartitionImage& partition) const {
  return endpoint(partition.leader) == nullptr ? kNoBroker : partition.leader;
}

ErrorCode ClusterView::why_no_leader(const PartitionImage& partition, bool names_listeners) const {
  const BrokerImage* leader = image_.find_broker(partition.leader);
  if (leader == nullptr || leader->fenced || !names_listeners) return ErrorCode::leader_not_available;
  return ErrorCode::listener_not_found;
}

wire::Array<int32_t> ClusterView::offline_replicas(const PartitionImage& partition, wire::Arena& arena) const {
  const auto replicas = partition.replicas();
  const auto directories = partition.directories();
  const auto is_offline = [&](size_t at) {
    if (endpoint(replicas[at]) == nullptr) return true;
    return at < directories.size() && !directory_is_online(*image_.find_broker(replicas[at]), directories[at]);
  };
  size_t count = 0;
  for (size_t i = 0; i < replicas.size(); ++i) count += is_offline(i) ? 1 : 0;
  if (count == 0) return {};
  const std::span<int32_t> offline = arena.array<int32_t>(count);
  size_t at = 0;
  for (size_t i = 0; i < replicas.size(); ++i) {
    if (is_offline(i)) offline[at++] = replicas[i].value();
  }
  return offline;
}

wire::Array<int32_t> ClusterView::reachable(std::span<const BrokerId> brokers, wire::Arena& arena) const {
  const std::span<int32_t> numbers = arena.array<int32_t>(brokers.size());
  size_t count = 0;
  for (const BrokerId broker : brokers) {
    if (endpoint(broker) != nullptr) numbers[count++] = broker.value();
  }
  return numbers.first(count);
}

wire::Array<int32_t> broker_numbers(std::span<const BrokerId> brokers, wire::Arena& arena) {
  const std::span<int32_t> numbers = arena.array<int32_t>(brokers.size());
  std::transform(brokers.begin(), brokers.end(), numbers.begin(), [](BrokerId broker) { return broker.value(); });
  return numbers;
}

}  // namespace ottla
