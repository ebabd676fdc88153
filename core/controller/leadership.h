// Who leads when brokers come and go. Every function adds one change record for each partition that changes.
#pragma once

#include "core/controller/operation.h"

namespace ottla {

// What has become of a broker.
enum class BrokerFate : uint8_t {
  // A new incarnation took its place. What only the old one had in sync is led by the new one, in a new epoch: an unclean
  // stop may have cut the log, and clients find that out by the epoch. Without the new epoch a consumer that was told of
  // records beyond the cut would wait there and skip what is written in their place.
  replaced,
  fenced,         // what it alone has in sync has no leader
  shutting_down,  // what it alone has in sync stays with it to its last moment: nobody else could take it
};

// Takes the broker out of in-sync sets that have others who are up, and moves its leaderships to them.
void leave_partitions(Operation& operation, BrokerId broker, BrokerFate fate);

// The broker is up: it leads what has no leader and has it in sync.
void take_up_partitions(Operation& operation, BrokerId broker);

// Partitions that this broker leads and that others could.
bool leads_what_others_could(const MetadataImage& image, BrokerId broker);

// Who shall lead the partition, of those in sync and up, by the order of preference; kNoBroker when nobody can.
BrokerId electable(const MetadataImage& image, const PartitionImage& partition, BrokerId but_not = kNoBroker);

}  // namespace ottla
