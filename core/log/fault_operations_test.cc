// A scripted life of a data directory, over and over, in which one operation of the disk fails: the first write, the second,
// and so on, until none is left to fail; then every sync, every rename, and all the others. What was acknowledged is there
// afterwards, nothing is there that was never written, and no partition stays behind.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/log/scripted_life_testing.h"

namespace ottla::log_testing {
namespace {

constexpr IoOperation kOperations[] = {
    IoOperation::create,         IoOperation::open,        IoOperation::read,     IoOperation::write,
    IoOperation::truncate,       IoOperation::preallocate, IoOperation::sync,     IoOperation::sync_directory,
    IoOperation::rename,         IoOperation::unlink,      IoOperation::list,     IoOperation::status,
    IoOperation::make_directory, IoOperation::read_cached, IoOperation::sync_all, IoOperation::remove_directory};

constexpr size_t kSyncAllAbove = 256;

// `always`: an operation that never succeeds, either. Then it is the caller who knows how often there is one of the others.
int fail_every(sim::FaultRule fault, IoOperation always = IoOperation::none, uint64_t nth_max = UINT64_MAX) {
  int count = 0;
  for (fault.nth = 1; fault.nth <= nth_max; ++fault.nth) {
    SCOPED_TRACE(std::string(text(fault.operation)) + " number " + std::to_string(fault.nth) +
                 (fault.for_ever ? " and all later ones" : ""));
    // The number also settles what the crashes leave. Where the sync of everything is to fail there has to be one.
    ScriptedLife life(fault.nth, fault.operation == IoOperation::sync_all ? 1 : kSyncAllAbove);
    if (always != IoOperation::none) life.plan({.operation = always, .for_ever = true, .path_contains = "0/"});
    life.plan(fault);
    life.live();
    if (::testing::Test::HasFailure()) return count;
    const bool struck = life.struck();
    if (fault.for_ever) life.expect_the_sound_one_never_noticed();
    life.expect_what_was_told();
    if (::testing::Test::HasFailure() || !struck) return count;
    ++count;
  }
  return count;
}

TEST(FaultOperations, each_fails_once) {
  int total = 0;
  for (const IoOperation operation : kOperations) {
    for (const IoError::Code code : {IoError::io, IoError::no_space}) {
      const int count = fail_every({.operation = operation, .code = code});
      if (HasFailure()) return;
      std::printf("%-18s %-20s %4d failures\n", text(operation).data(), text(code).data(), count);
      EXPECT_GT(count, 0) << text(operation) << " is never asked for";
      total += count;
    }
  }
  std::printf("%d failures\n", total);
  EXPECT_GT(total, 1000);
}

TEST(FaultOperations, each_write_fails_and_so_does_cutting_it_back) {
  const int count = fail_every({.operation = IoOperation::write}, IoOperation::truncate, 130);
  std::printf("%d failures\n", count);
  EXPECT_EQ(count, 130);
}

TEST(FaultOperations, from_each_on_all_fail_of_one_partition) {
  int total = 0;
  for (const IoOperation operation : kOperations) {
    const int count = fail_every({.operation = operation, .for_ever = true, .path_contains = "t-0"});
    if (HasFailure()) return;
    std::printf("%-18s %4d beginnings\n", text(operation).data(), count);
    total += count;
  }
  std::printf("%d beginnings\n", total);
  EXPECT_GT(total, 200);
}

}  // namespace
}  // namespace ottla::log_testing
