// DescribeCluster, DescribeTopicPartitions, ListPartitionReassignments: what the image says, in pages and parts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/api/cluster_view.h"
#include "core/broker/api/handler_testing.h"
#include "core/wire/messages/46_list_partition_reassignments.h"
#include "core/wire/messages/60_describe_cluster.h"
#include "core/wire/messages/75_describe_topic_partitions.h"

namespace ottla {
namespace {

using testing::ElementsAre;

TEST(DescribeCluster, lists_brokers_that_the_listener_reaches) {
  Handlers broker;
  broker.add_broker({.id = 2, .fenced = true, .rack = "r"});
  broker.add_broker({.id = 3, .listeners = {{"OTHER", "there", 1}}});
  wire::DescribeClusterRequest asked;
  broker.ask(asked, 2);
  auto told = broker.answer<wire::DescribeClusterResponse>();
  EXPECT_EQ(told.error_code, 0);
  EXPECT_EQ(told.cluster_id.view(), "a-cluster");
  EXPECT_EQ(told.controller_id, 1);
  EXPECT_EQ(told.cluster_authorized_operations, INT32_MIN);
  ASSERT_EQ(told.brokers.size(), 1U);
  EXPECT_EQ(told.brokers[0].broker_id, 1);

  asked.include_fenced_brokers = true;
  asked.include_cluster_authorized_operations = true;
  broker.ask(asked, 2);
  told = broker.answer<wire::DescribeClusterResponse>();
  ASSERT_EQ(told.brokers.size(), 2U);
  EXPECT_TRUE(told.brokers[1].is_fenced);
  EXPECT_EQ(told.brokers[1].rack->view(), "r");
  EXPECT_EQ(told.cluster_authorized_operations, operations::kCluster);
}

TEST(DescribeCluster, a_broker_does_not_speak_for_controllers) {
  Handlers broker;
  wire::DescribeClusterRequest asked;
  asked.endpoint_type = 2;
  broker.ask(asked, 1);
  EXPECT_EQ(broker.answer<wire::DescribeClusterResponse>().error_code,
            static_cast<int16_t>(ErrorCode::mismatched_endpoint_type));
  asked.endpoint_type = 7;
  broker.ask(asked, 1);
  EXPECT_EQ(broker.answer<wire::DescribeClusterResponse>().error_code,
            static_cast<int16_t>(ErrorCode::unsupported_endpoint_type));
}

// --- DescribeTopicPartitions

using AskedPartitions = wire::DescribeTopicPartitionsRequest;
using ToldPartitions = wire::DescribeTopicPartitionsResponse;

// "a:0,1 b:0 -> b:1": what is on the page, and where the next begins.
std::string text_of(const ToldPartitions& told) {
  std::string text;
  for (const auto& topic : told.topics) {
    text += std::string(topic.name.or_empty()) + ":";
    if (topic.error_code != 0) text += error_name(error_from_wire(topic.error_code));
    for (const auto& partition : topic.partitions) text += std::to_string(partition.partition_index);
    text += " ";
  }
  if (told.next_cursor) {
    text += "-> " + std::string(told.next_cursor->topic_name) + ":" + std::to_string(told.next_cursor->partition_index);
  }
  return text;
}

struct Page {
  explicit Page(std::vector<AskedPartitions::Topic> names = {}) : topics(std::move(names)) { request.topics = topics; }
  Page& limit(int32_t partitions) {
    request.response_partition_limit = partitions;
    return *this;
  }
  Page& from(const char* topic, int32_t partition) {
    cursor = {topic, partition};
    request.cursor = &cursor;
    return *this;
  }
  std::string of(Handlers& broker) {
    broker.ask(request, 0);
    return text_of(broker.answer<ToldPartitions>());
  }
  std::vector<AskedPartitions::Topic> topics;
  AskedPartitions::Cursor cursor;
  AskedPartitions request;
};

TEST(DescribeTopicPartitions, tells_all_topics_in_pages) {
  Handlers broker;
  for (const char* name : {"c", "a", "b"}) broker.add_topic(name, name[0] == 'b' ? 4 : 2);
  EXPECT_EQ(Page().of(broker), "a:01 b:0123 c:01 ");
  EXPECT_EQ(Page().limit(3).of(broker), "a:01 b:0 -> b:1");
  EXPECT_EQ(Page().limit(3).from("b", 1).of(broker), "b:123 -> c:0");
  EXPECT_EQ(Page().limit(3).from("c", 0).of(broker), "c:01 ");
  EXPECT_EQ(Page().limit(2).of(broker), "a:01 -> b:0");
  EXPECT_EQ(Page().limit(0).of(broker), "a:0 -> a:1") << "a page holds at least one";
  EXPECT_EQ(Page().from("b", 99).of(broker), "b: c:01 ");
  EXPECT_EQ(Page().from("bb", 0).of(broker), "c:01 ") << "the cursor's topic is gone";
}

TEST(DescribeTopicPartitions, tells_topics_by_name_sorted_and_once) {
  Handlers broker;
  broker.add_topic("a", 2);
  broker.add_topic("b", 2);
  EXPECT_EQ(Page({{"b"}, {"a"}, {"b"}}).of(broker), "a:01 b:01 ");
  EXPECT_EQ(Page({{"b"}, {"x"}, {"!"}}).of(broker), "!:INVALID_TOPIC_EXCEPTION b:01 x:UNKNOWN_TOPIC_OR_PARTITION ");
  EXPECT_EQ(Page({{"a"}, {"b"}}).from("b", 1).of(broker), "b:1 ");
  EXPECT_EQ(Page({{"a"}, {"b"}}).from("bb", 0).of(broker), "a:INVALID_REQUEST b:INVALID_REQUEST ");
  EXPECT_EQ(Page({{"a"}}).from("a", -1).of(broker), "a:INVALID_REQUEST ");
}

TEST(DescribeTopicPartitions, the_broker_bounds_a_page) {
  Handlers broker;
  EXPECT_TRUE(broker.settings.set("max.request.partition.size.limit", "2", SettingOrigin::start).ok());
  broker.add_topic("a", 5);
  EXPECT_EQ(Page().limit(1000).of(broker), "a:01 -> a:2");
}

TEST(DescribeTopicPartitions, tells_who_may_become_leader) {
  Handlers broker;
  broker.add_broker({.id = 2});
  const TopicId id = broker.add_topic("t", 1, {1, 2});
  const int32_t one[] = {1};
  const int32_t two[] = {2};
  RecordList records;
  wire::PartitionChangeRecord change;
  change.partition_id = 0;
  change.topic_id = id;
  change.isr = one;
  change.eligible_leader_replicas = two;
  change.last_known_elr = one;
  records.add(change);
  broker.apply(records);
  broker.ask(AskedPartitions(), 0);
  const auto told = broker.answer<ToldPartitions>();
  const auto& partition = told.topics[0].partitions[0];
  EXPECT_EQ(told.topics[0].topic_id, id);
  EXPECT_EQ(told.topics[0].topic_authorized_operations, operations::kTopic);
  EXPECT_THAT(list_of(partition.isr_nodes), ElementsAre(1));
  EXPECT_THAT(list_of(*partition.eligible_leader_replicas), ElementsAre(2));
  EXPECT_THAT(list_of(*partition.last_known_elr), ElementsAre(1));
}

// --- ListPartitionReassignments

TEST(ListPartitionReassignments, lists_what_moves_and_nothing_else) {
  Handlers broker;
  broker.add_broker({.id = 2});
  broker.add_topic("still", 2);
  const TopicId id = broker.add_topic("moving", 3);
  const int32_t both[] = {1, 2};
  const int32_t two[] = {2};
  const int32_t one[] = {1};
  RecordList records;
  wire::PartitionChangeRecord change;
  change.partition_id = 1;
  change.topic_id = id;
  change.replicas = both;
  change.adding_replicas = two;
  change.removing_replicas = one;
  const Uuid unassigned[] = {kUnassignedDirectory, kUnassignedDirectory};
  change.directories = unassigned;
  records.add(change);
  broker.apply(records);

  using Asked = wire::ListPartitionReassignmentsRequest;
  using Told = wire::ListPartitionReassignmentsResponse;
  broker.ask(Asked(), 0);
  auto told = broker.answer<Told>();
  ASSERT_EQ(told.topics.size(), 1U);
  EXPECT_EQ(told.topics[0].name.view(), "moving");
  ASSERT_EQ(told.topics[0].partitions.size(), 1U);
  EXPECT_EQ(told.topics[0].partitions[0].partition_index, 1);
  EXPECT_THAT(list_of(told.topics[0].partitions[0].replicas), ElementsAre(1, 2));
  EXPECT_THAT(list_of(told.topics[0].partitions[0].adding_replicas), ElementsAre(2));
  EXPECT_THAT(list_of(told.topics[0].partitions[0].removing_replicas), ElementsAre(1));

  const int32_t indexes[] = {1, 0, 1, 7, -1};
  const Asked::Topic topics[] = {{"moving", indexes}, {"still", indexes}, {"unknown", indexes}};
  Asked asked;
  asked.topics = topics;
  broker.ask(asked, 0);
  told = broker.answer<Told>();
  ASSERT_EQ(told.topics.size(), 1U);
  EXPECT_EQ(told.topics[0].partitions.size(), 1U);
}

}  // namespace
}  // namespace ottla
