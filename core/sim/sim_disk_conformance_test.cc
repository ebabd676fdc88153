#include "core/io/disk_conformance_testing.h"
#include "core/sim/sim_disk.h"

namespace ottla::sim {
namespace {

// Calm, and with the annoyances that no caller may notice.
struct CalmDisk {
  Disk& disk() { return disk_; }
  SimDisk disk_{1, {.would_block_per_mille = 0, .write_back_per_mille = 0}};
};

struct RestlessDisk {
  Disk& disk() { return disk_; }
  SimDisk disk_{2, {.would_block_per_mille = 300, .write_back_per_mille = 500, .history_max = 8}};
};

}  // namespace
}  // namespace ottla::sim

namespace ottla {
OTTLA_TEST_DISK_CONFORMANCE(SimDisk, sim::CalmDisk, sim::RestlessDisk);
}  // namespace ottla
