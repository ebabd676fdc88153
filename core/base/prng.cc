#include "core/base/prng.h"

#include <bit>
#include <cstring>

namespace ottla {

Prng::Prng(uint64_t seed) {
  // SplitMix64 spreads the seed: xoshiro must not start from a state with few bits set.
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    word = z ^ (z >> 31);
  }
}

uint64_t Prng::next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Prng::below(uint64_t bound) {
  OTTLA_ASSERT(bound > 0);
  // Draws from the incomplete last round of `bound` are thrown away: they would favour small results.
  const uint64_t reject_below = (0 - bound) % bound;
  uint64_t draw = next();
  while (draw < reject_below) draw = next();
  return draw % bound;
}

int64_t Prng::between(int64_t first, int64_t last) {
  OTTLA_ASSERT(first <= last, first, last);
  const uint64_t span = static_cast<uint64_t>(last) - static_cast<uint64_t>(first);
  const uint64_t draw = span == UINT64_MAX ? next() : below(span + 1);
  return static_cast<int64_t>(static_cast<uint64_t>(first) + draw);
}

void Prng::fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    const uint64_t word = next();
    const size_t part = out.size() < sizeof word ? out.size() : sizeof word;
    std::memcpy(out.data(), &word, part);
    out = out.subspan(part);
  }
}

}  // namespace ottla
