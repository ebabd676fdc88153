// What is no crash and no damage, and has cost logs their service all the same: few descriptors, a disk that cannot do
// everything, many producers, failures that went by.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/log/checksums.h"
#include "core/log/companions.h"
#include "core/log/log_testing.h"
#include "core/log/unsynced.h"

namespace ottla::log_testing {
namespace {

Producing from(int64_t producer, int32_t sequence, bool transactional = false) {
  return {.id = ProducerId(producer),
          .epoch = ProducerEpoch(0),
          .sequence = Sequence(sequence),
          .transactional = transactional};
}

TEST(LogRobustness, a_disk_without_a_sync_of_everything_syncs_one_by_one) {
  LogDirectoryOptions options;
  options.sync_all_above = 2;
  LogWorld world(1, {}, options);
  Log& a = world.create("a");
  Log& b = world.create("b");
  world.disk.faults().add({.operation = IoOperation::sync_all, .code = IoError::unsupported, .for_ever = true});
  world.append(a, {"x"});
  world.append(b, {"x"});
  world.settle();
  EXPECT_EQ(a.durable_end(), Offset(1));
  EXPECT_EQ(b.durable_end(), Offset(1));
  world.crash();
  EXPECT_EQ(world.ready("a").log_end(), Offset(1));
  EXPECT_EQ(world.ready("b").log_end(), Offset(1));
}

TEST(LogRobustness, partitions_are_made_and_rolled_where_descriptors_are_few) {
  sim::SimDiskOptions disk;
  disk.files_open_max = 8;
  LogWorld world(1, {}, {}, disk);
  for (int32_t partition = 0; partition < 12; ++partition) {
    Log& log = world.create("t", partition);
    world.append(log, {"x"});
    world.settle();
    ASSERT_TRUE(log.roll().ok()) << partition;
    world.settle();
  }
}

void loads_without(std::string_view companion) {
  LogDirectoryOptions options;
  options.files_open_max = 16;
  sim::SimDiskOptions disk;
  disk.files_open_max = 64;
  LogWorld world(1, {}, options, disk);
  Log& log = world.create();
  for (int segment = 0; segment < 100; ++segment) {
    world.append(log, {"v" + std::to_string(segment)});
    ASSERT_TRUE(log.roll().ok());
    if (segment % 10 == 9) world.settle();
  }
  world.settle();
  world.restart();
  ASSERT_TRUE(world.disk.unlink("t-0/" + std::string(companion)).ok());
  Log& again = world.load();
  ASSERT_EQ(again.state(), LogState::ready) << world.lines.text();
  EXPECT_EQ(world.read(again).values.size(), 100U);
}

TEST(LogRobustness, more_segments_than_descriptors_are_read_where_the_side_file_is_lost) { loads_without(kSideFile); }
TEST(LogRobustness, more_segments_than_descriptors_are_read_where_the_epochs_are_lost) {
  loads_without(kLeaderEpochFile);
}

TEST(LogRobustness, a_log_that_is_offline_holds_no_files) {
  LogSettings settings;
  settings.persisted = false;
  LogWorld world(1, settings);
  std::vector<Log*> logs;
  for (int32_t partition = 0; partition < 4; ++partition) logs.push_back(&world.create("t", partition));
  for (Log* log : logs) world.append(*log, {"x"});
  world.disk.faults().add({.operation = IoOperation::sync, .for_ever = true, .path_contains = ".log"});
  world.settle();
  world.disk.faults().clear();
  for (int32_t partition = 0; partition < 4; ++partition) {
    ASSERT_EQ(world.directory().find({"t", PartitionIndex(partition)})->state(), LogState::offline);
  }
  EXPECT_EQ(world.directory().files.pinned_count(), 0U);
  EXPECT_EQ(world.directory().files.open_count(), 0U);
}

void push(UnsyncedBatches& batches, int64_t offset, size_t size) {
  batches.push({}, Bytes::copy_of(BytesView::of(std::string(size, 'x'))), Offset(offset));
}

TEST(LogRobustness, an_unsynced_suffix_that_was_too_long_is_complete_again_under_a_load_that_never_pauses) {
  UnsyncedBatches batches;
  push(batches, 0, limits::kUnsyncedKeptMax - 1000);
  EXPECT_TRUE(batches.complete());
  push(batches, 1, 2000);
  EXPECT_FALSE(batches.complete());
  push(batches, 2, 10);
  batches.release(Offset(1));
  EXPECT_FALSE(batches.complete()) << "1 is not here, nor durable";
  push(batches, 3, 10);
  batches.release(Offset(2));
  EXPECT_TRUE(batches.complete());
  EXPECT_EQ(batches.count(), 2U);
}

TEST(LogRobustness, transactions_that_ended_below_the_high_watermark_are_forgotten) {
  LogWorld world(1);
  Log& log = world.create();
  for (int32_t round = 0; round < 100; ++round) {
    world.append(log, {"v"}, from(7, round, true));
    world.end_transaction(log, true, ProducerId(7), ProducerEpoch(0));
  }
  EXPECT_EQ(log.producers().decided_count(), 100U);
  EXPECT_EQ(log.stable_end(Offset(101)), Offset(100));
  log.high_watermark_rose(Offset(101));
  EXPECT_EQ(log.producers().decided_count(), 50U);
  EXPECT_EQ(log.stable_end(Offset(101)), Offset(100));
  log.high_watermark_rose(log.log_end());
  EXPECT_EQ(log.producers().decided_count(), 0U);
  EXPECT_EQ(log.stable_end(log.log_end()), log.log_end());
}

TEST(LogRobustness, the_stable_end_is_not_below_a_log_start_that_was_raised) {
  LogWorld world(1);
  Log& log = world.create();
  world.append(log, {"open"}, from(1, 0, true));
  for (int more = 0; more < 5; ++more) world.append(log, {"x"});
  world.settle();
  EXPECT_EQ(log.stable_end(log.log_end()), Offset(0));
  ASSERT_TRUE(log.raise_log_start(Offset(3)).ok());
  EXPECT_EQ(log.stable_end(log.log_end()), Offset(3));
  EXPECT_EQ(log.stable_end(Offset(2)), Offset(2));
}

// Every seal after a start writes the side file anew, and the windows in it belong to a snapshot that still stands.
class LogRobustnessOfWindows : public ::testing::TestWithParam<bool> {};

TEST_P(LogRobustnessOfWindows, outlive_the_first_seal_after_a_start) {
  LogWorld world(1);
  const auto minute = [&] {
    world.now = world.now + Duration::from_s(61);
    world.directory().tick(world.now, world.wall);
    world.settle();
  };
  Log* log = &world.create();
  for (int32_t sequence = 0; sequence < 5; ++sequence) world.append(*log, {"v"}, from(1, sequence));
  ASSERT_TRUE(log->roll().ok());
  world.settle();
  minute();
  world.append(*log, {"other"});
  world.settle();
  world.restart();
  log = &world.ready();
  if (GetParam()) {
    world.append(*log, {"cut off"});
    world.settle();
    world.truncate(*log, Offset(6));
    world.settle();
  }
  minute();
  world.crash();
  log = &world.ready();
  const auto again = world.try_append(*log, {"v"}, from(1, 1));
  ASSERT_TRUE(again.ok()) << text(again.error().code());
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->first_offset, Offset(1));
}
INSTANTIATE_TEST_SUITE_P(a_cut_or_none, LogRobustnessOfWindows, ::testing::Bool());

// A stop writes a snapshot at the log end only where none stands there already.
TEST(LogRobustness, a_damaged_snapshot_is_written_anew_before_what_it_was_made_of_goes) {
  LogSettings settings;
  settings.retention_ms = 1000;
  LogWorld world(1, settings);
  world.append(world.create(), {"v"}, from(1, 0));
  world.restart();
  const FilePtr snapshot = world.disk.open("t-0/00000000000000000001.snapshot", Access::read_write).value();
  ASSERT_TRUE(snapshot->write(20, BytesView::of("damaged")).ok());
  world.kill();
  Log* log = &world.ready();
  ASSERT_TRUE(world.try_append(*log, {"v"}, from(1, 0))->duplicate);
  ASSERT_TRUE(log->roll().ok());
  ASSERT_TRUE(log->raise_log_start(Offset(1)).ok());
  ASSERT_EQ(log->release_below_log_start(world.now), 1U);
  world.restart();
  log = &world.ready();
  ASSERT_EQ(log->segment(0).base(), Offset(1));
  const auto again = world.try_append(*log, {"v"}, from(1, 0));
  ASSERT_TRUE(again.ok()) << text(again.error().code());
  EXPECT_TRUE(again->duplicate);
}

// A full disk is asked a thousand times a second, and people are told once; and again when it had been well in between.
TEST(LogRobustness, appends_that_fail_are_told_once_until_one_succeeds) {
  LogWorld world(1);
  Log& log = world.create();
  for (size_t time = 1; time <= 2; ++time) {
    world.disk.faults().add({.operation = IoOperation::write, .code = IoError::no_space, .for_ever = true});
    for (int i = 0; i < 10; ++i) EXPECT_EQ(world.try_append(log, {"v"}).error(), LogError::no_space);
    EXPECT_EQ(world.lines.count_of("append failed"), time);
    world.disk.faults().clear();
    world.append(log, {"v"});
  }
}

TEST(LogRobustness, many_producers_are_not_written_down_at_every_small_segment) {
  LogWorld world(1);
  Log* log = &world.create();
  for (int64_t producer = 0; producer < 2000; ++producer) world.append(*log, {"v"}, from(producer, 0));
  ASSERT_TRUE(log->roll().ok());
  world.settle();
  const auto snapshots = [&] {
    world.now = world.now + Duration::from_s(61);
    world.directory().tick(world.now, world.wall);
    world.settle();
    size_t count = 0;
    for (const DirectoryEntry& entry : world.disk.list("t-0").value()) count += entry.name.ends_with(kSnapshotSuffix);
    return count;
  };
  EXPECT_EQ(snapshots(), 0U) << "not for some 150 kB";
  for (int more = 0; more < 20; ++more) {
    world.append(*log, {std::string(200'000, 'x')});
    ASSERT_TRUE(log->roll().ok());
  }
  EXPECT_EQ(snapshots(), 1U) << "the newest of those that 2 MiB each are worth";
  world.crash();
  log = &world.ready();
  EXPECT_TRUE(world.try_append(*log, {"v"}, from(1999, 0))->duplicate);
}

}  // namespace
}  // namespace ottla::log_testing
