// Where new replicas go: striped over the brokers, so that leaders and followers are spread evenly whatever the number of
// partitions, and over racks, so that a partition's replicas lie in as many of them as there are. On a broker with several
// data directories a replica goes into the one with the fewest; the partition's record says so, and the broker follows it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/controller/operation.h"

namespace ottla {

// Registered brokers, in an order of its own for each operation.
class Placement {
 public:
  explicit Placement(const Operation& operation);

  // Replicas of the next partition, the preferred leader first: never a fenced one, while others may be fenced. The
  // refusal says why there are none.
  Refusal place(int replica_count, std::vector<BrokerId>& replicas);

  // A partition that begins its life on these replicas, its in-sync set the active ones among them. Nothing when none is.
  std::optional<PartitionImage> new_partition(std::span<const BrokerId> replicas);

 private:
  struct Rack {
    std::vector<const BrokerImage*> brokers;
    size_t next = 0;
  };

  const BrokerImage* take(Rack& rack, const std::vector<BrokerId>& taken, bool unfenced_only);
  Uuid directory_on(BrokerId broker);
  void count_replicas();

  const MetadataImage& image_;
  std::vector<Rack> racks_;
  size_t broker_count_ = 0;
  size_t unfenced_count_ = 0;
  size_t first_rack_ = 0;
  std::map<Uuid, size_t> replica_counts_;  // by directory; empty until somebody has several
};

// A client's own list of replicas. `replica_count`: what the topic's other partitions have; 0 when this is the first.
Refusal check_assignment(const MetadataImage& image, std::span<const BrokerId> replicas, size_t replica_count);

// May lead and count for commit: registered, neither fenced nor shutting down.
bool is_active(const MetadataImage& image, BrokerId broker);

}  // namespace ottla
