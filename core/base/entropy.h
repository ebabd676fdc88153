// The only source of unpredictable bits. Ids, nonces and secrets come from here and nowhere else: the node gives the
// system's, the simulator gives a seeded one, so that a run repeats byte for byte.
#pragma once

#include <cstdint>
#include <span>

namespace ottla {

class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<uint8_t> out) = 0;
};

}  // namespace ottla
