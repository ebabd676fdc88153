// What a crash, a stop or damage leaves in a partition's folder, each as a story: what was done to the files, and what
// the next start makes of it.
#include <gtest/gtest.h>

#include "core/io/whole_file.h"
#include "core/log/log_testing.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

LogSettings small_segments() {
  LogSettings settings;
  settings.segment_size_max = 400;
  settings.index_interval = 100;
  settings.file_delete_delay = Duration();
  return settings;
}

class Recovery : public ::testing::Test {
 protected:
  Recovery() : world(7, small_segments()) {}

  // 30 records in several segments, all synced, the closed segments sealed and everything checkpointed.
  Values fill(int count = 30) {
    Log& log = world.create();
    for (int i = 0; i < count; ++i) {
      expected[i] = "record " + std::to_string(i);
      world.append(log, {expected[i]}, {.id = ProducerId(1), .epoch = ProducerEpoch(0), .sequence = Sequence(i)});
    }
    world.settle();
    checkpoint();
    return expected;
  }
  void checkpoint() {
    world.now = world.now + Duration::from_s(61);
    world.directory().tick(world.now, world.wall);
    world.settle();
    world.directory().write_checkpoints();
    world.run_jobs();
  }
  Log& log() { return *world.directory().find({"t", PartitionIndex(0)}); }
  std::vector<std::string> names(std::string_view suffix) {
    std::vector<std::string> found;
    const auto entries = world.disk.list("t-0");
    for (const DirectoryEntry& entry : *entries) {
      if (entry.name.ends_with(suffix)) found.push_back("t-0/" + entry.name);
    }
    return found;
  }
  void flip(const std::string& path, int64_t position) {
    ASSERT_TRUE(world.disk.flip_bit(path, position, 3)) << path;
    world.disk.drop_cache();
  }
  uint64_t count(Mark mark) { return world.marks.count(mark); }
  void expect_all() {
    Log& found = world.ready();
    EXPECT_EQ(world.read(found).values, expected);
    EXPECT_EQ(found.state(), LogState::ready) << found.trouble();
    // Who sends the last one again is answered, and the next one is the next.
    const auto last = static_cast<int32_t>(expected.size()) - 1;
    EXPECT_TRUE(
        world.append(found, {"again"}, {.id = ProducerId(1), .epoch = ProducerEpoch(0), .sequence = Sequence(last)})
            .duplicate);
  }
  void expect_quarantined() {
    Log& found = world.load();
    if (found.state() == LogState::ready) world.read(found);
    EXPECT_EQ(text(found.state()), "quarantined");
    EXPECT_FALSE(found.trouble().empty());
    EXPECT_FALSE(found.read({.offset = Offset(0), .end = Offset(1), .size_max = 1}).ok());
  }

  LogWorld world;
  Values expected;
};

TEST_F(Recovery, a_clean_stop_reads_no_batches_at_the_next_start) {
  fill();
  world.restart();
  EXPECT_TRUE(world.directory().started_clean());
  EXPECT_TRUE(log().ends_known());
  EXPECT_EQ(log().log_end(), Offset(30));
  const uint64_t read_before = world.disk.counters().bytes_read;
  world.ready();
  EXPECT_LT(world.disk.counters().bytes_read - read_before, 2000U);
  EXPECT_EQ(count(Mark::clean_shutdown), 1U);
  expect_all();
}

TEST_F(Recovery, a_killed_process_loses_nothing_that_was_written) {
  fill();
  expected[30] = "record 30";
  world.append(log(), {"record 30"}, {.id = ProducerId(1), .epoch = ProducerEpoch(0), .sequence = Sequence(30)});
  world.kill();
  EXPECT_FALSE(log().ends_known());
  expect_all();
}

TEST_F(Recovery, a_torn_tail_is_cut) {
  fill();
  world.append(log(), {"lost"});
  const std::string path = log().folder() + "/" + log().active().file_name();
  const int64_t size = log().active().size();
  world.kill();
  {
    const FilePtr file = world.disk.open(path, Access::read_write).value();
    ASSERT_TRUE(file->truncate(size - 1).ok());
  }
  expect_all();
  EXPECT_EQ(count(Mark::torn_tail), 1U);
  EXPECT_EQ(log().active().size(), world.disk.status(path)->size);
}

TEST_F(Recovery, a_tail_of_zeros_is_cut) {
  fill();
  const std::string path = log().folder() + "/" + log().active().file_name();
  const int64_t size = log().active().size();
  world.kill();
  {
    const FilePtr file = world.disk.open(path, Access::read_write).value();
    const std::string zeros(500, '\0');
    ASSERT_TRUE(file->write(size, BytesView::of(zeros)).ok());
  }
  expect_all();
  EXPECT_EQ(count(Mark::zero_tail), 1U);
}

TEST_F(Recovery, damage_in_a_synced_batch_is_never_cut_away) {
  fill();
  world.kill();
  flip(names(".log").back(), 70);
  expect_quarantined();
  EXPECT_EQ(count(Mark::damage_below_recovery_point), 1U);
}

TEST_F(Recovery, damage_in_a_closed_segment_is_found_before_it_is_served) {
  fill();
  world.restart();
  flip(names(".log").front(), 3);  // of the base offset, which no batch's checksum covers
  Log& found = world.ready();
  const auto read = world.read(found, Offset(0));
  EXPECT_TRUE(read.values.empty());
  EXPECT_EQ(found.state(), LogState::quarantined);
  EXPECT_EQ(count(Mark::cold_read_damage), 1U);
}

TEST_F(Recovery, a_scrub_finds_damage_at_leisure) {
  fill();
  world.restart();
  Log& found = world.ready();
  ASSERT_TRUE(found.start_scrub(0).ok());
  world.run_jobs();
  EXPECT_EQ(found.state(), LogState::ready);
  flip(names(".log")[1], 100);
  ASSERT_TRUE(found.start_scrub(1).ok());
  world.run_jobs();
  EXPECT_EQ(found.state(), LogState::quarantined);
  EXPECT_EQ(count(Mark::scrub_damage), 1U);
}

TEST_F(Recovery, a_missing_segment_is_damage) {
  fill();
  world.restart();
  ASSERT_TRUE(world.disk.unlink(names(".log")[1]).ok());
  expect_quarantined();
  EXPECT_EQ(count(Mark::gap_below_recovery_point), 1U);
}

TEST_F(Recovery, a_shortened_segment_is_damage) {
  fill();
  world.restart();
  {
    const FilePtr file = world.disk.open(names(".log")[1], Access::read_write).value();
    ASSERT_TRUE(file->truncate(10).ok());
  }
  expect_quarantined();
}

TEST_F(Recovery, every_segment_gone_is_damage) {
  fill();
  world.restart();
  for (const std::string& name : names(".log")) ASSERT_TRUE(world.disk.unlink(name).ok());
  ASSERT_TRUE(world.disk.unlink("t-0/" + std::string(kSideFile)).ok());
  expect_quarantined();
  EXPECT_EQ(count(Mark::missing_segment_at_recovery_point), 1U);
}

TEST_F(Recovery, indexes_are_made_anew_when_they_are_missing_or_wrong) {
  fill();
  for (const std::string_view suffix : {kIndexSuffix, kTimeIndexSuffix}) {
    for (const int how : {0, 1, 2}) {
      world.restart();
      for (const std::string& name : names(suffix)) {
        if (how == 0 || world.disk.status(name)->size == 0) {
          ASSERT_TRUE(world.disk.unlink(name).ok());
        } else if (how == 1) {
          flip(name, world.disk.status(name)->size - 1);
        } else {
          const FilePtr file = world.disk.open(name, Access::read_write).value();
          ASSERT_TRUE(file->truncate(world.disk.status(name)->size - 1).ok());
        }
      }
      expect_all();
    }
  }
  EXPECT_GT(count(Mark::missing_index), 0U);
  EXPECT_GT(count(Mark::index_damaged), 0U);
  EXPECT_GT(count(Mark::time_index_damaged), 0U);
}

TEST_F(Recovery, snapshots_may_be_missing_or_damaged) {
  fill();
  world.restart();
  for (const std::string& name : names(kSnapshotSuffix)) flip(name, 3);
  expect_all();
  EXPECT_GT(count(Mark::snapshot_damaged), 0U);
  world.restart();
  for (const std::string& name : names(kSnapshotSuffix)) ASSERT_TRUE(world.disk.unlink(name).ok());
  expect_all();
  EXPECT_GT(count(Mark::snapshot_missing), 0U);
}

TEST_F(Recovery, a_snapshot_above_the_recovery_point_is_not_believed) {
  fill();
  ASSERT_TRUE(replace_file(world.disk, "t-0/00000000000000000031.snapshot", BytesView::of("nonsense")).ok());
  world.kill();
  expect_all();
  EXPECT_EQ(count(Mark::snapshot_ahead), 1U);
}

TEST_F(Recovery, epoch_lines_are_made_anew_from_batches) {
  Log& log = world.create();
  for (int i = 0; i < 20; ++i) {
    world.epoch = LeaderEpoch(i / 5);
    expected[i] = "record " + std::to_string(i);
    world.append(log, {expected[i]}, {.id = ProducerId(1), .epoch = ProducerEpoch(0), .sequence = Sequence(i)});
  }
  world.restart();
  const LeaderEpochs before = world.ready().epochs();
  ASSERT_EQ(before.lines().size(), 4U);
  world.restart();
  flip("t-0/" + std::string(kLeaderEpochFile), 9);
  EXPECT_EQ(world.ready().epochs(), before);
  EXPECT_EQ(count(Mark::epoch_checkpoint_damaged), 1U);
  world.restart();
  ASSERT_TRUE(world.disk.unlink("t-0/" + std::string(kLeaderEpochFile)).ok());
  EXPECT_EQ(world.ready().epochs(), before);
  EXPECT_EQ(count(Mark::epoch_checkpoint_missing), 1U);
}

TEST_F(Recovery, the_side_file_may_be_missing_or_damaged) {
  fill();
  world.restart();
  flip("t-0/" + std::string(kSideFile), 20);
  expect_all();
  EXPECT_EQ(count(Mark::side_file_damaged), 1U);
  world.restart();
  ASSERT_TRUE(world.disk.unlink("t-0/" + std::string(kSideFile)).ok());
  expect_all();
  EXPECT_GT(count(Mark::side_file_missing), 0U);
}

TEST_F(Recovery, checkpoints_may_be_missing_or_damaged) {
  fill();
  for (const std::string_view file : {kDirectoryCheckpointFile, kRecoveryPointFile, kLogStartFile}) {
    world.restart();
    const Bytes bytes = read_whole_file(world.disk, file, 1 << 20).value();
    ASSERT_TRUE(replace_file(world.disk, file, bytes.view().first(bytes.size() / 2)).ok());
    world.kill();
    expect_all();
    world.restart();
    ASSERT_TRUE(world.disk.unlink(file).ok());
    world.kill();
    expect_all();
  }
  EXPECT_GT(count(Mark::checkpoint_damaged), 0U);
  EXPECT_GT(count(Mark::checkpoint_missing), 0U);
}

TEST_F(Recovery, a_foreign_partitions_folder_is_not_served) {
  fill();
  world.restart();
  BytesBuffer bytes;
  encode_partition_metadata(LogWorld::topic_id("other"), bytes);
  ASSERT_TRUE(replace_file(world.disk, "t-0/" + std::string(kPartitionMetadataFile), bytes.view()).ok());
  expect_quarantined();
  EXPECT_EQ(count(Mark::foreign_partition_metadata), 1U);
}

TEST_F(Recovery, the_metadata_file_is_made_anew) {
  fill();
  world.restart();
  flip("t-0/" + std::string(kPartitionMetadataFile), 2);
  expect_all();
  EXPECT_EQ(count(Mark::metadata_damaged), 1U);
  world.restart();
  ASSERT_TRUE(world.disk.unlink("t-0/" + std::string(kPartitionMetadataFile)).ok());
  expect_all();
  EXPECT_EQ(count(Mark::metadata_missing), 1U);
  EXPECT_TRUE(world.disk.status("t-0/" + std::string(kPartitionMetadataFile)).ok());
}

TEST_F(Recovery, leftovers_are_removed) {
  fill();
  world.restart();
  for (const char* name : {"00000000000000000003.log.cleaned", "00000000000000000003.log.deleted", "x.tmp"}) {
    ASSERT_TRUE(world.disk.create("t-0/" + std::string(name)).ok());
  }
  expect_all();
  EXPECT_TRUE(names(".cleaned").empty() && names(".deleted").empty() && names(".tmp").empty());
}

}  // namespace
}  // namespace ottla::log_testing
