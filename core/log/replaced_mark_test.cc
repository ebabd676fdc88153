// Compaction's mark: its bytes, and what a start and a cut make of it.
#include "core/log/replaced_mark.h"

#include <gtest/gtest.h>

#include "core/log/cleaner.h"
#include "core/log/log_files_testing.h"
#include "core/log/log_testing.h"

namespace ottla::log_testing {
namespace {

std::string written(const std::vector<Replacement>& replacements) {
  return written_by([&](BytesBuffer& out) { encode_replaced_mark(replacements, out); });
}

ChunkSums one_chunk() { return ChunkSums::of({{100, 0xdeadbeef}}); }

TEST(ReplacedMark, is_written_like_this) {
  const std::vector<Replacement> one = {Replacement::of(one_chunk(), 100, Offset(42))};
  const std::string bytes = written(one);
  EXPECT_EQ(hex_encode(BytesView::of(bytes)),
            "6f74726d"
            "ef726cf0"
            "0001"
            "00000001"
            "000000000000002a"
            "0000000000000064"
            "f92fef8a");
  EXPECT_EQ(*decode_replaced_mark(BytesView::of(bytes)), one);
  EXPECT_NE(bytes.size() % 8, 0U) << "Kafka is to take it for a damaged index";
}

TEST(ReplacedMark, cut_or_flipped_anywhere_is_refused) {
  const std::string bytes = written({Replacement::of(one_chunk(), 100, Offset(42)), {Offset(7), 5, 3}});
  expect_cuts_refused(bytes, decode_replaced_mark);
  expect_flips_refused(bytes, decode_replaced_mark);
}

TEST(ReplacedMark, knows_its_file_by_size_and_sums) {
  SegmentSummary summary;
  summary.size = 100;
  summary.chunks = one_chunk().all();
  const SegmentContent content(summary);
  EXPECT_TRUE(Replacement::of(one_chunk(), 100, Offset(42)).is(content));
  EXPECT_FALSE(Replacement::of(ChunkSums::of({{100, 0xdeadbeee}}), 100, Offset(42)).is(content));
  EXPECT_FALSE(Replacement::of(one_chunk(), 101, Offset(42)).is(content));
}

// A log of one key whose closed segments were merged into one, the originals' files still there.
class MergedLog {
 public:
  MergedLog() : world(1, settings()), entropy_(1) {
    world.create();
    world.settle();
    cleaner_ = std::make_unique<Cleaner>(world.directory(), world.jobs, entropy_, Cleaner::Options{});
    world.other_owner = [this](JobId id, Job& job) { return cleaner_->completed(id, job, world.now); };
    for (int i = 0; i < 12; ++i) {
      put(i);
      if (i % 3 == 2) (void)log().roll().ok();
    }
    world.settle();
    const size_t before = log().segment_count();
    const Cleaner::Subject subject{{"t", PartitionIndex(0)}, log().log_end()};
    cleaner_->tick({&subject, 1}, world.wall, world.now);
    world.settle();
    EXPECT_LT(log().segment_count(), before);
    EXPECT_GT(log().condemned_count(), 0U);
  }

  static LogSettings settings() {
    LogSettings settings;
    settings.compacts = true;
    settings.deletes = false;
    settings.segment_size_max = 2'000;
    settings.min_cleanable_dirty_ratio = 0.0;
    settings.file_delete_delay = Duration::from_s(3600);
    return settings;
  }

  Log& log() { return world.ready(); }
  void put(int value) {
    BatchBuilder builder;
    BytesBuffer out;
    builder.start({}, out);
    builder.append({.timestamp = world.wall, .key = BytesView::of("k"), .value = BytesView::of(std::to_string(value))});
    builder.finish();
    const auto appended =
        log().append_as_leader({.batch = out.freeze(), .max_timestamp = world.wall, .now = world.wall});
    ASSERT_TRUE(appended.ok());
  }
  void crash() {
    world.other_owner = nullptr;
    cleaner_.reset();
    world.crash();
  }

  LogWorld world;

 private:
  sim::SeededEntropy entropy_;
  std::unique_ptr<Cleaner> cleaner_;
};

using Values = std::map<int64_t, std::string>;

TEST(ReplacedMark, keeps_originals_from_counting_again) {
  MergedLog merged;
  const Values before = merged.world.read(merged.log()).values;
  merged.crash();
  EXPECT_EQ(merged.world.read(merged.log()).values, before);
  EXPECT_GT(merged.world.marks.count(Mark::original_left_behind), 0U);
}

TEST(ReplacedMark, goes_with_a_cut_and_so_do_originals) {
  MergedLog merged;
  const Offset end(3);
  merged.world.truncate(merged.log(), end);
  merged.world.settle();
  merged.put(100);
  merged.world.settle();
  const Values before = merged.world.read(merged.log()).values;
  const Offset log_end = merged.log().log_end();
  merged.crash();
  EXPECT_EQ(merged.log().log_end(), log_end);
  EXPECT_EQ(merged.world.read(merged.log()).values, before);
}

}  // namespace
}  // namespace ottla::log_testing
