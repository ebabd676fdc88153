// Whether racks decide anything, and who is near what. Shared by range, which asks topic by topic, and sticky, which asks
// for the whole group.
#pragma once

#include <cstdint>
#include <span>

#include "core/assignor/group_view.h"

namespace ottla::assignor {

// The racks of a partition's replicas, in which one may stand twice; empty when they are not known.
std::span<const RackIndex> racks_of(const GroupView& view, int32_t slot);

// True when the rack holds a replica of the partition.
bool has_replica_on(const GroupView& view, int32_t slot, RackIndex rack);

// Racks decide something for these members and topics when a member's rack has any replica, and replicas are not on the
// same racks for every partition.
bool racks_matter(const GroupView& view, std::span<const int32_t> ranks, std::span<const int32_t> topics);

}  // namespace ottla::assignor
