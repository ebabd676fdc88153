// The moments at which files that left a log, to compaction or retention, are still there.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/log/compacted_log_testing.h"

namespace ottla::log_testing {
namespace {

size_t count_segments(LogWorld& world) {
  size_t count = 0;
  const auto entries = world.disk.list("t-0");
  for (const DirectoryEntry& entry : *entries) count += entry.name.ends_with(kLogSuffix) ? 1 : 0;
  return count;
}

TEST(CleanerLeftovers, takes_originals_away_when_their_delay_is_over) {
  LogSettings settings = CompactedLog::settings();
  settings.file_delete_delay = Duration::from_s(90);
  CompactedLog one(1, settings);
  write_transactions(one);
  one.merge_up_to(100'000);
  one.pass_a_minute();
  const size_t files = count_segments(one.world);
  one.clean();
  ASSERT_GT(one.log().condemned_count(), 0U);
  one.pass_a_minute();
  EXPECT_EQ(count_segments(one.world), files) << "61 of 90 seconds";
  one.pass_a_minute();
  EXPECT_EQ(one.log().condemned_count(), 0U);
  EXPECT_EQ(count_segments(one.world), one.log().segment_count());
  EXPECT_EQ(one.committed(), after_write_transactions());
}

TEST(CleanerLeftovers, a_stop_takes_originals_away_whose_delay_is_not_over) {
  LogSettings settings = CompactedLog::settings();
  settings.file_delete_delay = Duration::from_s(90);
  CompactedLog one(1, settings);
  write_transactions(one);
  one.merge_up_to(100'000);
  one.clean();
  ASSERT_GT(one.log().condemned_count(), 0U);
  const size_t segments = one.log().segment_count();
  one.world.restart();
  EXPECT_TRUE(one.world.directory().started_clean());
  EXPECT_EQ(count_segments(one.world), segments);
  EXPECT_EQ(one.committed(), after_write_transactions());
  EXPECT_EQ(one.log().segment_count(), segments);
  one.expect_producers_go_on();
}

// The power goes after each change of the disk in `work`, and of what comes back: committed() is as it was.
template <class Prepare, class Work>
int cut_everywhere(const LogSettings& settings, Prepare prepare, Work work) {
  int cuts = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    for (uint64_t changes = 0;; ++changes) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", cut after " + std::to_string(changes));
      CompactedLog one(1000 * seed + changes, settings);
      prepare(one);
      const ByKey before = one.committed();
      one.world.disk.cut_power_after(changes);
      work(one);
      const bool done = one.world.disk.has_power();
      one.world.crash();
      EXPECT_EQ(one.committed(), before) << one.world.disk.history();
      // And once more: what the start left is what the next one finds.
      one.world.crash();
      EXPECT_EQ(one.committed(), before) << one.world.disk.history();
      one.expect_producers_go_on();
      if (::testing::Test::HasFailure()) return cuts;
      if (done) break;
      ++cuts;
    }
  }
  return cuts;
}

TEST(CleanerLeftovers, loses_nothing_when_the_power_goes_while_a_stop_takes_originals_away) {
  LogSettings settings = CompactedLog::settings();
  settings.file_delete_delay = Duration::from_s(90);
  int cuts = 0;
  // The checkpoints know nothing, something, or all of what is compacted to be synced.
  for (const int minutes : {0, 1, 2}) {
    SCOPED_TRACE(minutes);
    cuts += cut_everywhere(
        settings,
        [&](CompactedLog& one) {
          write_transactions(one);
          one.merge_up_to(4000);
          for (int i = 0; i < minutes; ++i) one.pass_a_minute();
        },
        [](CompactedLog& one) {
          one.clean();
          if (one.world.disk.has_power()) {
            EXPECT_GT(one.log().condemned_count(), 3U);
          }
          one.world.directory().stop();
          for (int turn = 0; turn < 100 && !one.world.directory().stopped(); ++turn) one.world.run_jobs();
        });
    if (HasFailure()) return;
  }
  std::printf("%d cuts\n", cuts);
  EXPECT_GT(cuts, 300);
}

TEST(Retention, loses_nothing_when_the_power_goes_between_letting_go_and_the_log_start_checkpoint) {
  LogSettings settings = CompactedLog::settings();
  settings.segment_size_max = 400;
  const auto write = [](CompactedLog& one) {
    // Every key is written again above what goes.
    for (int i = 0; i < 40; ++i) one.send(i % 2, {"k" + std::to_string(i % 4) + "=" + std::to_string(i)}, false);
    one.world.settle();
    one.pass_a_minute();
  };
  const auto let_go = [](CompactedLog& one) {
    ASSERT_TRUE(one.log().raise_log_start(Offset(31)).ok());
    EXPECT_GT(one.log().release_below_log_start(one.world.now), 3U);
    // Its files go with this, and no checkpoint says yet where the log starts.
    one.log().seal(one.world.now, false);
    one.world.run_jobs();
    one.pass_a_minute();
  };
  const int cuts = cut_everywhere(settings, write, let_go);
  std::printf("%d cuts\n", cuts);
  EXPECT_GT(cuts, 100);
}

}  // namespace
}  // namespace ottla::log_testing
