// Partitions that nobody uses, while the broker goes on: what is held for them, and what wakes them.
#include <gtest/gtest.h>

#include "core/replica/replica_testing.h"

namespace ottla {
namespace {

using replica_testing::ReplicaWorld;
using replica_testing::Values;

LogState state_of(ReplicaWorld& world, int32_t partition) {
  return world.replicas().find_log(*world.image->find_topic("t"), PartitionIndex(partition))->state();
}

// As long as it takes a log to fall asleep once it is idle, in ticks like those of a host.
void pass_walks(ReplicaWorld& world) {
  for (int i = 0; i < 6; ++i) {
    world.pass(Duration::from_s(10));
    world.settle();
  }
}

constexpr Duration kIdle = Duration::from_s(300);  // ottla.log.idle.ms

TEST(ReplicasRest, gives_back_a_replica_and_its_log_and_makes_them_again) {
  ReplicaWorld world(1);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  const LogNumber number = world.find("t")->number();
  pass_walks(world);
  EXPECT_EQ(state_of(world, 0), LogState::ready) << "it was used a minute ago";
  world.pass(kIdle);
  pass_walks(world);
  EXPECT_EQ(state_of(world, 0), LogState::dormant);
  EXPECT_EQ(world.replicas().in_use_count(), 0U);
  EXPECT_EQ(world.replicas().find(number), nullptr);
  EXPECT_EQ(world.directory().files.open_count(), 0U);
  EXPECT_EQ(world.values("t"), (Values{{0, "a"}}));
  EXPECT_EQ(world.find("t")->number(), number);
  EXPECT_EQ(world.find("t")->high_watermark(), Offset(1));
  ASSERT_TRUE(world.append("t", 0, {"b"}).ok());
  world.settle();
  world.crash();
  EXPECT_EQ(world.values("t"), (Values{{0, "a"}, {1, "b"}}));
}

TEST(ReplicasRest, leaves_alone_what_is_asked_for_and_what_somebody_is_built_on) {
  ReplicaWorld world(2);
  world.create_topic("t", 2);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  ASSERT_TRUE(world.append("t", 1, {"a"}).ok());
  ReplicatedLog& built_on = world.ready("t", 1).replicated();
  for (int i = 0; i < 20; ++i) {
    world.pass(Duration::from_s(60));
    world.settle();
    ASSERT_NE(world.find("t", 0), nullptr);
  }
  EXPECT_EQ(state_of(world, 0), LogState::ready);
  EXPECT_EQ(state_of(world, 1), LogState::ready);
  EXPECT_EQ(built_on.log_end(), Offset(1));
}

TEST(ReplicasRest, holds_nothing_for_partitions_that_were_made_and_not_used) {
  ReplicaWorld world(3);
  world.create_topic("t", 200);
  world.settle();
  pass_walks(world);
  for (int32_t i = 0; i < 200; ++i) ASSERT_EQ(state_of(world, i), LogState::dormant) << i;
  EXPECT_EQ(world.directory().files.open_count(), 0U);
  EXPECT_TRUE(world.ready("t", 77).ready());
  EXPECT_TRUE(world.append("t", 77, {"a"}).ok());
}

TEST(ReplicasRest, is_not_disturbed_by_retention_that_takes_nothing) {
  ReplicaWorld world(4);
  world.create_topic("t", 20);
  for (int32_t i = 0; i < 20; ++i) ASSERT_TRUE(world.append("t", i, {"a"}).ok());
  world.settle();
  world.restart();
  const auto opened = world.disk().counters().operations[static_cast<size_t>(IoOperation::open)];
  for (int i = 0; i < 100; ++i) {
    world.pass(Duration::from_s(30));
    world.settle();
  }
  EXPECT_EQ(world.replicas().in_use_count(), 0U);
  for (int32_t i = 0; i < 20; ++i) EXPECT_EQ(state_of(world, i), LogState::dormant) << i;
  EXPECT_EQ(world.disk().counters().operations[static_cast<size_t>(IoOperation::open)], opened)
      << "no file was looked at";
}

TEST(ReplicasRest, ends_for_retention_and_begins_again) {
  ReplicaWorld world(5);
  world.create_topic("t", 1, {{"retention.ms", "3600000"}});
  ASSERT_TRUE(world.append("t", 0, {"old"}).ok());
  world.settle();
  world.restart();
  for (int i = 0; i < 10; ++i) {
    world.pass(Duration::from_s(600));
    world.settle();
    pass_walks(world);
  }
  const Log& log = *world.replicas().find_log(*world.image->find_topic("t"), PartitionIndex(0));
  EXPECT_EQ(log.log_start(), Offset(1));
  EXPECT_EQ(log.state(), LogState::dormant);
  EXPECT_EQ(world.replicas().in_use_count(), 0U);
}

TEST(Replicas, of_thousands_of_new_partitions_are_made_some_at_a_time_and_at_once_when_asked_for) {
  ReplicaWorld world(8, {.disk = {.files_open_max = 1'000}});
  world.create_topic("t", 3'000);
  EXPECT_LT(world.directory().partition_count(), 3'000U);
  EXPECT_TRUE(world.ready("t", 2'999).ready()) << "usable at once";
  EXPECT_TRUE(world.append("t", 2'999, {"a"}).ok());
  for (int i = 0; i < 100 && world.directory().partition_count() < 3'000; ++i) {
    EXPECT_LE(world.replicas().next_deadline(), world.now + Duration::from_ms(5));
    world.pass(Duration::from_ms(5));
    world.settle();
  }
  EXPECT_EQ(world.directory().partition_count(), 3'000U);
  EXPECT_EQ(world.lines.count_of("partition not made"), 0U);
  world.crash();
  EXPECT_EQ(world.directory().partition_count(), 3'000U);
  EXPECT_EQ(world.values("t", 2'999), (Values{{0, "a"}}));
}

// After an unclean stop nothing is known of a log but its files: a round of retention looks, once.
TEST(ReplicasRest, comes_back_after_a_crash) {
  ReplicaWorld world(6);
  world.create_topic("t", 20);
  for (int32_t i = 0; i < 20; ++i) ASSERT_TRUE(world.append("t", i, {"a"}).ok());
  world.settle();
  world.kill();
  for (int i = 0; i < 60; ++i) {
    world.pass(Duration::from_s(10));
    world.settle();
  }
  for (int32_t i = 0; i < 20; ++i) EXPECT_EQ(state_of(world, i), LogState::dormant) << i;
  const auto opened = world.disk().counters().operations[static_cast<size_t>(IoOperation::open)];
  for (int i = 0; i < 100; ++i) {
    world.pass(Duration::from_s(10));
    world.settle();
  }
  EXPECT_EQ(world.disk().counters().operations[static_cast<size_t>(IoOperation::open)], opened);
}

TEST(ReplicasRest, of_a_compacted_log_waits_until_it_is_clean) {
  ReplicaWorld world(7);
  world.create_topic("t", 1, {{"cleanup.policy", "compact"}, {"segment.bytes", "1048576"}, {"segment.ms", "1000"}});
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(world.append("t", 0, {"k=" + std::to_string(i)}).ok());
    world.wall = world.wall + Duration::from_s(2);
    world.settle();
  }
  world.pass(kIdle);
  for (int i = 0; i < 20; ++i) {
    world.pass(Duration::from_s(31));
    world.settle();
  }
  EXPECT_EQ(state_of(world, 0), LogState::dormant);
  EXPECT_GT(world.marks.count(Mark::segments_compacted), 0U);
  EXPECT_EQ(world.values("t").rbegin()->second, "k=29");
  EXPECT_LE(world.values("t").size(), 2U);
}

}  // namespace
}  // namespace ottla
