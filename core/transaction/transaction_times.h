// How long a coordinator waits before it asks for markers again.
#pragma once

#include "core/base/time.h"

namespace ottla {

inline constexpr Duration kMarkerPauseFirst = Duration::from_ms(20);
inline constexpr Duration kMarkerPauseMax = Duration::from_s(1);

}  // namespace ottla
