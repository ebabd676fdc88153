// What a pass of compaction and a cut, a removal or a power cut mean to each other.
#include <gtest/gtest.h>

#include "core/log/compacted_log_testing.h"

namespace ottla::log_testing {
namespace {

const TopicPartition kPartition{"t", PartitionIndex(0)};

TEST(CleanerCuts, originals_that_wait_to_be_unlinked_go_with_a_cut_and_not_by_their_names_later) {
  LogSettings settings = CompactedLog::settings();
  settings.file_delete_delay = Duration::from_s(90);
  CompactedLog one(1, settings);
  for (int i = 0; i < 12; ++i) {
    one.put({"k=" + std::to_string(i)});
    if (i % 3 == 2) {
      ASSERT_TRUE(one.log().roll().ok());
    }
  }
  one.world.settle();
  one.clean();
  ASSERT_GT(one.log().condemned_count(), 0U);
  one.world.truncate(one.log(), Offset(5));
  one.world.settle();
  ASSERT_EQ(text(one.log().state()), "ready");
  // The same batches again, as a follower gets them: its segments begin where the old ones did.
  for (const int64_t base : {3, 6}) {
    while (one.log().log_end() < Offset(base)) one.put({"k=again"});
    if (one.log().log_end() == Offset(base)) {
      ASSERT_TRUE(one.log().roll().ok());
    }
  }
  for (int i = 0; i < 3; ++i) one.put({"k=acknowledged " + std::to_string(i)});
  one.world.settle();
  const auto before = one.world.read(one.log()).values;
  for (int i = 0; i < 3; ++i) one.pass_a_minute();
  one.world.restart();
  EXPECT_EQ(one.world.read(one.ready()).values, before);
}

TEST(CleanerCuts, a_partition_that_is_made_anew_waits_for_the_pass_over_the_old_one) {
  uint64_t waited = 0;
  for (int steps = 1; steps < 60; ++steps) {
    SCOPED_TRACE(steps);
    CompactedLog one(static_cast<uint64_t>(steps));
    for (int i = 0; i < 200; ++i) one.put({"k" + std::to_string(i % 10) + "=" + std::to_string(i)});
    one.world.settle();
    if (!one.begin_pass(steps)) break;
    ASSERT_TRUE(one.world.directory().remove(kPartition).ok());
    const auto make = [&] {
      return one.world.directory().create(kPartition, LogWorld::topic_id("u"), one.world.settings());
    };
    auto made = make();
    if (!made.ok()) {
      EXPECT_EQ(made.error(), LogError::not_ready);
      ++waited;
      one.world.run_jobs();
      made = make();
    }
    ASSERT_TRUE(made.ok());
    for (int i = 0; i < 5; ++i) one.put({"x=" + std::to_string(i)});
    one.world.settle();
    one.world.crash();
    EXPECT_EQ(one.world.read(one.ready()).values.size(), 5U) << one.log().trouble();
  }
  EXPECT_GT(waited, 10U);
}

// Under `replicated` the high watermark goes ahead of the disk.
TEST(CleanerCuts, what_is_not_synced_is_not_cleaned) {
  LogSettings settings = CompactedLog::settings();
  settings.persisted = false;
  for (uint64_t seed = 1; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    CompactedLog one(seed, settings);
    one.put({"kept=1"});
    one.world.settle();
    for (int i = 0; i < 60; ++i)
      one.put({(i == 50 ? "kept=2" : "k" + std::to_string(i % 10) + "=" + std::to_string(i))});
    one.begin_pass(static_cast<int>(seed % 40));
    one.world.crash();
    const auto values = one.committed();
    ASSERT_EQ(text(one.log().state()), "ready") << one.log().trouble();
    EXPECT_TRUE(values.contains("kept"));
  }
}

TEST(CleanerCuts, a_log_that_was_cut_before_the_first_tick_after_a_start_is_not_taken_for_clean) {
  CompactedLog one;
  one.put({"victim=alive"});
  for (int i = 0; i < 150; ++i) one.put({"k" + std::to_string(i) + "=" + std::to_string(i)});
  one.world.settle();
  one.clean();
  const Offset cleaned = one.cleaned_end();
  ASSERT_GT(cleaned, Offset(60));
  one.world.restart();
  one.ready();
  ASSERT_EQ(one.cleaned_end(), cleaned);
  one.world.truncate(one.log(), Offset(60));
  one.world.settle();
  ASSERT_EQ(one.log().log_end(), Offset(60));
  one.put({"victim=-"});
  while (one.log().log_end() < cleaned + 100) one.put({"z" + std::to_string(one.log().log_end().value()) + "=1"});
  one.world.settle();
  one.clean();
  for (const auto& [offset, value] : one.world.read(one.log()).values) EXPECT_NE(value, "victim=alive") << offset;
}

}  // namespace
}  // namespace ottla::log_testing
