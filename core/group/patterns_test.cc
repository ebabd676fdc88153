// Subscriptions by expression.
#include <gtest/gtest.h>

#include "core/group/members_testing.h"
#include "core/metadata/image_testing.h"

namespace ottla {
namespace {

using namespace group_testing;
using metadata_testing::cluster_of;

std::set<TopicId> topics_of(const Consumer& consumer) {
  std::set<TopicId> topics;
  for (const AssignedPartition& one : consumer.owned()) topics.insert(one.topic);
  return topics;
}

TEST(ConsumerPattern, a_member_reads_every_topic_that_matches) {
  GroupBench bench;
  Consumer a(bench, "a", {}, {}, "topic-.*");
  EXPECT_EQ(a.join(), ErrorCode::none);
  EXPECT_EQ(topics_of(a).size(), 2U);
  EXPECT_EQ(a.owned().size(), 8U);
  Consumer whole(bench, "b", {}, {}, "opic-.*");
  EXPECT_EQ(whole.join(), ErrorCode::none);
  for (int i = 0; i < 3; ++i) {
    a.beat();
    whole.beat();
  }
  EXPECT_EQ(a.owned().size(), 8U) << "an expression is of whole names";
  EXPECT_TRUE(whole.owned().empty());
  bench.expect_every_prefix_equals_live();
}

TEST(ConsumerPattern, topics_that_come_are_read_and_those_that_go_are_not) {
  GroupBench bench;
  Consumer a(bench, "a", {}, {}, "topic-\\d+");
  a.join();
  ASSERT_EQ(a.owned().size(), 8U);
  bench.set_image(cluster_of(5, 4));
  EXPECT_EQ(a.beat(), ErrorCode::none);
  EXPECT_EQ(a.owned().size(), 20U) << "at the very next heartbeat";
  EXPECT_EQ(a.epoch(), 2);
  bench.set_image(cluster_of(1, 4));
  EXPECT_EQ(a.beat(), ErrorCode::none);
  EXPECT_EQ(a.beat(), ErrorCode::none);
  EXPECT_EQ(a.owned().size(), 4U);
  const int32_t epoch = a.epoch();
  bench.set_image(bench.context.image);
  EXPECT_EQ(a.beat(), ErrorCode::none);
  EXPECT_EQ(a.epoch(), epoch) << "nothing that it reads has changed";
  bench.expect_every_prefix_equals_live();
}

TEST(ConsumerPattern, what_it_comes_to_is_hard_state) {
  GroupBench bench;
  Consumer a(bench, "a", {}, {}, ".*-0*1");
  Consumer b(bench, "b", {kTopicA});
  a.join();
  b.join();
  EXPECT_NE(bench.groups().hard().dump().find("pattern \"g\"\".*-0*1\" topics \"" + kTopicB), std::string::npos)
      << bench.groups().hard().dump();
  bench.fail_over();
  EXPECT_EQ(a.beat(), ErrorCode::none);
  EXPECT_EQ(topics_of(a), std::set<TopicId>{bench.context.image->find_topic(kTopicB)->id});
  EXPECT_EQ(a.epoch(), 2) << "the next coordinator finds what the one before wrote";
  EXPECT_EQ(a.leave(), ErrorCode::none);
  EXPECT_EQ(bench.groups().hard().dump().find("pattern \"g\""), std::string::npos) << "nobody says it any more";
  bench.expect_every_prefix_equals_live();
}

TEST(ConsumerPattern, names_and_an_expression_add_up_and_both_may_change) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA}, {}, "nothing");
  a.join();
  EXPECT_EQ(a.owned().size(), 4U);
  a.subscribe({kTopicA}, "topic-.*");
  EXPECT_EQ(a.beat(true), ErrorCode::none);
  EXPECT_EQ(a.owned().size(), 8U);
  a.subscribe({kTopicB});
  EXPECT_EQ(a.beat(true), ErrorCode::none) << "an empty one takes it back";
  a.beat();
  EXPECT_EQ(topics_of(a), std::set<TopicId>{bench.context.image->find_topic(kTopicB)->id});
  bench.expect_every_prefix_equals_live();
}

TEST(ConsumerPattern, one_that_is_none_is_refused_with_what_is_wrong) {
  GroupBench bench;
  Consumer a(bench, "a", {}, {}, "topic-(");
  EXPECT_EQ(a.join(), ErrorCode::invalid_regular_expression);
  EXPECT_EQ(a.message(), "SubscribedTopicRegex is not a regular expression: a group is not closed, at 6.");
  EXPECT_EQ(bench.groups().hard().dump(), "");
  Consumer bomb(bench, "b", {}, {}, "((a{1000}){1000}){1000}");
  EXPECT_EQ(bomb.join(), ErrorCode::invalid_regular_expression);
  Consumer fine(bench, "c", {}, {}, "topic-.*");
  EXPECT_EQ(fine.join(), ErrorCode::none);
  fine.subscribe({}, "[");
  EXPECT_EQ(fine.beat(true), ErrorCode::invalid_regular_expression);
  EXPECT_EQ(fine.beat(), ErrorCode::none) << "and goes on with the one it had";
}

TEST(ConsumerPattern, what_a_member_reads_by_one_does_not_expire) {
  GroupBench bench;
  bench.context.settings.offset_retention = Duration::from_s(60);
  bench.context.settings.offset_check_interval = Duration::from_s(10);
  bench.fail_over();
  Consumer a(bench, "a", {}, {}, kTopicA);
  a.join();
  bench.commit_offset(a.as_member(), kTopicA, 0, 7);
  bench.commit_offset(a.as_member(), kTopicB, 0, 8);
  for (int i = 0; i < 8; ++i) {
    bench.pass(Duration::from_s(20));
    ASSERT_EQ(a.beat(), ErrorCode::none);
  }
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 7);
  EXPECT_EQ(bench.fetch_offset("g", kTopicB, 0), std::nullopt);
}

}  // namespace
}  // namespace ottla
