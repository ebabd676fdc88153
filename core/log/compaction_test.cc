// What a pass of compaction keeps and what it drops: values and tombstones, in one pass or several.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/base/prng.h"
#include "core/log/clean_testing.h"
#include "core/sim/sim_disk.h"

namespace ottla {
namespace {

using log_testing::CleanRecord;
using log_testing::HandMadeLog;
using log_testing::newest;
using log_testing::offsets;
using log_testing::WrittenBatch;
using sim::SimDisk;

using Offsets = std::vector<int64_t>;

constexpr Timestamp at(int64_t ms) { return Timestamp::from_ms(ms); }

// --- What stays

TEST(Compaction, keeps_the_newest_value_of_each_key_at_its_offset) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  log.put("a", "1");
  log.put("b", "2");
  log.write({.records = {{"a", "3"}, {"c", "4"}, {"b", "5"}}});
  log.roll();
  log.put("c", "6");
  log.roll();
  ASSERT_TRUE(log.clean(at(10'000)));
  const auto content = HandMadeLog::read(disk);
  EXPECT_EQ(offsets(content.records), (Offsets{2, 4, 5}));
  EXPECT_EQ(newest(content.records), (std::map<std::string, std::string>{{"a", "3"}, {"b", "5"}, {"c", "6"}}));
  EXPECT_EQ(content.end, Offset(6));
  EXPECT_EQ(content.file_count, 1U) << "two small segments became one";
  EXPECT_EQ(log.cleaned_end(), Offset(6));
}

TEST(Compaction, passes_a_batch_on_byte_for_byte_when_all_of_it_stays) {
  for (const CompressionType type : {CompressionType::none, CompressionType::gzip, CompressionType::snappy,
                                     CompressionType::lz4, CompressionType::zstd}) {
    SimDisk disk(1);
    HandMadeLog log(disk);
    log.write({.records = {{"a", "1"}, {"b", "2"}}, .compression = type});
    log.write({.records = {{"c", "3"}, {"d", "4"}}, .compression = type});
    log.write({.records = {{"c", "5"}}, .compression = type});
    log.roll();
    const auto before = HandMadeLog::read(disk);
    ASSERT_TRUE(log.clean(at(10'000)));
    const auto after = HandMadeLog::read(disk);
    ASSERT_EQ(after.batches.size(), 3U);
    EXPECT_EQ(after.batches[0], before.batches[0]);
    EXPECT_NE(after.batches[1], before.batches[1]);
    EXPECT_EQ(after.batches[2], before.batches[2]);
    const BatchView rebuilt = BatchView::only(BytesView::of(after.batches[1])).value();
    EXPECT_EQ(rebuilt.compression(), type);
    EXPECT_EQ(rebuilt.base_offset(), Offset(2));
    EXPECT_EQ(rebuilt.last_offset(), Offset(3));
    EXPECT_EQ(rebuilt.leader_epoch(), LeaderEpoch(3));
    EXPECT_EQ(rebuilt.record_count(), 1);
  }
}

TEST(Compaction, writes_nothing_where_nothing_would_change) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  log.put("a", "1");
  log.put("b", "1");
  log.roll();
  ASSERT_TRUE(log.clean(at(10'000)));
  const auto names = disk.list(HandMadeLog::kFolder);
  ASSERT_EQ(names->size(), 1U) << "no .cleaned is left";
  log.set_cleaned_end(Offset(0));
  ASSERT_TRUE(log.clean(at(10'000)));
  EXPECT_EQ(log.last_counts().batches_verbatim, 2U);
  EXPECT_EQ(log.marks.count(Mark::segments_compacted), 0U);
}

TEST(Compaction, drops_records_without_a_key) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  log.write({.records = {{std::nullopt, "from before"}, {"a", "1"}}});
  log.roll();
  ASSERT_TRUE(log.clean(at(10'000)));
  EXPECT_EQ(offsets(HandMadeLog::read(disk).records), (Offsets{1}));
}

TEST(Compaction, leaves_a_placeholder_where_the_end_of_a_segment_went) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  log.put("a", "1");
  log.put("b", "2");
  log.roll();
  log.put("b", "3");
  log.roll();
  LogSettings settings;
  settings.segment_size_max = 100;
  ASSERT_TRUE(log.clean(at(10'000), settings));
  const auto content = HandMadeLog::read(disk);
  EXPECT_EQ(offsets(content.records), (Offsets{0, 2}));
  ASSERT_EQ(content.batches.size(), 3U);
  const BatchView placeholder = BatchView::only(BytesView::of(content.batches[1])).value();
  EXPECT_EQ(placeholder.record_count(), 0);
  EXPECT_EQ(placeholder.base_offset(), Offset(1));
  EXPECT_EQ(placeholder.leader_epoch(), LeaderEpoch(3));
  EXPECT_EQ(placeholder.max_timestamp(), at(1000));
  log.set_cleaned_end(Offset(0));
  ASSERT_TRUE(log.clean(at(10'000)));
  EXPECT_EQ(HandMadeLog::read(disk).batches.size(), 2U) << "merged, its segment has no end any more";
}

// --- Tombstones

TEST(Compaction, keeps_a_tombstone_until_its_horizon) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  log.put("a", "1");
  log.remove("a");
  log.put("b", "1");
  log.roll();
  LogSettings settings;
  settings.delete_retention_ms = 500;
  ASSERT_TRUE(log.clean(at(10'000), settings));
  EXPECT_EQ(offsets(HandMadeLog::read(disk).records), (Offsets{1, 2})) << "the value goes at once";
  const BatchView stamped = BatchView::only(BytesView::of(HandMadeLog::read(disk).batches[0])).value();
  EXPECT_EQ(stamped.delete_horizon(), at(10'500));
  EXPECT_EQ(stamped.max_timestamp(), at(1000)) << "the record's own time is kept";

  ASSERT_TRUE(log.clean(at(10'499), settings));
  EXPECT_EQ(offsets(HandMadeLog::read(disk).records), (Offsets{1, 2}));
  EXPECT_EQ(BatchView::only(BytesView::of(HandMadeLog::read(disk).batches[0])).value().delete_horizon(), at(10'500))
      << "a horizon never moves";
  ASSERT_TRUE(log.clean(at(10'500), settings));
  EXPECT_EQ(offsets(HandMadeLog::read(disk).records), (Offsets{2}));
  EXPECT_EQ(log.marks.count(Mark::tombstone_dropped), 1U);
}

TEST(Compaction, starts_no_tombstones_clock_before_its_key_is_cleaned) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  log.put("a", "1");
  log.put("b", "1");
  log.remove("a");
  log.roll();
  LogSettings settings;
  settings.delete_retention_ms = 0;
  // The map has room for one key: the pass ends before "b".
  ASSERT_TRUE(log.clean(at(10'000), settings, 48));
  ASSERT_EQ(log.cleaned_end(), Offset(1));
  EXPECT_EQ(offsets(HandMadeLog::read(disk).records), (Offsets{0, 1, 2}));
  ASSERT_TRUE(log.clean(at(20'000), settings));
  EXPECT_EQ(offsets(HandMadeLog::read(disk).records), (Offsets{1, 2})) << "its clock starts here";
  ASSERT_TRUE(log.clean(at(20'000), settings));
  EXPECT_EQ(offsets(HandMadeLog::read(disk).records), (Offsets{1}));
}

TEST(Compaction, goes_without_a_horizon_that_a_timestamp_cannot_reach) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  log.write({.records = {{"a", std::nullopt}}, .timestamp = at(INT64_MIN + 5)});
  log.put("b", "1");
  log.put("b", "2");
  log.roll();
  ASSERT_TRUE(log.clean(at(10'000)));
  EXPECT_EQ(offsets(HandMadeLog::read(disk).records), (Offsets{0, 2}));
}

// --- Passes

TEST(Compaction, covers_more_keys_than_its_map_in_several_passes) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  for (int i = 0; i < 2000; ++i) {
    log.put("k" + std::to_string(i % 500), std::to_string(i));
    if (i % 300 == 299) log.roll();
  }
  log.roll();
  const auto before = newest(HandMadeLog::read(disk).records);
  int passes = 0;
  while (log.cleaned_end() < log.end()) {
    const Offset from = log.cleaned_end();
    ASSERT_TRUE(log.clean(at(10'000), {}, 100 * 24));
    ASSERT_GT(log.cleaned_end(), from);
    EXPECT_EQ(newest(HandMadeLog::read(disk).records), before);
    ++passes;
  }
  EXPECT_GT(passes, 10);
  EXPECT_EQ(HandMadeLog::read(disk).records.size(), 500U);
}

TEST(Compaction, takes_a_batch_with_more_keys_than_the_map_whole) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  log.put("k30", "old");
  log.put("k51", "1");
  log.roll();
  WrittenBatch large;
  for (int i = 0; i < 50; ++i) large.records.emplace_back("k" + std::to_string(i), "1");
  large.records[30].second.reset();
  log.write(large);
  log.put("k0", "2");
  log.put("k49", "2");
  log.roll();
  const auto before = newest(HandMadeLog::read(disk).records);
  LogSettings settings;
  settings.delete_retention_ms = 0;
  for (int pass = 0; pass < 5; ++pass) ASSERT_TRUE(log.clean(at(10'000 + pass), settings, 10 * 24));
  EXPECT_EQ(log.cleaned_end(), log.end());
  EXPECT_EQ(newest(HandMadeLog::read(disk).records), before);
  EXPECT_EQ(HandMadeLog::read(disk).records.size(), 50U);
}

TEST(Compaction, tells_damage_instead_of_copying_it) {
  for (const int64_t position : {3, 14, 40, 64, 70}) {
    SimDisk disk(1);
    HandMadeLog log(disk);
    log.put("a", "1");
    log.put("a", "2");
    log.roll();
    disk.drop_cache();
    ASSERT_TRUE(disk.flip_bit("t-0/00000000000000000000.log", position, 0));
    CleanPass pass(log.input(at(10'000), {}));
    CleanPass::Progress progress = CleanPass::Progress::more;
    while (progress == CleanPass::Progress::more) progress = pass.step();
    EXPECT_EQ(progress, CleanPass::Progress::failed) << position;
    EXPECT_TRUE(pass.damage().has_value()) << position;
    EXPECT_EQ(disk.list(HandMadeLog::kFolder)->size(), 1U);
  }
}

TEST(Compaction, leaves_the_newest_of_a_million_records_over_ten_thousand_keys) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  Prng prng(5);
  std::map<std::string, std::pair<int64_t, std::string>> model;
  int64_t offset = 0;
  while (offset < 1'000'000) {
    WrittenBatch batch;
    batch.compression = static_cast<CompressionType>(prng.below(20) < 16 ? 0 : prng.below(kCompressionTypeCount));
    for (int i = 0; i < 100; ++i) {
      const std::string key = "key-" + std::to_string(prng.below(10'000));
      const std::string value = "value-" + std::to_string(offset);
      batch.records.emplace_back(key, value);
      model[key] = {offset++, value};
    }
    log.write(batch);
    if (offset % 50'000 == 0) log.roll();
  }
  ASSERT_TRUE(log.clean(at(10'000)));
  const auto content = HandMadeLog::read(disk);
  ASSERT_EQ(content.records.size(), model.size());
  for (const CleanRecord& record : content.records) {
    const auto& [newest_offset, value] = model.at(*record.key);
    ASSERT_EQ(record.offset.value(), newest_offset);
    ASSERT_EQ(record.value, value);
  }
  EXPECT_EQ(content.end, Offset(offset));
  EXPECT_EQ(content.file_count, 1U);
}

}  // namespace
}  // namespace ottla
