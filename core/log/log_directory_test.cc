#include "core/log/log_directory.h"

#include <gtest/gtest.h>

#include "core/log/log_testing.h"
#include "core/log/offset_for_time.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

TEST(LogDirectory, starts_ten_thousand_partitions_from_one_file_and_opens_nothing_else) {
  LogWorld world(3);
  for (int i = 0; i < 10'000; ++i) world.append(world.create("t", i), {"a"});
  world.restart();
  EXPECT_EQ(world.directory().partition_count(), 10'000U);
  const auto counters = [&](IoOperation operation) {
    return world.disk.counters().operations[static_cast<size_t>(operation)];
  };
  const uint64_t opened = counters(IoOperation::open);
  const uint64_t listed = counters(IoOperation::list);
  world.kill();
  // After a clean stop nothing was changed, so this start finds what the last one wrote.
  EXPECT_LE(counters(IoOperation::open) - opened, 1U);
  EXPECT_EQ(counters(IoOperation::list) - listed, 1U);
  EXPECT_EQ(world.directory().partition_count(), 10'000U);
  EXPECT_EQ(world.read(world.ready("t", 4711)).values, (Values{{0, "a"}}));
}

TEST(LogDirectory, keeps_few_files_open_however_many_partitions_write) {
  LogDirectoryOptions options;
  options.files_open_max = 16;
  LogWorld world(3, {}, options, {.files_open_max = 200});
  for (int i = 0; i < 500; ++i) {
    world.append(world.create("t", i), {"a"});
    if (i % 50 == 49) world.settle();
  }
  world.settle();
  EXPECT_LE(world.directory().files.open_count(), 16U);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(world.read(world.ready("t", i)).values.size(), 1U);
}

TEST(LogDirectory, one_sync_round_covers_all_that_was_dirty_and_nothing_later) {
  LogWorld world(3);
  Log& a = world.create("t", 0);
  Log& b = world.create("t", 1);
  world.settle();
  world.append(a, {"1"});
  world.append(b, {"1"});
  EXPECT_EQ(a.durable_end(), Offset(0));
  world.directory().sync();
  EXPECT_TRUE(world.directory().syncing());
  world.append(a, {"2"});
  world.directory().sync();  // one at a time
  world.run_jobs();
  EXPECT_EQ(a.durable_end(), Offset(1));
  EXPECT_EQ(b.durable_end(), Offset(1));
  EXPECT_FALSE(world.directory().syncing());
  world.settle();
  EXPECT_EQ(a.durable_end(), Offset(2));
}

TEST(LogDirectory, a_log_that_is_not_persisted_is_durable_at_once_and_synced_in_time) {
  LogSettings settings;
  settings.persisted = false;
  LogWorld world(3, settings);
  Log& log = world.create();
  world.append(log, {"a"});
  EXPECT_EQ(log.durable_end(), Offset(1));
  EXPECT_EQ(log.synced_end(), Offset(0));
  world.now = world.now + Duration::from_s(61);
  world.directory().tick(world.now, world.wall);
  world.run_jobs();
  EXPECT_EQ(log.synced_end(), Offset(1));
}

// Beside what was promised, which waits for it as little as it waits for that.
TEST(LogDirectory, syncs_closed_segments_of_a_log_that_is_not_persisted_in_rounds_of_their_own) {
  LogWorld world(3);
  Log& promised = world.create("p");
  Log& log = world.create("t");
  LogSettings settings;
  settings.persisted = false;
  log.set_settings(std::make_shared<const LogSettings>(settings));
  const auto finish_oldest = [&] {
    for (const size_t before = world.jobs.count(); world.jobs.count() == before;) {
      if (auto done = world.jobs.step()) world.directory().completed(done->first, std::move(done->second));
    }
  };
  world.append(log, {"a"});
  ASSERT_TRUE(log.roll().ok());
  world.append(log, {"b"});
  world.append(promised, {"1"});
  world.directory().sync_promised();
  EXPECT_EQ(world.jobs.count(), 2U) << "the promised round, with the new name";
  world.run_jobs();
  EXPECT_EQ(promised.durable_end(), Offset(1));
  EXPECT_FALSE(log.has_unsynced(Log::SyncWhat::names));

  // A producer that always has a batch waiting keeps a promised round running; the closed segment has its turn.
  world.append(promised, {"2"});
  world.directory().sync_promised();
  ASSERT_EQ(world.jobs.count(), 2U);
  finish_oldest();
  EXPECT_EQ(promised.durable_end(), Offset(2));
  world.append(promised, {"3"});
  world.directory().sync_promised();
  EXPECT_EQ(world.jobs.count(), 2U) << "the closed segment's round still runs, and holds up nobody";
  finish_oldest();
  EXPECT_EQ(log.synced_end(), Offset(1)) << "the closed one";
  EXPECT_TRUE(log.dirty()) << "the active one";
  world.run_jobs();
  world.now = world.now + Duration::from_s(61);
  world.append(promised, {"4"});
  world.directory().sync_promised();
  world.directory().tick(world.now, world.wall);
  world.run_jobs();
  EXPECT_EQ(log.synced_end(), Offset(2)) << "with the checkpoint, whatever else runs";

  // From now on it is promised, too.
  settings.persisted = true;
  log.set_settings(std::make_shared<const LogSettings>(settings));
  world.append(log, {"c"});
  world.directory().sync_promised();
  world.run_jobs();
  EXPECT_EQ(log.durable_end(), Offset(3));
}

TEST(LogDirectory, a_failed_sync_is_mended_from_memory) {
  LogWorld world(3);
  Log& log = world.create();
  world.append(log, {"a"});
  world.settle();
  world.append(log, {"b"});
  world.append(log, {"c"});
  world.disk.faults().add({.operation = IoOperation::sync});
  world.settle();
  EXPECT_EQ(world.marks.count(Mark::failed_sync_rescued), 1U);
  EXPECT_EQ(log.durable_end(), Offset(3));
  world.crash();
  EXPECT_EQ(world.read(world.ready()).values, (Values{{0, "a"}, {1, "b"}, {2, "c"}}));
}

TEST(LogDirectory, a_sync_that_keeps_failing_takes_the_partition_offline) {
  LogWorld world(3);
  Log& log = world.create();
  Log& other = world.create("other");
  world.settle();
  world.append(log, {"a"});
  world.append(other, {"b"});
  world.disk.faults().add({.operation = IoOperation::sync, .for_ever = true, .path_contains = "t-0/"});
  world.settle();
  EXPECT_EQ(log.state(), LogState::offline);
  EXPECT_EQ(other.state(), LogState::ready);
  EXPECT_EQ(other.durable_end(), Offset(1));
  EXPECT_EQ(world.try_append(log, {"x"}).error(), LogError::offline);
}

TEST(LogDirectory, deletes_a_partition_and_may_make_it_anew) {
  LogWorld world(3);
  world.append(world.create(), {"a"});
  world.settle();
  ASSERT_TRUE(world.directory().remove({"t", PartitionIndex(0)}).ok());
  EXPECT_EQ(world.directory().find({"t", PartitionIndex(0)}), nullptr);
  Log& again = world.create();
  EXPECT_EQ(again.log_end(), Offset(0));
  world.settle();
  size_t folders = 0;
  const auto entries = world.disk.list("");
  for (const DirectoryEntry& entry : *entries) folders += entry.is_directory ? 1 : 0;
  EXPECT_EQ(folders, 1U);
}

TEST(LogDirectory, finishes_a_deletion_that_a_crash_interrupted) {
  LogWorld world(3);
  world.append(world.create(), {"a"});
  world.settle();
  ASSERT_TRUE(world.directory().remove({"t", PartitionIndex(0)}).ok());
  ASSERT_TRUE(world.disk.sync_directory("").ok());
  world.crash();
  world.run_jobs();
  EXPECT_EQ(world.directory().partition_count(), 0U);
  const auto entries = world.disk.list("");
  for (const DirectoryEntry& entry : *entries) EXPECT_FALSE(entry.is_directory) << entry.name;
}

TEST(LogDirectory, never_gives_a_half_deleted_folder_back_to_its_partition) {
  uint64_t came_back = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    LogWorld world(seed);
    world.append(world.create(), {"a"});
    world.settle();
    world.disk.cut_power_after(seed % 8);
    if (world.directory().remove({"t", PartitionIndex(0)}).ok()) world.run_jobs();
    world.crash();
    if (world.directory().find({"t", PartitionIndex(0)}) == nullptr) continue;
    ++came_back;
    ASSERT_EQ(world.read(world.ready()).values, (Values{{0, "a"}})) << "seed " << seed;
  }
  EXPECT_GT(came_back, 10U);
  EXPECT_LT(came_back, 190U);
}

TEST(LogDirectory, is_locked_while_it_is_used) {
  LogWorld world(3);
  EXPECT_EQ(world.disk.lock().error(), IoError::locked);
}

TEST(LogDirectory, finds_records_by_time) {
  LogSettings settings;
  settings.segment_size_max = 300;
  settings.index_interval = 100;
  LogWorld world(3, settings);
  Log& log = world.create();
  const Timestamp start = world.wall;
  for (int i = 0; i < 30; ++i) {
    world.wall = start + Duration::from_ms(10 * i);
    world.append(log, {"r" + std::to_string(i)});
  }
  for (const int64_t ms : {-5, 0, 1, 10, 95, 290, 291}) {
    ASSERT_TRUE(log.start_offset_for_time(start + Duration::from_ms(ms), log.log_end()).ok());
    std::optional<std::pair<JobId, JobResult>> done;
    while (!done) done = world.jobs.step();
    const auto& search = finished<OffsetForTime>(*done->second);
    const int64_t expected = ms <= 0 ? 0 : (ms + 9) / 10;
    ASSERT_EQ(search.found().has_value(), expected < 30) << ms;
    if (expected < 30) {
      EXPECT_EQ(search.found()->offset, Offset(expected));
    }
    world.directory().completed(done->first, std::move(done->second));
  }
}

}  // namespace
}  // namespace ottla::log_testing
