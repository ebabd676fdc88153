// The two clocks that a host hands to core with every tick.
#pragma once

#include "core/base/time.h"

namespace ottla {

// Never goes back; its zero means nothing, and it stands still while the machine is suspended.
[[nodiscard]] Instant monotonic_now();

// The wall clock, which people and time servers set, backwards too.
[[nodiscard]] Timestamp wall_now();

}  // namespace ottla
