// A quorum of one that is broken off at every place: nothing that was committed is lost, and no epoch comes twice.
#include <gtest/gtest.h>

#include "core/raft/quorum_story_testing.h"

namespace ottla {
namespace {

using raft_testing::QuorumWorld;

TEST(QuorumCrash, the_story_ends_well_when_nothing_happens) {
  QuorumWorld world(1, raft_testing::small_segments());
  raft_testing::run_story(world);
  EXPECT_EQ(world.check(), "");
  EXPECT_EQ(world.promised.size(), raft_testing::kStoryAppends);
  EXPECT_GT(world.quorum().log_start(), Offset(0));
  EXPECT_EQ(world.epochs.size(), 2U);
}

TEST(QuorumCrash, anywhere_loses_nothing_that_was_committed) {
  size_t count = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    ASSERT_EQ(raft_testing::break_story_everywhere(seed, count), "") << "seed " << seed;
  }
  RecordProperty("cases", static_cast<int>(count));
  EXPECT_GT(count, 2'000U);
  std::printf("%zu places to break off\n", count);
}

TEST(QuorumCrash, at_random_in_many_lives_loses_nothing_that_was_committed) {
  size_t promised = 0;
  for (uint64_t seed = 1; seed <= 1'500; ++seed) ASSERT_EQ(raft_testing::live_at_random(seed, 80, promised), "");
  EXPECT_GT(promised, 10'000U);
  std::printf("%zu values promised\n", promised);
}

// Each kind of change fails once, in each place. What fails is told or tried again, and all is well when the disk is.
TEST(QuorumCrash, one_failure_of_the_disk_anywhere_is_lived_through) {
  size_t count = 0;
  for (const IoOperation operation : {IoOperation::write, IoOperation::sync, IoOperation::create, IoOperation::rename,
                                      IoOperation::unlink, IoOperation::sync_directory, IoOperation::make_directory}) {
    for (uint64_t nth = 1;; ++nth, ++count) {
      QuorumWorld world(nth, raft_testing::small_segments());
      world.disk.faults().add({.operation = operation, .nth = nth, .code = IoError::io});
      raft_testing::run_story(world);
      const bool hit = world.disk.faults().hit_count() > 0;
      world.disk.faults().clear();
      if (!world.running() || !world.quorum().trouble().empty()) {
        operation == IoOperation::sync ? world.crash() : world.kill();  // see live_at_random()
      }
      ASSERT_TRUE(world.lead()) << text(operation) << " " << nth << "\n" << world.lines.text();
      ASSERT_EQ(world.check(), "") << text(operation) << " " << nth << "\n" << world.lines.text();
      world.crash();
      ASSERT_EQ(raft_testing::check_after(world), "") << text(operation) << " " << nth << "\n" << world.lines.text();
      if (!hit) break;
    }
  }
  EXPECT_GT(count, 100U);
  std::printf("%zu failures\n", count);
}

}  // namespace
}  // namespace ottla
