// Entropy that repeats: the same seed gives the same ids, nonces and secrets.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/entropy.h"
#include "core/base/prng.h"

namespace ottla::sim {

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(uint64_t seed) : prng_(seed) {}
  void fill(std::span<uint8_t> out) override { prng_.fill(out); }

 private:
  Prng prng_;
};

}  // namespace ottla::sim
