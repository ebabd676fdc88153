#include "core/raft/quorum_of_one.h"

#include <gtest/gtest.h>

#include "core/io/whole_file.h"
#include "core/model/topic_name.h"
#include "core/raft/quorum_testing.h"

namespace ottla {
namespace {

using raft_testing::QuorumWorld;

constexpr std::string_view kFolder = "__cluster_metadata-0/";

std::string path(std::string_view name) { return std::string(kFolder) + std::string(name); }

TEST(QuorumOfOne, votes_for_itself_and_leads_in_the_first_epoch) {
  QuorumWorld world(1);
  world.settle();
  EXPECT_EQ(world.quorum().leading(), LeaderEpoch(1));
  EXPECT_EQ(world.consumer().leads, LeaderEpoch(1));
  // LeaderChange, KRaftVersion and Voters.
  EXPECT_EQ(world.consumer().leads_from, Offset(3));
  EXPECT_EQ(world.quorum().committed_end(), Offset(3));
  const auto state = read_whole_file(world.disk, path("quorum-state"), 1000);
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->view().text().substr(0, 42), R"({"leaderId":1,"leaderEpoch":1,"votedId":1,)");
}

TEST(QuorumOfOne, commits_what_is_on_the_disk_and_not_before) {
  QuorumWorld world(2);
  world.settle();
  ASSERT_TRUE(world.append("a"));
  const Offset before = world.quorum().committed_end();
  while (world.quorum().turn()) {
  }
  EXPECT_EQ(world.quorum().committed_end(), before);
  EXPECT_TRUE(world.consumer().values.empty());
  world.settle();
  EXPECT_EQ(world.quorum().committed_end(), before + 1);
  EXPECT_EQ(world.consumer().values, (raft_testing::Values{{3, "a"}}));
}

TEST(QuorumOfOne, refuses_an_append_of_another_epoch) {
  QuorumWorld world(3);
  EXPECT_EQ(world.quorum().append(LeaderEpoch(1), raft_testing::batch_of("early", world.wall)).error(),
            LogError::epoch_too_old);
  world.settle();
  EXPECT_EQ(world.quorum().append(LeaderEpoch(0), raft_testing::batch_of("old", world.wall)).error(),
            LogError::epoch_too_old);
  EXPECT_EQ(world.quorum().append(LeaderEpoch(2), raft_testing::batch_of("new", world.wall)).error(),
            LogError::epoch_too_old);
}

TEST(QuorumOfOne, begins_a_new_epoch_at_every_start_and_keeps_what_was_committed) {
  QuorumWorld world(4);
  world.settle();
  for (int life = 0; life < 5; ++life) {
    ASSERT_TRUE(world.append("life " + std::to_string(life)));
    world.settle();
    if (life % 2 == 0) {
      world.restart();
    } else {
      world.crash();
    }
    world.settle();
    EXPECT_EQ(world.check(), "");
    EXPECT_EQ(world.quorum().leading(), LeaderEpoch(life + 2));
  }
  EXPECT_EQ(world.promised.size(), 5U);
}

TEST(QuorumOfOne, starts_from_its_newest_snapshot_and_drops_what_the_older_one_covers) {
  QuorumOptions options;
  options.segment_size_max = 300;
  QuorumWorld world(5, options);
  world.settle();
  std::vector<Offset> snapshots;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(world.append("r" + std::to_string(round) + "." + std::to_string(i)));
      world.settle();
    }
    ASSERT_TRUE(world.save_snapshot());
    snapshots.push_back(world.consumer().applied);
    world.settle();
  }
  EXPECT_EQ(world.quorum().log_start(), snapshots[1]);
  EXPECT_FALSE(world.disk.status(path(snapshot_file_name({snapshots[0], LeaderEpoch(1)}))).ok());
  EXPECT_TRUE(world.disk.status(path(snapshot_file_name({snapshots[1], LeaderEpoch(1)}))).ok());
  world.crash();
  world.settle();
  EXPECT_EQ(world.check(), "");
  EXPECT_EQ(world.promised.size(), 30U);
}

TEST(QuorumOfOne, uses_the_older_snapshot_when_the_newest_is_damaged) {
  QuorumWorld world(6);
  world.settle();
  for (const char* value : {"a", "b"}) {
    ASSERT_TRUE(world.append(value));
    world.settle();
    ASSERT_TRUE(world.save_snapshot());
    world.settle();
  }
  ASSERT_TRUE(world.append("c"));
  world.settle();
  const std::string newest = path(snapshot_file_name({Offset(5), LeaderEpoch(1)}));
  ASSERT_TRUE(world.disk.status(newest).ok());
  world.restart();
  ASSERT_TRUE(world.disk.flip_bit(newest, 100, 3));
  world.disk.drop_cache();
  world.settle();
  EXPECT_EQ(world.lines.count_of("snapshot damaged"), 1U);
  EXPECT_EQ(world.check(), "");
}

TEST(QuorumOfOne, refuses_to_go_on_when_no_good_snapshot_reaches_its_log) {
  QuorumWorld world(7);
  world.settle();
  for (const char* value : {"a", "b", "c"}) {
    ASSERT_TRUE(world.append(value));
    world.settle();
    ASSERT_TRUE(world.save_snapshot());
    world.settle();
  }
  world.restart();
  for (const int end : {5, 6}) {
    ASSERT_TRUE(world.disk.flip_bit(path(snapshot_file_name({Offset(end), LeaderEpoch(1)})), 100, 3));
  }
  world.disk.drop_cache();
  world.settle();
  EXPECT_FALSE(world.quorum().trouble().empty());
  EXPECT_EQ(world.consumer().failures, 1);
  EXPECT_FALSE(world.quorum().leading().has_value());
  // Whoever mends it finds everything as it was.
  EXPECT_TRUE(world.consumer().values.empty());
}

TEST(QuorumOfOne, passes_over_epochs_that_a_damaged_vote_may_have_known) {
  QuorumWorld world(8);
  world.settle();
  world.restart();
  ASSERT_TRUE(world.disk.flip_bit(path("quorum-state"), 0, 0));
  world.disk.drop_cache();
  world.settle();
  EXPECT_EQ(world.lines.count_of("quorum-state damaged"), 1U);
  EXPECT_GT(world.quorum().leading(), LeaderEpoch(1000));
  EXPECT_EQ(world.check(), "");
}

TEST(QuorumOfOne, is_no_quorum_of_several) {
  QuorumWorld world(9);
  world.settle();
  world.restart();
  const std::string several = R"({"clusterId":"","leaderId":1,"leaderEpoch":7,"votedId":-1,"appliedOffset":0,)"
                              R"("currentVoters":[{"voterId":1},{"voterId":2}],"data_version":0})";
  ASSERT_TRUE(replace_file(world.disk, path("quorum-state"), BytesView::of(several)).ok());
  world.settle();
  EXPECT_EQ(world.quorum().trouble(), "quorum-state names voters other than this node");
}

TEST(QuorumOfOne, goes_on_by_itself_when_a_full_disk_has_room_again) {
  QuorumWorld world(10);
  world.settle();
  ASSERT_TRUE(world.append("before"));
  world.settle();
  world.disk.set_capacity(0);
  const auto refused = world.quorum().append(*world.quorum().leading(), raft_testing::batch_of("full", world.wall));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error(), LogError::no_space);
  world.settle();
  world.disk.set_capacity(int64_t{1} << 40);
  EXPECT_TRUE(world.append("after"));
  world.settle();
  EXPECT_EQ(world.consumer().values, (raft_testing::Values{{3, "before"}, {4, "after"}}));
  world.crash();
  world.settle();
  EXPECT_EQ(world.check(), "");
}

TEST(QuorumOfOne, starts_by_itself_when_a_full_disk_has_room_again) {
  QuorumWorld world(11);
  world.settle();
  ASSERT_TRUE(world.append("a"));
  world.settle();
  world.restart();
  world.disk.set_capacity(0);
  world.settle();
  EXPECT_FALSE(world.quorum().leading().has_value());
  world.pass(Duration::from_s(5));
  EXPECT_FALSE(world.quorum().leading().has_value());
  EXPECT_EQ(world.quorum().trouble(), "");
  world.disk.set_capacity(int64_t{1} << 40);
  EXPECT_TRUE(world.lead());
  EXPECT_EQ(world.check(), "");
}

TEST(QuorumOfOne, wants_a_snapshot_after_so_many_bytes_or_so_long) {
  QuorumOptions options;
  options.snapshot_after = 1000;
  options.snapshot_interval = Duration::from_s(60);
  QuorumWorld world(12, options);
  world.settle();
  for (int i = 0; !world.quorum().wants_snapshot(); ++i) {
    ASSERT_LT(i, 100);
    ASSERT_TRUE(world.append("0123456789"));
    world.settle();
  }
  ASSERT_TRUE(world.save_snapshot());
  EXPECT_FALSE(world.quorum().wants_snapshot());
  world.settle();
  world.pass(Duration::from_s(120));
  EXPECT_FALSE(world.quorum().wants_snapshot());  // nothing came since
  ASSERT_TRUE(world.append("more"));
  world.pass(Duration::from_s(1));
  EXPECT_TRUE(world.quorum().wants_snapshot());
  // A start counts what it reads.
  world.restart();
  world.settle();
  EXPECT_FALSE(world.quorum().wants_snapshot());
  world.pass(Duration::from_s(61));
  EXPECT_TRUE(world.quorum().wants_snapshot());
}

}  // namespace
}  // namespace ottla
