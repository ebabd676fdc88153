// Lives of a broker's partitions at random: appends, repeated batches, deletions, new epochs, stops, kills, crashes, cuts
// of the power, full and failing disks, against a model of what was promised.
#pragma once

#include <cstdint>
#include <string>

namespace ottla::replica_testing {

struct HistoryCounts {
  uint64_t appended = 0;  // values
  uint64_t promised = 0;  // of them, on the disk by promise
  uint64_t crashes = 0;
  uint64_t checked = 0;  // partitions held against the model
};

// What went wrong, or empty.
std::string live_at_random(uint64_t seed, int acts, HistoryCounts& counts);

}  // namespace ottla::replica_testing
