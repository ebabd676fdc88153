// Random logs under compaction: for consumers nothing changes, whatever fails and whenever the power goes.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "core/base/prng.h"
#include "core/log/clean_testing.h"
#include "core/sim/sim_disk.h"

namespace ottla {
namespace {

using log_testing::CleanRecord;
using log_testing::HandMadeLog;
using log_testing::newest;
using log_testing::WrittenBatch;
using sim::SimDisk;

constexpr Timestamp at(int64_t ms) { return Timestamp::from_ms(ms); }

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
