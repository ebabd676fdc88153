// What the two ways of sticky share: the claims of the members after quarrels are settled, and the answer before anything
// is held back for a cooperative round.
#pragma once

#include <cstdint>
#include <vector>

#include "core/assignor/group_view.h"

namespace ottla::assignor {

// Two members may claim one partition: one slept through a rebalance, or was told something wrong. The later generation
// has it. Of one generation neither has, and the partition is disputed: whoever gets it must wait until both let go.
struct Claims {
  Claims(const GroupView& view);  // NOLINT(google-explicit-constructor): nothing converts to it by accident

  std::vector<int32_t> holder;    // by slot
  std::vector<bool> disputed;     // by slot
  std::vector<int32_t> previous;  // by slot, who had it in the latest generation that is over, if it still subscribes
};

struct StickyAnswer {
  std::vector<int32_t> owner;   // by slot
  std::vector<bool> must_wait;  // by slot: another member has to let go first
};

// Everybody subscribes to the same topics: shares are known beforehand and are filled.
StickyAnswer sticky_equal(const GroupView& view, const Claims& claims, bool by_rack);

// Subscriptions differ: what is free goes to the least loaded, then partitions move until no move evens anything out.
StickyAnswer sticky_unequal(const GroupView& view, const Claims& claims, bool by_rack);

// Whether a member may have a partition as far as racks go; one without a rack may have any.
bool near(const GroupView& view, int32_t rank, int32_t slot);

}  // namespace ottla::assignor
