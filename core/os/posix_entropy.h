// The system's random bits.
#pragma once

#include "core/base/entropy.h"

namespace ottla {

// May be used from any thread. Waits only where the machine has just booted and has none yet. That the system refuses
// is no operating error: ids that repeat are worse than no process (asserted).
class PosixEntropy final : public Entropy {
 public:
  void fill(std::span<uint8_t> out) override;
};

}  // namespace ottla
