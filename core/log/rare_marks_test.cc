// The branches that random histories hardly come to, each taken a hundred times in a log that is another one each time.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/io/whole_file.h"
#include "core/log/companions.h"
#include "core/log/log_testing.h"
#include "core/log/rare_marks_testing.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

LogSettings small_segments(Prng& prng) {
  LogSettings settings;
  settings.segment_size_max = prng.between(400, 700);
  settings.index_interval = prng.between(1, 100);
  return settings;
}

// One log with some dozens of records, synced and checkpointed.
class RareCase {
 public:
  explicit RareCase(uint64_t seed) : prng_(seed), world(seed, small_segments(prng_)) {
    Log& log = world.create();
    for (int64_t i = 0, count = prng_.between(40, 80); i < count; ++i) {
      expected[i] = "record " + std::to_string(i);
      world.append(log, {expected[i]},
                   {.id = kProducer, .epoch = ProducerEpoch(0), .sequence = Sequence(static_cast<int32_t>(i))});
    }
    world.settle();
    world.now = world.now + Duration::from_s(61);
    world.directory().tick(world.now, world.wall);
    world.settle();
    world.directory().write_checkpoints();
    world.run_jobs();
  }

  static constexpr ProducerId kProducer{1};

  Log& log() { return *world.directory().find({"t", PartitionIndex(0)}); }
  std::string path(size_t index) { return log().folder() + "/" + log().segment(index).file_name(); }
  std::vector<std::string> files(std::string_view suffix) {
    std::vector<std::string> found;
    const auto entries = world.disk.list("t-0");
    for (const DirectoryEntry& entry : *entries) {
      if (entry.name.ends_with(suffix)) found.push_back("t-0/" + entry.name);
    }
    return found;
  }
  uint64_t draw(uint64_t bound) { return prng_.below(bound); }
  void write(const std::string& path, int64_t position, BytesView bytes) {
    const FilePtr file = world.disk.open(path, Access::read_write).value();
    ASSERT_TRUE(file->write(position, bytes).ok());
  }
  void expect_all() {
    const auto all = world.read(world.ready());
    EXPECT_EQ(all.values.size(), expected.size());
    EXPECT_EQ(all.values, expected);
    EXPECT_FALSE(all.error.has_value());
  }
  void expect_quarantined() { EXPECT_EQ(text(world.load().state()), "quarantined"); }

 private:
  Prng prng_;

 public:
  LogWorld world;
  Values expected;
};

// Plays a story in a hundred logs, and prints how often the branch was taken.
template <class Story>
void take(Mark mark, Story story) {
  ASSERT_TRUE(is_rare(mark));
  uint64_t taken = 0;
  for (uint64_t seed = 1; seed <= kTakenLeast && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RareCase rare(seed);
    story(rare);
    taken += rare.world.marks.count(mark);
  }
  std::printf("[ MARK     ] %s %lu\n", std::string(kMarkNames[static_cast<size_t>(mark)]).c_str(),
              static_cast<unsigned long>(taken));
  EXPECT_GE(taken, kTakenLeast);
}

TEST(RareMarks, epoch_going_back) {
  take(Mark::epoch_going_back, [](RareCase& rare) {
    rare.world.epoch = LeaderEpoch(4);
    rare.expected[rare.log().log_end().value()] = "of epoch 4";
    rare.world.append(rare.log(), {"of epoch 4"});
    const Offset end = rare.log().log_end();
    const Bytes older = rare.world.batch({"of a leader that was deposed"}, {}, end, LeaderEpoch(3));
    const std::string path = rare.path(rare.log().segment_count() - 1);
    const int64_t size = rare.log().active().size();
    rare.world.kill();
    rare.write(path, size, older);
    rare.expect_all();
    EXPECT_EQ(rare.log().log_end(), end);
  });
}

TEST(RareMarks, missing_segment_at_recovery_point) {
  take(Mark::missing_segment_at_recovery_point, [](RareCase& rare) {
    rare.world.restart();
    for (const std::string& file : rare.files(kLogSuffix)) ASSERT_TRUE(rare.world.disk.unlink(file).ok());
    ASSERT_TRUE(rare.world.disk.unlink("t-0/" + std::string(kSideFile)).ok());
    rare.expect_quarantined();
  });
}

// The sums say that the files are those that were written, and they are of a longer segment than is written down.
TEST(RareMarks, index_ahead_of_log) {
  take(Mark::index_ahead_of_log, [](RareCase& rare) {
    SegmentSummary summary;
    for (size_t index = 0; index + 1 < rare.log().segment_count() && summary.index.size == 0; ++index) {
      summary = rare.log().segment(index).content().summary();
    }
    ASSERT_GT(summary.index.size, 0U);
    const auto sound = read_indexes(rare.world.disk, rare.world.marks, "t-0", summary);
    EXPECT_NE(sound.value(), nullptr);
    summary.size = 1;
    const auto ahead = read_indexes(rare.world.disk, rare.world.marks, "t-0", summary);
    EXPECT_EQ(ahead.value(), nullptr);
  });
}

TEST(RareMarks, foreign_partition_metadata) {
  take(Mark::foreign_partition_metadata, [](RareCase& rare) {
    rare.world.restart();
    BytesBuffer bytes;
    encode_partition_metadata(LogWorld::topic_id("other" + std::to_string(rare.draw(1'000))), bytes);
    ASSERT_TRUE(replace_file(rare.world.disk, "t-0/" + std::string(kPartitionMetadataFile), bytes.view()).ok());
    rare.expect_quarantined();
  });
}

// Kafka had merged two segments, and was killed before it gave the new one its name.
TEST(RareMarks, swap_to_finish) {
  take(Mark::swap_to_finish, [](RareCase& rare) {
    const size_t index = rare.draw(rare.log().segment_count() - 2);
    const std::string first = rare.path(index);
    BytesBuffer merged;
    for (const std::string& path : {first, rare.path(index + 1)}) {
      merged.append(read_whole_file(rare.world.disk, path, 1 << 20).value());
    }
    rare.world.kill();
    ASSERT_TRUE(replace_file(rare.world.disk, first + std::string(kSwapSuffix), merged.view()).ok());
    const size_t before = rare.files(kLogSuffix).size();
    rare.expect_all();
    EXPECT_EQ(rare.files(kLogSuffix).size(), before - 1);
    EXPECT_TRUE(rare.files(kSwapSuffix).empty());
  });
}

TEST(RareMarks, deleted_to_remove) {
  take(Mark::deleted_to_remove, [](RareCase& rare) {
    rare.world.kill();
    const std::string gone = offset_file_name(Offset(static_cast<int64_t>(rare.draw(1'000))), kLogSuffix);
    ASSERT_TRUE(rare.world.disk.create("t-0/" + gone + std::string(kDeletedSuffix)).ok());
    rare.expect_all();
    EXPECT_TRUE(rare.files(kDeletedSuffix).empty());
  });
}

// The last file ends where a batch ends, below what was synced.
TEST(RareMarks, checkpoint_ahead_of_log) {
  take(Mark::checkpoint_ahead_of_log, [](RareCase& rare) {
    const std::string path = rare.path(rare.log().segment_count() - 1);
    rare.world.kill();
    ASSERT_TRUE(rare.world.disk.open(path, Access::read_write).value()->truncate(0).ok());
    rare.expect_quarantined();
  });
}

TEST(RareMarks, scrub_damage) {
  take(Mark::scrub_damage, [](RareCase& rare) {
    const size_t index = rare.draw(rare.log().segment_count() - 1);
    const auto at = static_cast<int64_t>(rare.draw(static_cast<uint64_t>(rare.log().segment(index).size())));
    ASSERT_TRUE(rare.world.disk.flip_bit(rare.path(index), at, static_cast<unsigned>(rare.draw(8))));
    rare.world.disk.drop_cache();
    ASSERT_TRUE(rare.log().start_scrub(index).ok());
    rare.world.run_jobs();
    rare.expect_quarantined();
  });
}

TEST(RareMarks, rolled_by_offset) {
  take(Mark::rolled_by_offset, [](RareCase& rare) {
    const Offset far = rare.log().log_end() + (int64_t{1} << 31) + static_cast<int64_t>(rare.draw(1'000));
    const size_t before = rare.log().segment_count();
    ASSERT_TRUE(
        rare.log().append_as_follower(rare.world.batch({"far"}, {}, far, LeaderEpoch(0)), rare.world.wall).ok());
    rare.expected[far.value()] = "far";
    EXPECT_GT(rare.log().segment_count(), before);
    rare.expect_all();
    rare.world.kill();
    rare.expect_all();
  });
}

TEST(RareMarks, producer_expired) {
  take(Mark::producer_expired, [](RareCase& rare) {
    EXPECT_TRUE(rare.log().producers().find(RareCase::kProducer).has_value());
    rare.log().expire_producers(rare.world.wall + rare.world.settings()->producer_expiration + Duration::from_s(60));
    EXPECT_FALSE(rare.log().producers().find(RareCase::kProducer).has_value());
  });
}

}  // namespace
}  // namespace ottla::log_testing
