// Offsets that jump further than an index can say, as a follower gets them of a compacted log, and what fails amid that.
#include <gtest/gtest.h>

#include "core/log/log_testing.h"

namespace ottla::log_testing {
namespace {

constexpr Offset kFar{4'000'000'000};

LogResult<> replicate(LogWorld& world, Log& log, const std::string& value, Offset offset) {
  return log.append_as_follower(world.batch({value}, {}, offset, LeaderEpoch(0)), world.wall);
}

TEST(OffsetJump, is_kept_by_the_rewrite_after_a_failed_sync) {
  for (const int64_t interval : {0, 4'096}) {
    SCOPED_TRACE(interval);
    LogSettings settings;
    settings.index_interval = interval;
    LogWorld world(1, settings);
    Log& log = world.create();
    world.settle();
    ASSERT_TRUE(replicate(world, log, "a", Offset(0)).ok());
    world.settle();
    ASSERT_TRUE(replicate(world, log, "b", Offset(1)).ok());
    ASSERT_TRUE(replicate(world, log, "c", kFar).ok());
    ASSERT_TRUE(replicate(world, log, "d", kFar + 1).ok());
    world.disk.faults().add({.operation = IoOperation::sync, .nth = 1, .path_contains = ".log"});
    world.settle();
    ASSERT_EQ(text(log.state()), "ready");
    EXPECT_GT(world.marks.count(Mark::failed_sync_rescued), 0U);
    ASSERT_EQ(log.durable_end(), kFar + 2);
    world.crash();
    const std::map<int64_t, std::string> expected{{0, "a"}, {1, "b"}, {kFar.value(), "c"}, {kFar.value() + 1, "d"}};
    EXPECT_EQ(world.read(world.ready()).values, expected);
  }
}

TEST(OffsetJump, is_undone_where_its_batch_cannot_be_written) {
  for (const IoOperation operation : {IoOperation::write, IoOperation::create}) {
    SCOPED_TRACE(text(operation));
    LogWorld world(1, {});
    Log& log = world.create();
    world.settle();
    ASSERT_TRUE(replicate(world, log, "a", Offset(0)).ok());
    world.settle();
    world.disk.faults().add({.operation = operation, .nth = 1, .path_contains = ".log"});
    ASSERT_FALSE(replicate(world, log, "c", kFar).ok());
    world.disk.faults().clear();
    EXPECT_LE(log.active().base(), log.log_end());
    world.settle();
    world.directory().write_checkpoints();
    world.run_jobs();
    // And nearer batches, and the far one, go on from there.
    ASSERT_TRUE(replicate(world, log, "b", Offset(1)).ok());
    ASSERT_TRUE(replicate(world, log, "c", kFar).ok());
    world.settle();
    world.crash();
    const std::map<int64_t, std::string> expected{{0, "a"}, {1, "b"}, {kFar.value(), "c"}};
    EXPECT_EQ(world.read(world.ready()).values, expected);
  }
}

// Where what failed cannot be undone either, nothing may come to stand in that segment.
TEST(OffsetJump, takes_the_log_offline_where_it_cannot_be_undone) {
  LogWorld world(1, {});
  Log& log = world.create();
  ASSERT_TRUE(replicate(world, log, "a", Offset(0)).ok());
  world.settle();
  world.disk.faults().add({.operation = IoOperation::write, .nth = 1, .path_contains = ".log"});
  world.disk.faults().add({.operation = IoOperation::unlink, .nth = 1, .path_contains = ".log"});
  ASSERT_FALSE(replicate(world, log, "c", kFar).ok());
  EXPECT_EQ(text(log.state()), "offline");
}

}  // namespace
}  // namespace ottla::log_testing
