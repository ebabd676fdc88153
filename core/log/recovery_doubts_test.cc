// What a start finds where a process was killed amid something, or where two things that are written down differ.
#include <gtest/gtest.h>

#include "core/log/compacted_log_testing.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

LogSettings small_segments() {
  LogSettings settings;
  settings.segment_size_max = 400;
  settings.file_delete_delay = Duration();
  return settings;
}

Values fill(LogWorld& world, int count) {
  Values expected;
  Log& log = world.create();
  for (int i = 0; i < count; ++i) {
    expected[i] = "record " + std::to_string(i);
    world.append(log, {expected[i]});
  }
  world.settle();
  world.now = world.now + Duration::from_s(61);
  world.directory().tick(world.now, world.wall);
  world.settle();
  world.directory().write_checkpoints();
  world.run_jobs();
  return expected;
}

// A checkpoint has its new name in the cache alone when the process is killed, and says that the log starts at 20. What lies
// below goes at the next start; a power cut then must not leave the old checkpoint, which asks for it.
TEST(RecoveryDoubts, a_log_start_is_durable_before_what_lies_below_goes) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    LogWorld world(seed, small_segments());
    const Values expected = fill(world, 30);
    ASSERT_TRUE(world.ready().raise_log_start(Offset(20)).ok());
    world.disk.faults().add({.operation = IoOperation::sync_directory, .nth = 1, .path_contains = ""});
    world.directory().write_checkpoints();
    world.run_jobs();
    world.disk.faults().clear();
    world.kill();
    world.jobs.drop_all();
    world.directory().find({"t", PartitionIndex(0)})->load();
    for (uint64_t steps = seed; steps > 0 && world.jobs.count() > 0; --steps) {
      if (auto done = world.jobs.step()) world.directory().completed(done->first, std::move(done->second));
    }
    world.crash();
    Log& log = world.load();
    ASSERT_EQ(text(log.state()), "ready") << log.trouble();
    const Values there = world.read(log).values;
    EXPECT_TRUE(log.log_start() == Offset(0) || log.log_start() == Offset(20)) << log.log_start().value();
    EXPECT_EQ(there, Values(expected.lower_bound(log.log_start().value()), expected.end()));
  }
}

// Ours was written when a cut was to begin, and Kafka's file could not be. The next process cuts, and then ours is lost.
TEST(RecoveryDoubts, no_cut_goes_below_what_an_older_file_says) {
  LogWorld world(1, small_segments());
  Values expected = fill(world, 30);
  world.disk.faults().add(
      {.operation = IoOperation::rename, .nth = 1, .path_contains = std::string(kRecoveryPointFile)});
  ASSERT_TRUE(world.ready().truncate_to(Offset(10)).ok());
  world.run_jobs();
  world.disk.faults().clear();
  world.kill();
  Log& log = world.ready();
  world.truncate(log, Offset(10));
  world.settle();
  ASSERT_EQ(text(log.state()), "ready");
  ASSERT_TRUE(world.disk.unlink(kDirectoryCheckpointFile).ok());
  world.crash();
  expected.erase(expected.lower_bound(10), expected.end());
  EXPECT_EQ(text(world.load().state()), "ready") << world.load().trouble();
  EXPECT_EQ(world.read(world.load()).values, expected);
}

// Compaction's file stands for originals that a crash has left, and its mark cannot be read: what of both counts nobody can
// say, with the side file or without.
TEST(RecoveryDoubts, a_damaged_mark_beside_originals_is_damage) {
  for (const bool has_side_file : {true, false}) {
    for (const int64_t size : {0, 3, 20, 46}) {
      SCOPED_TRACE(std::to_string(size) + (has_side_file ? " with" : " without"));
      LogSettings settings = CompactedLog::settings();
      settings.file_delete_delay = Duration::from_s(90);
      CompactedLog one(1, settings);
      for (int i = 0; i < 60; ++i) one.put({"k" + std::to_string(i / 10) + "=" + std::to_string(i)});
      ASSERT_TRUE(one.log().roll().ok());
      one.world.settle();
      one.merge_up_to(100'000);
      one.pass_a_minute();
      one.clean();
      ASSERT_GT(one.log().condemned_count(), 0U);
      one.world.kill();
      const std::string mark = "t-0/" + offset_file_name(Offset(0), kReplacedSuffix);
      ASSERT_TRUE(one.world.disk.open(mark, Access::read_write).value()->truncate(size).ok());
      if (!has_side_file) {
        ASSERT_TRUE(one.world.disk.unlink("t-0/" + std::string(kSideFile)).ok());
      }
      EXPECT_EQ(text(one.world.load().state()), "quarantined");
    }
  }
}

// The checkpoint knows in how many bytes of the active segment the recovery point was reached. The segment was rolled since,
// compacted, which made it shorter, and is the active one again after a cut.
TEST(RecoveryDoubts, a_compacted_segment_that_a_cut_makes_active_again_is_not_held_against_an_older_checkpoint) {
  int cuts = 0;
  for (uint64_t changes = 0;; ++changes) {
    SCOPED_TRACE(changes);
    LogSettings settings = CompactedLog::settings();
    settings.segment_size_max = 4'000;
    CompactedLog one(changes + 1, settings);
    for (int i = 0; i < 12; ++i) one.put({"k=" + std::to_string(i)});
    one.world.settle();
    one.world.directory().write_checkpoints();
    one.world.run_jobs();
    const int64_t size = one.log().active().size();
    ASSERT_TRUE(one.log().roll().ok());
    one.put({"k=last"});
    one.put({"other=1"});
    one.world.settle();
    one.clean();
    ASSERT_LT(one.log().segment(0).size(), size);
    one.log().seal(one.world.now, false);
    one.world.run_jobs();
    one.world.disk.cut_power_after(changes);
    if (one.log().truncate_to(Offset(12)).ok()) one.world.settle();
    if (one.world.disk.has_power()) (void)one.world.try_append(one.log(), {"k=after the cut"}).ok();
    one.world.settle();
    if (one.world.disk.has_power()) one.world.directory().write_checkpoints();
    one.world.run_jobs();
    const bool done = one.world.disk.has_power();
    for (int crash = 0; crash < 2; ++crash) {
      one.world.crash();
      ASSERT_EQ(text(one.ready().state()), "ready");
      const ByKey values = one.committed();
      ASSERT_TRUE(values.contains("k"));
      EXPECT_TRUE(values.at("k") == "last" || values.at("k") == "11" || values.at("k") == "after the cut");
      if (done) {
        EXPECT_EQ(values, (ByKey{{"k", "after the cut"}}));
      }
    }
    if (done) break;
    ++cuts;
  }
  std::printf("%d cuts\n", cuts);
  EXPECT_GT(cuts, 10);
}

// A slice of a file that goes on above its segment's end stays what it was, though the log slept and was cut again there.
TEST(RecoveryDoubts, a_slice_outlives_a_cut_a_sleep_and_another_cut) {
  LogWorld world(1);
  fill(world, 30);
  Log& log = world.ready();
  const auto read = world.read_once(log, {.offset = Offset(0), .end = Offset(30), .size_max = 1 << 20});
  ASSERT_TRUE(read.ok());
  const Values before = LogWorld::values_of(read->records);
  ASSERT_EQ(before.size(), 30U);
  world.truncate(log, Offset(20));
  world.append(log, {"in a new file"});
  world.settle();
  for (int attempt = 0; attempt < 3 && !log.sleep(world.now); ++attempt) world.run_jobs();
  ASSERT_EQ(text(log.state()), "dormant");
  world.ready();
  world.truncate(log, Offset(20));
  world.settle();
  world.append(log, {"again"});
  EXPECT_EQ(LogWorld::values_of(read->records), before);
}

}  // namespace
}  // namespace ottla::log_testing
