// The version of a message, and sets of consecutive versions as Kafka's definitions state them.
#pragma once

#include <cstdint>

namespace ottla::wire {

using Version = int16_t;

inline constexpr Version kVersionLast = INT16_MAX;

// first to last, both inclusive; empty when last < first.
struct Versions {
  Version first = 0;
  Version last = -1;

  [[nodiscard]] constexpr bool contains(Version version) const { return first <= version && version <= last; }
  [[nodiscard]] constexpr bool empty() const { return last < first; }
  friend constexpr bool operator==(const Versions&, const Versions&) = default;
};

inline constexpr Versions always{0, kVersionLast};
inline constexpr Versions never{0, -1};
constexpr Versions since(Version first) { return {first, kVersionLast}; }
constexpr Versions until(Version last) { return {0, last}; }
constexpr Versions between(Version first, Version last) { return {first, last}; }
constexpr Versions only(Version version) { return {version, version}; }

}  // namespace ottla::wire
