#include "core/io/disk_conformance_testing.h"
#include "core/io/thread_conformance_testing.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

struct PosixHost {
  Disk& disk() { return *disk_; }
  TemporaryDirectory directory_;
  std::unique_ptr<PosixDisk> disk_ = PosixDisk::open(directory_.path()).value();
};

}  // namespace

OTTLA_TEST_DISK_CONFORMANCE(PosixDisk, PosixHost);
INSTANTIATE_TYPED_TEST_SUITE_P(PosixDisk, ThreadConformance, testing::Types<PosixHost>);

}  // namespace ottla
