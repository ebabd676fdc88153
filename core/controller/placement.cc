#include "core/controller/placement.h"

#include <algorithm>
#include <map>

#include "core/base/prng.h"

namespace ottla {

namespace {

Prng seeded(Entropy& entropy) {
  uint8_t bytes[8];
  entropy.fill(bytes);
  uint64_t seed = 0;
  for (const uint8_t byte : bytes) seed = seed << 8 | byte;
  return Prng(seed);
}

template <class T>
void shuffle(std::vector<T>& all, Prng& prng) {
  for (size_t left = all.size(); left > 1; --left) std::swap(all[left - 1], all[prng.below(left)]);
}

}  // namespace

Placement::Placement(const Operation& operation) : image_(operation.image) {
  std::map<std::optional<std::string>, Rack> by_name;
  for (const auto& [id, broker] : operation.image.brokers()) {
    if (broker->shutting_down) continue;
    by_name[broker->rack].brokers.push_back(broker.get());
    ++broker_count_;
    if (!broker->fenced) ++unfenced_count_;
  }
  for (auto& [name, rack] : by_name) racks_.push_back(std::move(rack));
  if (broker_count_ < 2) return;
  Prng prng = seeded(operation.entropy);
  shuffle(racks_, prng);
  for (Rack& rack : racks_) shuffle(rack.brokers, prng);
}

const BrokerImage* Placement::take(Rack& rack, const std::vector<BrokerId>& taken, bool unfenced_only) {
  for (size_t step = 0; step < rack.brokers.size(); ++step) {
    const BrokerImage* broker = rack.brokers[(rack.next + step) % rack.brokers.size()];
    if (unfenced_only && broker->fenced) continue;
    if (std::find(taken.begin(), taken.end(), broker->id) != taken.end()) continue;
    rack.next = (rack.next + step + 1) % rack.brokers.size();
    return broker;
  }
  return nullptr;
}

Refusal Placement::place(int replica_count, std::vector<BrokerId>& replicas) {
  replicas.clear();
  if (replica_count <= 0) return {ErrorCode::invalid_replication_factor, "The replication factor must be positive."};
  if (unfenced_count_ == 0) {
    return {ErrorCode::invalid_replication_factor, "Every broker is fenced, so none can take the partition."};
  }
  if (static_cast<size_t>(replica_count) > broker_count_) {
    return {ErrorCode::invalid_replication_factor, "A replication factor of " + std::to_string(replica_count) +
                                                       " cannot be reached: " + std::to_string(broker_count_) +
                                                       " broker(s) are registered."};
  }
  // The leader from the first rack that has somebody unfenced, the others from rack to rack. A rack gives its next
  // broker, and unfenced ones first, so fenced ones come in only when there is nobody else.
  size_t rack = first_rack_++ % racks_.size();
  while (replicas.size() < static_cast<size_t>(replica_count)) {
    const BrokerImage* found = nullptr;
    for (const bool unfenced_only : {true, false}) {
      for (size_t step = 0; step < racks_.size() && found == nullptr; ++step) {
        Rack& candidate = racks_[(rack + step) % racks_.size()];
        found = take(candidate, replicas, unfenced_only);
        if (found != nullptr) rack = (rack + step + 1) % racks_.size();
      }
      if (found != nullptr) break;
    }
    OTTLA_ASSERT(found != nullptr);  // there are enough
    replicas.push_back(found->id);
  }
  return {};
}

Refusal check_assignment(const MetadataImage& image, std::span<const BrokerId> replicas, size_t replica_count) {
  const auto refuse = [](std::string message) {
    return Refusal{ErrorCode::invalid_replica_assignment, std::move(message)};
  };
  if (replicas.empty()) return refuse("The assignment has a partition without replicas.");
  std::vector<BrokerId> sorted(replicas.begin(), replicas.end());
  std::sort(sorted.begin(), sorted.end());
  for (size_t at = 0; at < sorted.size(); ++at) {
    const std::string id = std::to_string(sorted[at].value());
    if (image.find_broker(sorted[at]) == nullptr) {
      return refuse("The assignment names broker " + id + ", which is not registered.");
    }
    if (at > 0 && sorted[at] == sorted[at - 1]) {
      return refuse("The assignment names broker " + id + " more than once for a partition.");
    }
  }
  if (replica_count != 0 && replicas.size() != replica_count) {
    return refuse("The assignment gives a partition " + std::to_string(replicas.size()) +
                  " replica(s), while the topic's other partitions have " + std::to_string(replica_count) + ".");
  }
  return {};
}

bool is_active(const MetadataImage& image, BrokerId broker) {
  const BrokerImage* found = image.find_broker(broker);
  return found != nullptr && !found->fenced && !found->shutting_down;
}

void Placement::count_replicas() {
  for (const auto& [id, broker] : image_.brokers()) {
    for (const Uuid& directory : broker->directories) replica_counts_.emplace(directory, 0);
  }
  image_.for_each_topic([&](const TopicImage& topic) {
    for (const PartitionImage& partition : topic.partitions) {
      for (const Uuid& directory : partition.directories()) {
        if (const auto found = replica_counts_.find(directory); found != replica_counts_.end()) ++found->second;
      }
    }
    return true;
  });
}

// Cordoned ones get nothing, while there are others.
Uuid Placement::directory_on(BrokerId id) {
  const BrokerImage* broker = image_.find_broker(id);
  if (broker == nullptr || broker->directories.empty()) return kMigratingDirectory;
  if (broker->directories.size() == 1) return broker->directories.front();
  if (replica_counts_.empty()) count_replicas();
  const auto is_cordoned = [&](const Uuid& directory) {
    return std::binary_search(broker->cordoned.begin(), broker->cordoned.end(), directory);
  };
  const auto chosen =
      std::min_element(broker->directories.begin(), broker->directories.end(), [&](const Uuid& a, const Uuid& b) {
        return std::pair(is_cordoned(a), replica_counts_[a]) < std::pair(is_cordoned(b), replica_counts_[b]);
      });
  ++replica_counts_[*chosen];
  return *chosen;
}

std::optional<PartitionImage> Placement::new_partition(std::span<const BrokerId> replicas) {
  ReplicaSets sets;
  sets.brokers.assign(replicas.begin(), replicas.end());
  sets.list_ends.fill(static_cast<uint16_t>(replicas.size()));
  for (const BrokerId broker : replicas) {
    sets.directories.push_back(directory_on(broker));
    if (is_active(image_, broker)) sets.brokers.push_back(broker);
  }
  if (sets.brokers.size() == replicas.size()) return std::nullopt;
  for (size_t list = ReplicaSets::in_sync; list < ReplicaSets::kListCount; ++list) {
    sets.list_ends[list] = static_cast<uint16_t>(sets.brokers.size());
  }
  PartitionImage partition;
  partition.leader = sets.brokers[replicas.size()];
  partition.sets = std::make_shared<const ReplicaSets>(std::move(sets));
  return partition;
}

}  // namespace ottla
