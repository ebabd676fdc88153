// The seeded generator (xoshiro256**): the same seed gives the same numbers on every machine and compiler, which is
// what makes a simulated run repeatable. Not for secrets; those come from Entropy.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/assert.h"

namespace ottla {

class Prng {
 public:
  explicit Prng(uint64_t seed);

  uint64_t next();
  uint64_t below(uint64_t bound);                // 0 <= result < bound; bound > 0; unbiased
  int64_t between(int64_t first, int64_t last);  // both inclusive
  bool chance(uint32_t numerator, uint32_t denominator) { return below(denominator) < numerator; }
  double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // 0 <= result < 1
  void fill(std::span<uint8_t> out);
  // A generator of its own for one part of a run, so that a draw more in one part moves nothing in another.
  Prng fork() { return Prng(next()); }

  template <class T>
  T& pick(std::span<T> from) {
    OTTLA_ASSERT(!from.empty());
    return from[below(from.size())];
  }

 private:
  uint64_t state_[4];
};

}  // namespace ottla
