// Every byte position of the last three batches is where the file ends, or where what was written ends. What was promised
// is kept or its loss is told; of the rest the batches before the cut are kept, all of them and nothing else.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/base/prng.h"
#include "core/log/cleaner.h"
#include "core/log/fault_matrix_testing.h"

namespace ottla::log_testing {
namespace {

LogSettings settings_of(int64_t segment_size_max) {
  LogSettings settings;
  settings.segment_size_max = segment_size_max;
  settings.index_interval = 100;
  settings.file_delete_delay = Duration();
  return settings;
}

// What the crash left where the cut is.
enum class Rest : uint8_t { nothing, zeros, noise, nothing_of_later_files };
constexpr Rest kRests[] = {Rest::nothing, Rest::zeros, Rest::noise, Rest::nothing_of_later_files};

void cut(DiskImage& image, const std::string& path, size_t at, Rest rest) {
  std::string& bytes = image.files[path];
  Prng prng(at);
  for (size_t position = at; position < bytes.size(); ++position) {
    bytes[position] = rest == Rest::noise ? static_cast<char>(prng.next()) : '\0';
  }
  if (rest == Rest::nothing || rest == Rest::nothing_of_later_files) bytes.resize(at);
  if (rest != Rest::nothing_of_later_files) return;
  std::erase_if(image.files, [&](const auto& file) {
    return file.first.starts_with(WrittenLife::kFolder) && file.first.ends_with(kLogSuffix) && file.first > path;
  });
}

struct Counts {
  int cut = 0;
  int quarantined = 0;
  int whole = 0;
};

class FaultCuts : public ::testing::Test {
 protected:
  // Cuts the last three batches of the segments from `last_path` down at every byte, and every time starts on the rest.
  void cut_everywhere(WrittenLife& life, const DiskImage& image, const std::string& last_path) {
    Counts counts;
    auto paths = image.paths(WrittenLife::kFolder, kLogSuffix);
    while (paths.back() != last_path) paths.pop_back();
    size_t batches = 3;
    for (; batches > 0 && !paths.empty(); paths.pop_back()) {
      const std::vector<size_t> bounds = batch_bounds(image.files.at(paths.back()));
      const size_t count = std::min(batches, bounds.size() - 1);
      batches -= count;
      for (size_t at = bounds[bounds.size() - 1 - count]; at < bounds.back(); ++at) {
        for (const Rest rest : kRests) {
          if (rest == Rest::nothing_of_later_files && paths.back() == last_path) continue;
          DiskImage damaged = image;
          cut(damaged, paths.back(), at, rest);
          SCOPED_TRACE(paths.back() + " cut at " + std::to_string(at) + ", rest " +
                       std::to_string(static_cast<int>(rest)));
          check(life, damaged, counts);
          if (HasFailure()) return;
        }
      }
    }
    ASSERT_EQ(batches, 0U);
    std::printf("%-55s %5d cuts: %5d cut back, %5d quarantined, %3d whole\n",
                ::testing::UnitTest::GetInstance()->current_test_info()->name(),
                counts.cut + counts.quarantined + counts.whole, counts.cut, counts.quarantined, counts.whole);
    total += counts.cut + counts.quarantined;
    cut_back = counts.cut;
    quarantined = counts.quarantined;
  }
  static void check(WrittenLife& life, const DiskImage& damaged, Counts& counts) {
    const auto intact = life.intact_end(damaged);
    const Found found = life.start_on(damaged);
    if (!intact.has_value() || *intact < life.promised_end()) {
      EXPECT_EQ(found.fate, Found::quarantined)
          << "ends at " << found.log_end.value() << ", was promised up to " << life.promised_end().value();
      EXPECT_NE(found.trouble.find(kLogSuffix), std::string::npos) << found.trouble;
      ++counts.quarantined;
      return;
    }
    EXPECT_EQ(found.fate, Found::served) << found.trouble;
    EXPECT_EQ(found.log_end, *intact);
    ++(*intact < life.log_end() ? counts.cut : counts.whole);
  }
  static std::string active_path(WrittenLife& life) {
    return std::string(WrittenLife::kFolder) + life.log().active().file_name();
  }
  // Several segments, all synced and known to be.
  static void write_a_past(WrittenLife& life) {
    for (int i = 0; i < 8; ++i) life.produce(1, {"record " + std::to_string(i)});
    life.world.epoch = LeaderEpoch(2);
    for (int i = 8; i < 12; ++i) life.produce(1, {"record " + std::to_string(i)});
    life.checkpoint();
  }

  int total = 0;
  int cut_back = 0;
  int quarantined = 0;
};

TEST_F(FaultCuts, after_a_clean_stop) {
  WrittenLife life(settings_of(600));
  write_a_past(life);
  for (int i = 0; i < 3; ++i) life.produce(2, {"a", "b"});
  const std::string path = active_path(life);
  life.stop();
  cut_everywhere(life, life.image(), path);
  EXPECT_EQ(cut_back, 0);
}

TEST_F(FaultCuts, after_a_crash_before_the_sync) {
  WrittenLife life(settings_of(600));
  write_a_past(life);
  ASSERT_TRUE(life.log().roll().ok());
  for (int i = 0; i < 3; ++i) life.produce(2, {"a", "b"});
  cut_everywhere(life, life.image(), active_path(life));
  EXPECT_EQ(quarantined, 0);
}

TEST_F(FaultCuts, after_a_crash_with_the_recovery_point_among_them) {
  WrittenLife life(settings_of(600));
  write_a_past(life);
  life.produce(2, {"a", "b"});
  life.checkpoint();
  life.world.epoch = LeaderEpoch(3);
  for (int i = 0; i < 2; ++i) life.produce(2, {"c", "d"});
  cut_everywhere(life, life.image(), active_path(life));
  EXPECT_GT(quarantined, 0);
  EXPECT_GT(cut_back, 0);
}

TEST_F(FaultCuts, across_rolls_before_the_sync) {
  WrittenLife life(settings_of(150));  // a segment holds one batch
  write_a_past(life);
  for (int i = 0; i < 3; ++i) life.produce(1, {"after " + std::to_string(i), "that"});
  ASSERT_GT(life.log().segment_count(), 10U);
  cut_everywhere(life, life.image(), active_path(life));
  EXPECT_EQ(quarantined, 0);
}

TEST_F(FaultCuts, across_rolls_with_sealed_segments_before_the_checkpoint) {
  WrittenLife life(settings_of(150));
  write_a_past(life);
  for (int i = 0; i < 3; ++i) life.produce(1, {"after " + std::to_string(i), "that"});
  // Indexes, snapshots and sums of segments above the recovery point.
  life.log().seal(life.world.now, false);
  life.world.run_jobs();
  cut_everywhere(life, life.image(), active_path(life));
  EXPECT_EQ(quarantined, 0);
}

TEST_F(FaultCuts, across_rolls_after_a_clean_stop) {
  WrittenLife life(settings_of(150));
  write_a_past(life);
  const std::string path = active_path(life);
  life.stop();
  cut_everywhere(life, life.image(), path);
  EXPECT_EQ(cut_back, 0);
}

TEST_F(FaultCuts, of_transactions_before_the_sync) {
  WrittenLife life(settings_of(600));
  write_a_past(life);
  life.produce(5, {"open before", "and after"}, true);
  life.produce(4, {"aborted"}, true);
  life.end_transaction(4, false);
  life.checkpoint();
  life.produce(4, {"to be aborted"}, true);
  life.produce(4, {"this, too"}, true);
  life.end_transaction(5, true);
  life.end_transaction(4, false);
  cut_everywhere(life, life.image(), active_path(life));
  EXPECT_EQ(quarantined, 0);
}

TEST_F(FaultCuts, of_transactions_across_rolls_before_the_sync) {
  WrittenLife life(settings_of(150));
  write_a_past(life);
  life.produce(4, {"aborted across segments"}, true);
  life.end_transaction(4, false);
  life.checkpoint();
  life.produce(4, {"again aborted across segments"}, true);
  life.end_transaction(4, false);
  life.produce(4, {"and open"}, true);
  cut_everywhere(life, life.image(), active_path(life));
  EXPECT_EQ(quarantined, 0);
}

class FaultCutsOfCompacted : public FaultCuts {
 protected:
  FaultCutsOfCompacted()
      : life(compacted()), entropy_(1), cleaner_(life.world.directory(), life.world.jobs, entropy_, {}) {
    life.world.other_owner = [this](JobId id, Job& job) { return cleaner_.completed(id, job, life.world.now); };
    for (int i = 0; i < 40; ++i) {
      const std::string key = "k" + std::to_string(i % 13);
      if (i % 9 == 8) {
        life.produce(1, {key + "=-"});
      } else {
        life.produce(i % 3, {key + "=" + std::to_string(i), "x" + key + "=" + std::to_string(i)});
      }
    }
    life.produce(4, {"k1=never"}, true);
    life.end_transaction(4, false);
    EXPECT_TRUE(life.log().roll().ok());
    life.append({"k1=last"});
    life.checkpoint();
    const Cleaner::Subject subject{{"t", PartitionIndex(0)}, life.log().log_end()};
    const int64_t size = life.log().size();
    cleaner_.tick({&subject, 1}, life.world.wall, life.world.now);
    life.world.settle();
    EXPECT_EQ(cleaner_.passes_count(), 1U);
    EXPECT_LT(life.log().size(), size);
    life.forget_the_past();
  }
  static LogSettings compacted() {
    LogSettings settings = settings_of(800);
    settings.compacts = true;
    settings.deletes = false;
    settings.min_cleanable_dirty_ratio = 0;
    return settings;
  }
  std::string cleaned_path() {
    const Segment& last_closed = life.log().segment(life.log().segment_count() - 2);
    return std::string(WrittenLife::kFolder) + last_closed.file_name();
  }

  WrittenLife life;
  sim::SeededEntropy entropy_;
  Cleaner cleaner_;
};

TEST_F(FaultCutsOfCompacted, after_a_clean_stop) {
  const std::string path = cleaned_path();
  life.stop();
  cut_everywhere(life, life.image(), path);
  EXPECT_EQ(cut_back, 0);
}

TEST_F(FaultCutsOfCompacted, after_a_crash) {
  cut_everywhere(life, life.image(), cleaned_path());
  EXPECT_EQ(cut_back, 0);
}

TEST_F(FaultCutsOfCompacted, above_what_is_compacted_after_a_crash) {
  for (int i = 0; i < 3; ++i) life.produce(2, {"k2=" + std::to_string(i)});
  cut_everywhere(life, life.image(), active_path(life));
  EXPECT_EQ(quarantined, 0);
}

}  // namespace
}  // namespace ottla::log_testing
