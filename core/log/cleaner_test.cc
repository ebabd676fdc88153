#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "core/base/hex.h"
#include "core/base/prng.h"
#include "core/log/clean_testing.h"
#include "core/sim/sim_disk.h"

namespace ottla {
namespace {

using log_testing::CleanRecord;
using log_testing::HandMadeLog;
using log_testing::WrittenBatch;
using sim::SimDisk;

constexpr Timestamp at(int64_t ms) { return Timestamp::from_ms(ms); }

// What a consumer that reads everything ends up with.
std::map<std::string, std::string> newest(const std::vector<CleanRecord>& records) {
  std::map<std::string, std::string> values;
  for (const CleanRecord& record : records) {
    if (!record.key.has_value()) continue;
    if (record.value.has_value()) {
      values[*record.key] = *record.value;
    } else {
      values.erase(*record.key);
    }
  }
  return values;
}

std::map<std::string, std::string> newest(SimDisk& disk) { return newest(HandMadeLog::read(disk).records); }

std::vector<int64_t> offsets(const std::vector<CleanRecord>& records) {
  std::vector<int64_t> result;
  for (const CleanRecord& record : records) result.push_back(record.offset.value());
  return result;
}

using Offsets = std::vector<int64_t>;

// --- The map

TEST(KeyOffsets, hashes_as_siphash_says) {
  const HashSecret secret{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  const auto hash = [&](size_t size) {
    std::string key;
    for (size_t i = 0; i < size; ++i) key += static_cast<char>(i);
    const KeyHash found = hash_key(BytesView::of(key), secret);
    std::string bytes;
    for (const uint64_t half : {found.low, found.high}) {
      for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(half >> shift);
    }
    return hex_encode(BytesView::of(bytes));
  };
  EXPECT_EQ(hash(0), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(hash(1), "da87c1d86b99af44347659119b22fc45");
  EXPECT_EQ(hash(2), "8177228da4a45dc7fca38bdef60affe4");
  EXPECT_EQ(hash(3), "9c70b60c5267a94e5f33b6b02985ed51");
}

TEST(KeyOffsets, remembers_the_newest_offset_of_every_key_while_it_grows) {
  KeyOffsets keys({7, 8});
  std::map<std::string, int64_t> model;
  Prng prng(1);
  for (int64_t offset = 0; offset < 50'000; ++offset) {
    const std::string key = std::to_string(prng.below(9'000));
    ASSERT_TRUE(keys.put(BytesView::of(key), Offset(offset)));
    model[key] = offset;
  }
  EXPECT_EQ(keys.count(), model.size());
  for (const auto& [key, offset] : model) ASSERT_EQ(keys.find(BytesView::of(key)), Offset(offset));
  EXPECT_EQ(keys.find(BytesView::of("no such key")), std::nullopt);
}

TEST(KeyOffsets, takes_no_new_key_when_full_and_stays_within_its_bound) {
  KeyOffsets keys({7, 8}, 24'000);
  size_t taken = 0;
  while (keys.put(BytesView::of(std::to_string(taken)), Offset(static_cast<int64_t>(taken)))) ++taken;
  EXPECT_EQ(taken, 900U);
  EXPECT_LE(keys.memory_size(), 24'000U);
  EXPECT_TRUE(keys.put(BytesView::of("17"), Offset(5000))) << "a key that is there finds room";
  EXPECT_EQ(keys.find(BytesView::of("17")), Offset(5000));
  for (size_t i = 0; i < taken; ++i) ASSERT_TRUE(keys.find(BytesView::of(std::to_string(i))).has_value());
}

// --- The plan

std::vector<SegmentFacts> facts_of(const std::vector<int64_t>& bases, int64_t size = 100) {
  std::vector<SegmentFacts> facts;
  for (size_t i = 0; i + 1 < bases.size(); ++i) {
    facts.push_back({.base = Offset(bases[i]),
                     .end = Offset(bases[i + 1]),
                     .size = size,
                     .first_timestamp = at(bases[i]),
                     .largest_timestamp = at(bases[i + 1] - 1),
                     .index_size = 8,
                     .time_index_size = 12});
  }
  return facts;
}

TEST(CleanPlan, cleans_up_to_the_active_segment_the_stable_end_and_the_lag) {
  const auto segments = facts_of({0, 10, 20, 30, 40});
  const LogSettings settings;
  const auto end_of = [&](int64_t stable, int64_t cleaned, int64_t lag) {
    LogSettings changed = settings;
    changed.min_compaction_lag_ms = lag;
    return cleanable(segments, Offset(0), Offset(stable), Offset(cleaned), changed, at(100)).first_uncleanable.value();
  };
  EXPECT_EQ(end_of(40, 0, 0), 30) << "never the active one";
  EXPECT_EQ(end_of(25, 0, 0), 20) << "no segment that reaches above the stable end";
  EXPECT_EQ(end_of(20, 0, 0), 20);
  EXPECT_EQ(end_of(5, 0, 0), 0);
  EXPECT_EQ(end_of(40, 0, 75), 20) << "what was written at 29 is 71 old";
  EXPECT_EQ(end_of(40, 0, 71), 30);
  EXPECT_EQ(end_of(40, 0, 1000), 0);
}

TEST(CleanPlan, weighs_dirty_against_clean) {
  const auto segments = facts_of({0, 10, 20, 30, 40});
  LogSettings settings;
  CleanRange range = cleanable(segments, Offset(0), Offset(40), Offset(10), settings, at(100));
  EXPECT_EQ(range.first_dirty, Offset(10));
  EXPECT_EQ(range.clean_size, 100);
  EXPECT_EQ(range.dirty_size, 200);
  EXPECT_TRUE(range.wants_cleaning(0.5));
  EXPECT_FALSE(range.wants_cleaning(0.7));
  settings.max_compaction_lag_ms = 90;
  EXPECT_FALSE(cleanable(segments, Offset(0), Offset(40), Offset(10), settings, at(100)).overdue);
  EXPECT_TRUE(cleanable(segments, Offset(0), Offset(40), Offset(10), settings, at(101)).wants_cleaning(0.99));
  EXPECT_FALSE(cleanable(segments, Offset(0), Offset(40), Offset(30), settings, at(500)).wants_cleaning(0.0));
}

TEST(CleanPlan, starts_over_when_the_checkpoint_cannot_be_right) {
  const auto segments = facts_of({10, 20, 30});
  EXPECT_EQ(cleanable(segments, Offset(12), Offset(30), Offset(3), {}, at(0)).first_dirty, Offset(12));
  EXPECT_EQ(cleanable(segments, Offset(12), Offset(30), Offset(31), {}, at(0)).first_dirty, Offset(12));
}

TEST(CleanPlan, merges_what_fits_one_segment) {
  LogSettings settings;
  settings.segment_size_max = 250;
  using Groups = std::vector<SegmentGroup>;
  const auto segments = facts_of({0, 10, 20, 30, 40, 50});
  EXPECT_EQ(group_segments(segments, Offset(50), settings), (Groups{{0, 2}, {2, 4}, {4, 5}}));
  EXPECT_EQ(group_segments(segments, Offset(25), settings), (Groups{{0, 2}, {2, 3}}));
  settings.segment_size_max = 1000;
  settings.segment_index_size_max = 36;
  EXPECT_EQ(group_segments(segments, Offset(50), settings), (Groups{{0, 3}, {3, 5}})) << "the time indexes' 12 each";
  settings.segment_index_size_max = 1000;
  const auto far = facts_of({0, 10, INT32_MAX, int64_t{INT32_MAX} + 1, int64_t{INT32_MAX} + 2});
  EXPECT_EQ(group_segments(far, Offset(INT64_MAX), settings), (Groups{{0, 2}, {2, 4}}));
}

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

// --- Transactions and producers

TEST(Compaction, removes_aborted_data_and_keeps_the_marker_until_its_horizon) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  const ProducerId p(7);
  log.put("a", "old");
  log.write({.records = {{"a", "never"}}, .producer = p, .transactional = true});
  log.end_transaction(p, false);
  log.write({.records = {{"b", "yes"}}, .producer = p, .transactional = true});
  log.end_transaction(p, true);
  log.roll();
  LogSettings settings;
  settings.delete_retention_ms = 500;
  ASSERT_EQ(HandMadeLog::read(disk).uncommitted.size(), 1U);
  ASSERT_TRUE(log.clean(at(10'000), settings));
  auto content = HandMadeLog::read(disk);
  EXPECT_EQ(offsets(content.records), (Offsets{0, 3})) << "an aborted write supersedes nothing";
  EXPECT_TRUE(content.uncommitted.empty());
  EXPECT_EQ(log.aborted().size(), 1U) << "this pass met data of it";
  EXPECT_EQ(content.batches.size(), 4U) << "both markers";
  ASSERT_TRUE(log.clean(at(20'000), settings));
  EXPECT_TRUE(log.aborted().empty());
  EXPECT_EQ(HandMadeLog::read(disk).batches.size(), 4U) << "the abort marker has a horizon now";
  ASSERT_TRUE(log.clean(at(20'499), settings));
  EXPECT_EQ(HandMadeLog::read(disk).batches.size(), 4U);
  ASSERT_TRUE(log.clean(at(20'500), settings));
  content = HandMadeLog::read(disk);
  EXPECT_EQ(content.batches.size(), 3U);
  EXPECT_EQ(offsets(content.records), (Offsets{0, 3}));
  EXPECT_EQ(content.producers.first_unstable(content.end), std::nullopt) << "no transaction is left open";
}

TEST(Compaction, finds_the_marker_of_an_abort_in_a_later_segment) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  const ProducerId p(7), q(8);
  log.write({.records = {{"a", "1"}}});
  log.write({.records = {{"a", "never"}}, .producer = p, .transactional = true});
  log.write({.records = {{"b", "kept"}}, .producer = q, .transactional = true});
  log.roll();
  log.write({.records = {{"c", "never"}}, .producer = p, .transactional = true});
  log.end_transaction(q, true);
  log.end_transaction(p, false);
  log.put("d", "1");
  log.roll();
  LogSettings settings;
  settings.segment_size_max = 150;
  ASSERT_TRUE(log.clean(at(10'000), settings));
  const auto content = HandMadeLog::read(disk);
  EXPECT_EQ(offsets(content.records), (Offsets{0, 2, 6}));
  EXPECT_TRUE(content.uncommitted.empty());
}

TEST(Compaction, keeps_what_a_producer_did_last) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  const ProducerId p(7);
  for (int i = 0; i < 4; ++i) log.write({.records = {{"a", std::to_string(i)}, {"b", "x"}}, .producer = p});
  log.put("a", "newer");
  log.put("b", "newer");
  log.roll();
  const auto before = HandMadeLog::read(disk).producers.find(p);
  ASSERT_TRUE(log.clean(at(10'000)));
  const auto content = HandMadeLog::read(disk);
  EXPECT_EQ(offsets(content.records), (Offsets{8, 9}));
  EXPECT_EQ(content.producers.find(p), before);
  // The batch that it sent last, once more, is known after a restart that reads nothing but the log.
  ProducerBatch again;
  again.producer_id = p;
  again.epoch = ProducerEpoch(0);
  again.first_sequence = Sequence(6);
  again.last_sequence = Sequence(7);
  again.first_offset = Offset(10);
  again.last_offset = Offset(11);
  const auto verdict = content.producers.check(again, BatchOrigin::client);
  ASSERT_TRUE(verdict.ok());
  ASSERT_TRUE(verdict->duplicate.has_value());
  EXPECT_EQ(verdict->duplicate->first_offset, Offset(6));
  again.first_sequence = Sequence(8);
  again.last_sequence = Sequence(9);
  EXPECT_TRUE(content.producers.check(again, BatchOrigin::client).ok()) << "and so is the next one";
}

TEST(Compaction, keeps_sequences_when_half_of_a_batch_goes) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  const ProducerId p(7);
  log.write({.records = {{"a", "1"}, {"b", "1"}, {"c", "1"}}, .compression = CompressionType::lz4, .producer = p});
  log.put("a", "2");
  log.put("c", "2");
  log.roll();
  const auto before = HandMadeLog::read(disk).producers.find(p);
  ASSERT_TRUE(log.clean(at(10'000)));
  const auto content = HandMadeLog::read(disk);
  EXPECT_EQ(content.producers.find(p), before);
  EXPECT_EQ(offsets(content.records), (Offsets{1, 3, 4}));
}

// --- Passes, damage, failures

TEST(Compaction, covers_more_keys_than_its_map_in_several_passes) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  for (int i = 0; i < 2000; ++i) {
    log.put("k" + std::to_string(i % 500), std::to_string(i));
    if (i % 300 == 299) log.roll();
  }
  log.roll();
  const auto before = newest(disk);
  int passes = 0;
  while (log.cleaned_end() < log.end()) {
    const Offset from = log.cleaned_end();
    ASSERT_TRUE(log.clean(at(10'000), {}, 100 * 24));
    ASSERT_GT(log.cleaned_end(), from);
    EXPECT_EQ(newest(disk), before);
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
  const auto before = newest(disk);
  LogSettings settings;
  settings.delete_retention_ms = 0;
  for (int pass = 0; pass < 5; ++pass) ASSERT_TRUE(log.clean(at(10'000 + pass), settings, 10 * 24));
  EXPECT_EQ(log.cleaned_end(), log.end());
  EXPECT_EQ(newest(disk), before);
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

TEST(Compaction, merges_ten_thousand_keys_of_many_segments_and_codecs) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  Prng prng(5);
  std::map<std::string, std::pair<int64_t, std::string>> model;
  int64_t offset = 0;
  while (offset < 200'000) {
    WrittenBatch batch;
    batch.compression = static_cast<CompressionType>(prng.below(20) < 16 ? 0 : prng.below(kCompressionTypeCount));
    for (int i = 0; i < 100; ++i) {
      const std::string key = "key-" + std::to_string(prng.below(10'000));
      const std::string value = "value-" + std::to_string(offset);
      batch.records.emplace_back(key, value);
      model[key] = {offset++, value};
    }
    log.write(batch);
    if (offset % 20'000 == 0) log.roll();
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

// A log with everything in it, for the tests that break its compaction.
void write_some_of_everything(HandMadeLog& log, Prng& prng, int batches) {
  std::set<int64_t> open;
  for (int i = 0; i < batches; ++i) {
    const auto id = static_cast<int64_t>(prng.below(3));
    if (open.contains(id) && prng.chance(1, 3)) {
      log.end_transaction(ProducerId(id), prng.chance(1, 2));
      open.erase(id);
    } else {
      WrittenBatch batch;
      batch.compression = static_cast<CompressionType>(prng.below(kCompressionTypeCount));
      const auto count = prng.below(4) + 1;
      for (uint64_t r = 0; r < count; ++r) {
        std::optional<std::string> value = "v" + std::to_string(i);
        if (prng.chance(1, 5)) value.reset();
        batch.records.emplace_back("k" + std::to_string(prng.below(8)), value);
      }
      if (open.contains(id) || prng.chance(1, 2)) {
        batch.producer = ProducerId(id);
        batch.transactional = true;
        open.insert(id);
      }
      log.write(batch);
    }
    if (prng.chance(1, 6)) log.roll();
  }
  for (const int64_t id : open) log.end_transaction(ProducerId(id), prng.chance(1, 2));
  log.put("last", "one");
  log.roll();
}

LogSettings small_segments() {
  LogSettings settings;
  settings.segment_size_max = 1500;
  settings.delete_retention_ms = 100;
  return settings;
}

// What must hold of any log that compaction has been over, however far it came.
void expect_the_same_log(const HandMadeLog::Content& before, const HandMadeLog::Content& after,
                         const std::string& what) {
  EXPECT_EQ(newest(after.records), newest(before.records)) << what;
  EXPECT_EQ(after.end, before.end) << what;
  std::map<Offset, CleanRecord> original;
  for (const CleanRecord& record : before.records) original[record.offset] = record;
  for (const CleanRecord& record : after.records) {
    const auto found = original.find(record.offset);
    ASSERT_TRUE(found != original.end()) << what << ": offset " << record.offset.value() << " was never committed";
    ASSERT_EQ(found->second, record) << what;
  }
  EXPECT_LE(after.uncommitted.size(), before.uncommitted.size()) << what;
  EXPECT_EQ(after.producers.first_unstable(after.end), std::nullopt) << what;
  for (const ProducerView& producer : before.producers.producers()) {
    const auto view = after.producers.find(producer.producer_id);
    ASSERT_TRUE(view.has_value()) << what;
    EXPECT_EQ(view->last_sequence, producer.last_sequence) << what;
    EXPECT_EQ(view->last_offset, producer.last_offset) << what;
  }
}

TEST(Compaction, changes_nothing_that_a_consumer_of_committed_records_ends_up_with) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SimDisk disk(seed);
    HandMadeLog log(disk);
    Prng prng(seed);
    write_some_of_everything(log, prng, 60);
    const auto before = HandMadeLog::read(disk);
    size_t records = before.records.size();
    for (int64_t now = 10'000; now < 10'800; now += static_cast<int64_t>(prng.below(150))) {
      ASSERT_TRUE(log.clean(at(now), small_segments(), prng.chance(1, 3) ? 5 * 24 : limits::kCleanerMapSizeMax));
      if (prng.chance(1, 4)) log.set_cleaned_end(Offset(0));
      const auto after = HandMadeLog::read(disk);
      expect_the_same_log(before, after, "seed " + std::to_string(seed));
      EXPECT_LE(after.records.size(), records);
      records = after.records.size();
      if (HasFailure()) return;
    }
    while (log.cleaned_end() < log.end()) ASSERT_TRUE(log.clean(at(20'000), small_segments()));
    EXPECT_TRUE(HandMadeLog::read(disk).uncommitted.empty()) << seed;
  }
}

// A start's rules for what compaction leaves behind, as far as they concern batches: see load_cases.cc.
void remove_leftovers(SimDisk& disk) {
  const auto entries = disk.list(HandMadeLog::kFolder);
  ASSERT_TRUE(entries.ok());
  for (const DirectoryEntry& entry : *entries) {
    const auto name = parse_offset_file_name(entry.name);
    if (name.has_value() && name->state == kCleanedSuffix) {
      ASSERT_TRUE(disk.unlink(std::string(HandMadeLog::kFolder) + "/" + entry.name).ok());
    }
  }
}

TEST(Compaction, loses_nothing_whenever_the_power_goes) {
  uint64_t cuts = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    for (uint64_t changes = 0;; ++changes) {
      SimDisk disk(seed * 1000 + changes);
      HandMadeLog log(disk);
      Prng prng(seed);
      write_some_of_everything(log, prng, 60);
      const auto before = HandMadeLog::read(disk);
      disk.cut_power_after(changes);
      const bool first = log.clean(at(10'000), small_segments());
      const bool done = first && log.clean(at(10'200), small_segments()) && log.clean(at(10'400), small_segments());
      disk.crash();
      remove_leftovers(disk);
      expect_the_same_log(before, HandMadeLog::read(disk),
                          "seed " + std::to_string(seed) + ", cut after " + std::to_string(changes));
      if (HasFailure()) return;
      if (done) break;
      ++cuts;
    }
  }
  RecordProperty("cuts", static_cast<int>(cuts));
  EXPECT_GT(cuts, 300U);
}

TEST(Compaction, leaves_the_log_as_it_was_when_an_operation_fails) {
  uint64_t failures = 0;
  for (const IoOperation operation : {IoOperation::create, IoOperation::open, IoOperation::read, IoOperation::write,
                                      IoOperation::sync, IoOperation::sync_directory}) {
    for (const IoError::Code code : {IoError::io, IoError::no_space}) {
      for (uint64_t nth = 1;; ++nth) {
        SimDisk disk(nth);
        HandMadeLog log(disk);
        Prng prng(3);
        write_some_of_everything(log, prng, 40);
        const auto before = HandMadeLog::read(disk);
        disk.faults().add({.operation = operation, .nth = nth, .code = code});
        CleanPass pass(log.input(at(10'000), small_segments()));
        CleanPass::Progress progress = CleanPass::Progress::more;
        while (progress == CleanPass::Progress::more || progress == CleanPass::Progress::group_done) {
          progress = pass.step();
          if (progress == CleanPass::Progress::group_done) (void)pass.take_group();  // not wanted any more
        }
        disk.faults().clear();
        EXPECT_EQ(HandMadeLog::read(disk).batches, before.batches);
        if (progress == CleanPass::Progress::finished) break;
        ++failures;
        ASSERT_TRUE(pass.error().has_value());
        EXPECT_EQ(*pass.error(), code);
      }
    }
  }
  EXPECT_GT(failures, 50U);
}

}  // namespace
}  // namespace ottla
