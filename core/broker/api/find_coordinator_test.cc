#include <gtest/gtest.h>
#include <map>

#include "core/broker/api/handler_testing.h"
#include "core/wire/messages/10_find_coordinator.h"
#include "core/wire/messages/11_join_group.h"
#include "core/wire/messages/16_list_groups.h"
#include "core/wire/messages/19_create_topics.h"

namespace ottla {
namespace {

using Asked = wire::FindCoordinatorRequest;
using Found = wire::FindCoordinatorResponse;

// What Java says: Math.abs("...".hashCode() & 0x7fffffff) % 50.
TEST(FindCoordinator, a_groups_partition_is_where_kafkas_clients_and_tools_look_for_it) {
  EXPECT_EQ(coordinating_partition("", 50), PartitionIndex(0));
  EXPECT_EQ(coordinating_partition("g", 50), PartitionIndex(103 % 50));
  EXPECT_EQ(coordinating_partition("ab", 1000), PartitionIndex((97 * 31 + 98) % 1000));
  EXPECT_EQ(coordinating_partition("polygenelubricants", 50), PartitionIndex(0)) << "hashCode() is -2^31";
  EXPECT_EQ(coordinating_partition("\xc3\xa4", 1000), PartitionIndex(228));  // one unit of UTF-16
  EXPECT_EQ(coordinating_partition("\xf0\x9f\x98\x80", 100'000'000), PartitionIndex(0xd83d * 31 + 0xde00)) << "two";
}

TEST(FindCoordinator, names_the_leader_of_the_groups_partition) {
  Handlers broker;
  broker.add_topic("__consumer_offsets", 50);
  Asked old;
  old.key = "g";
  broker.ask(old, 2);
  const auto told = broker.answer<Found>();
  EXPECT_EQ(told.error_code, 0);
  EXPECT_EQ(told.node_id, 1);
  EXPECT_EQ(told.host.view(), "here");
  EXPECT_EQ(told.port, 9092);
  const wire::String keys[] = {"g", "h"};
  Asked asked;
  asked.coordinator_keys = keys;
  broker.ask(asked, 6);
  ASSERT_EQ(broker.answer<Found>().coordinators.size(), 2U);
  EXPECT_EQ(broker.answer<Found>().coordinators[1].node_id, 1);
}

TEST(FindCoordinator, the_first_who_asks_has_the_topic_made_and_is_answered_when_it_is_there) {
  Handlers broker;
  Asked old;
  old.key = "g";
  broker.ask(old, 2);
  EXPECT_FALSE(broker.answered());
  wire::CreateTopicsRequest made;
  wire::Arena arena;
  ASSERT_TRUE(wire::decode(broker.forwarded().body.view(), broker.forwarded().api_version, arena, made).ok());
  EXPECT_EQ(made.topics[0].name.view(), "__consumer_offsets");
  EXPECT_EQ(made.topics[0].num_partitions, 50);
  EXPECT_EQ(made.topics[0].replication_factor, 1) << "three are wanted, and there is one broker";
  EXPECT_EQ(made.topics[0].configs[0].name.view(), "cleanup.policy");
  EXPECT_EQ(made.topics[0].configs[0].value->view(), "compact");
  broker.add_topic("__consumer_offsets", 50);
  broker.controller_answers(wire::CreateTopicsResponse(), 7);
  EXPECT_EQ(broker.answer<Found>().error_code, 0);
  EXPECT_EQ(broker.answer<Found>().node_id, 1);
}

TEST(FindCoordinator, of_transactions_is_who_leads_the_partition_of_their_topic) {
  Handlers broker;
  Asked old;
  old.key = "t";
  old.key_type = 1;
  broker.ask(old, 2);
  EXPECT_FALSE(broker.answered());
  wire::CreateTopicsRequest made;
  wire::Arena arena;
  ASSERT_TRUE(wire::decode(broker.forwarded().body.view(), broker.forwarded().api_version, arena, made).ok());
  EXPECT_EQ(made.topics[0].name.view(), "__transaction_state");
  EXPECT_EQ(made.topics[0].num_partitions, 50);
  EXPECT_EQ(made.topics[0].replication_factor, 1);
  std::map<std::string, std::string> configs;
  for (const auto& config : made.topics[0].configs) configs[std::string(config.name.view())] = config.value->view();
  const std::map<std::string, std::string> expected = {{"cleanup.policy", "compact"},
                                                       {"compression.type", "uncompressed"},
                                                       {"min.insync.replicas", "1"},
                                                       {"segment.bytes", "104857600"},
                                                       {"unclean.leader.election.enable", "false"}};
  EXPECT_EQ(configs, expected);
  broker.add_topic("__transaction_state", 50);
  broker.controller_answers(wire::CreateTopicsResponse(), 7);
  EXPECT_EQ(broker.answer<Found>().error_code, 0);
  EXPECT_EQ(broker.answer<Found>().node_id, 1);
}

TEST(FindCoordinator, without_a_controller_none_is_available) {
  Handlers broker;
  Asked old;
  old.key = "g";
  broker.ask(old, 2);
  broker.pass(Duration::from_s(6));
  EXPECT_EQ(broker.answer<Found>().error_code, static_cast<int16_t>(ErrorCode::coordinator_not_available));
}

TEST(FindCoordinator, before_that_there_are_no_groups) {
  Handlers broker;
  broker.ask(wire::ListGroupsRequest(), 5);
  EXPECT_EQ(broker.answer<wire::ListGroupsResponse>().error_code, 0);
  EXPECT_TRUE(broker.answer<wire::ListGroupsResponse>().groups.empty());
  wire::JoinGroupRequest join;
  join.group_id = "g";
  broker.ask(join, 9);
  EXPECT_EQ(broker.answer<wire::JoinGroupResponse>().error_code,
            static_cast<int16_t>(ErrorCode::coordinator_not_available));
}

}  // namespace
}  // namespace ottla
