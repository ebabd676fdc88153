// Metadata: who is there, which topics, and topics that are made because somebody asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/api/cluster_view.h"
#include "core/broker/api/handler_testing.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/19_create_topics.h"

namespace ottla {
namespace {

using testing::ElementsAre;
using Asked = wire::MetadataRequest;
using Told = wire::MetadataResponse;

constexpr auto code = [](ErrorCode error) { return static_cast<int16_t>(error); };

// A request for topics by name.
struct Names {
  explicit Names(std::initializer_list<const char*> names) {
    for (const char* name : names) topics.push_back({Uuid::zero(), wire::String(name)});
    request.topics = topics;
  }
  std::vector<Asked::Topic> topics;
  Asked request;
};

std::vector<std::string> names_of(const Told& told) {
  std::vector<std::string> names;
  for (const Told::Topic& topic : told.topics) names.emplace_back(topic.name.or_empty().view());
  return names;
}

TEST(Metadata, all_topics_are_asked_for_by_null_and_once_by_an_empty_list) {
  Handlers broker;
  broker.add_topic("b", 1);
  broker.add_topic("a", 2);
  Asked all;
  all.topics = wire::null;
  broker.ask(all, 12);
  EXPECT_THAT(names_of(broker.answer<Told>()), ElementsAre("a", "b"));
  broker.ask(Asked(), 0);
  EXPECT_THAT(names_of(broker.answer<Told>()), ElementsAre("a", "b"));
  broker.ask(Asked(), 1);  // none: the brokers only
  EXPECT_THAT(names_of(broker.answer<Told>()), ElementsAre());
  EXPECT_EQ(broker.answer<Told>().brokers.size(), 1U);
}

// Its null is four bytes long where one is meant, in every version with compact arrays; what it then says is read as Kafka
// reads it.
TEST(Metadata, librdkafka_s_request_for_all_topics_is_understood) {
  Handlers broker;
  broker.add_topic("t", 1);
  for (const wire::Version version : {wire::Version{11}, wire::Version{13}}) {
    broker.ask(3, version, BytesView::of(std::string_view("\0\0\0\0\1\0\0", 7)));
    ASSERT_TRUE(broker.answered());
    EXPECT_THAT(names_of(broker.answer<Told>()), ElementsAre("t"));
  }
}

TEST(Metadata, tells_of_a_partition_what_clients_need) {
  Handlers broker;
  broker.add_broker({.id = 2, .rack = "r2"});
  const TopicId id = broker.add_topic("t", 2, {2, 1});
  broker.ask(Names({"t"}).request, 13);
  const auto told = broker.answer<Told>();
  EXPECT_EQ(told.error_code, 0);
  EXPECT_EQ(told.cluster_id->view(), "a-cluster");
  EXPECT_EQ(told.controller_id, 1);
  ASSERT_EQ(told.brokers.size(), 2U);
  EXPECT_TRUE(told.brokers[0].rack.is_null());
  EXPECT_EQ(told.brokers[1].rack->view(), "r2");
  EXPECT_EQ(told.brokers[1].host.view(), "here");
  EXPECT_EQ(told.brokers[1].port, 9092);
  ASSERT_EQ(told.topics.size(), 1U);
  EXPECT_EQ(told.topics[0].topic_id, id);
  EXPECT_FALSE(told.topics[0].is_internal);
  EXPECT_EQ(told.topics[0].topic_authorized_operations, INT32_MIN);
  ASSERT_EQ(told.topics[0].partitions.size(), 2U);
  const auto& partition = told.topics[0].partitions[1];
  EXPECT_EQ(partition.partition_index, 1);
  EXPECT_EQ(partition.leader_id, 2);
  EXPECT_EQ(partition.leader_epoch, 0);
  EXPECT_THAT(list_of(partition.replica_nodes), ElementsAre(2, 1));
  EXPECT_THAT(list_of(partition.isr_nodes), ElementsAre(2, 1));
  EXPECT_TRUE(partition.offline_replicas.empty());
}

TEST(Metadata, who_asks_twice_is_answered_once) {
  Handlers broker;
  broker.add_topic("t", 1);
  broker.ask(Names({"t", "u!", "t", "u!", "a!"}).request, 12);
  EXPECT_THAT(names_of(broker.answer<Told>()), ElementsAre("t", "u!", "a!"));
}

TEST(Metadata, topics_are_found_by_id) {
  Handlers broker;
  const TopicId id = broker.add_topic("t", 1);
  const TopicId unknown = Uuid::random(broker.entropy);
  const Asked::Topic topics[] = {{unknown, wire::null}, {id, wire::null}, {Uuid::zero(), wire::String("ignored")}};
  Asked asked;
  asked.topics = topics;
  broker.ask(asked, 12);
  const auto told = broker.answer<Told>();
  ASSERT_EQ(told.topics.size(), 2U);
  EXPECT_EQ(told.topics[0].error_code, code(ErrorCode::unknown_topic_id));
  EXPECT_TRUE(told.topics[0].name.is_null());
  EXPECT_EQ(told.topics[0].topic_id, unknown);
  EXPECT_EQ(told.topics[1].name->view(), "t");
  EXPECT_EQ(told.topics[1].error_code, 0);
}

TEST(Metadata, versions_that_can_name_ids_but_not_use_them_are_refused) {
  Handlers broker;
  const TopicId id = broker.add_topic("t", 1);
  for (const Asked::Topic& topic : {Asked::Topic{id, wire::String("t")}, Asked::Topic{Uuid::zero(), wire::null}}) {
    Asked asked;
    asked.topics = std::span(&topic, 1);
    broker.ask(asked, 11);
    const auto told = broker.answer<Told>();
    ASSERT_EQ(told.topics.size(), 1U);
    EXPECT_EQ(told.topics[0].error_code, code(ErrorCode::invalid_request));
    EXPECT_TRUE(told.brokers.empty());
  }
}

TEST(Metadata, a_topic_without_name_and_id_is_refused_alone) {
  Handlers broker;
  broker.add_topic("t", 1);
  const Asked::Topic topics[] = {{Uuid::zero(), wire::null}, {Uuid::zero(), wire::String("t")}};
  Asked asked;
  asked.topics = topics;
  broker.ask(asked, 12);
  const auto told = broker.answer<Told>();
  ASSERT_EQ(told.topics.size(), 2U);
  EXPECT_EQ(told.topics[0].error_code, 0);
  EXPECT_EQ(told.topics[1].error_code, code(ErrorCode::invalid_request));
}

TEST(Metadata, says_what_may_be_done_when_asked) {
  Handlers broker;
  broker.add_topic("t", 1);
  Names names({"t"});
  names.request.include_topic_authorized_operations = true;
  names.request.include_cluster_authorized_operations = true;
  broker.ask(names.request, 10);
  EXPECT_EQ(broker.answer<Told>().topics[0].topic_authorized_operations,
            0xdf8);  // as Kafka has it without an authorizer
  EXPECT_EQ(broker.answer<Told>().cluster_authorized_operations, 0x1fa0);
  names.request.include_cluster_authorized_operations = false;
  broker.ask(names.request, 11);  // DescribeCluster's from here on
  EXPECT_EQ(broker.answer<Told>().topics[0].topic_authorized_operations, operations::kTopic);
}

TEST(Metadata, addresses_are_those_of_the_listener_that_the_client_came_by) {
  Handlers broker;
  broker.listeners = {{"PLAINTEXT", "here", 9092}, {"OUTSIDE", "example.org", 19092}};
  broker.add_broker({.id = 1, .listeners = {{"PLAINTEXT", "here", 9092}, {"OUTSIDE", "example.org", 19092}}});
  broker.add_broker({.id = 2});  // inside only
  broker.add_topic("t", 1, {2});
  broker.listener = ListenerId(1);
  broker.ask(Names({"t"}).request, 6);
  auto told = broker.answer<Told>();
  ASSERT_EQ(told.brokers.size(), 1U);
  EXPECT_EQ(told.brokers[0].host.view(), "example.org");
  EXPECT_EQ(told.brokers[0].port, 19092);
  EXPECT_EQ(told.topics[0].partitions[0].leader_id, -1);
  EXPECT_EQ(told.topics[0].partitions[0].error_code, code(ErrorCode::listener_not_found));
  EXPECT_THAT(list_of(told.topics[0].partitions[0].offline_replicas), ElementsAre(2));
  broker.ask(Names({"t"}).request, 5);  // knows no such error
  EXPECT_EQ(broker.answer<Told>().topics[0].partitions[0].error_code, code(ErrorCode::leader_not_available));
}

TEST(Metadata, a_fenced_leader_is_none) {
  Handlers broker;
  broker.add_broker({.id = 2, .fenced = true});
  broker.add_topic("t", 1, {2, 1});
  broker.ask(Names({"t"}).request, 12);
  const auto told = broker.answer<Told>();
  EXPECT_EQ(told.brokers.size(), 1U);
  EXPECT_EQ(told.topics[0].error_code, 0);
  EXPECT_EQ(told.topics[0].partitions[0].leader_id, -1);
  EXPECT_EQ(told.topics[0].partitions[0].error_code, code(ErrorCode::leader_not_available));
  EXPECT_THAT(list_of(told.topics[0].partitions[0].replica_nodes), ElementsAre(2, 1));
  EXPECT_THAT(list_of(told.topics[0].partitions[0].offline_replicas), ElementsAre(2));
}

TEST(Metadata, a_replica_in_a_lost_directory_is_offline) {
  Handlers broker;
  const Uuid good = Uuid::random(broker.entropy);
  broker.add_broker({.id = 1, .directories = {good}});
  const TopicId id = broker.add_topic("t", 3);
  const std::pair<Uuid, bool> cases[] = {{good, false}, {Uuid::random(broker.entropy), true}, {kLostDirectory, true}};
  for (int32_t i = 0; i < 3; ++i) {
    RecordList records;
    wire::PartitionChangeRecord record;
    record.partition_id = i;
    record.topic_id = id;
    record.directories = std::span(&cases[i].first, 1);
    records.add(record);
    broker.apply(records);
  }
  broker.ask(Names({"t"}).request, 12);
  const auto told = broker.answer<Told>();
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(!told.topics[0].partitions[i].offline_replicas.empty(), cases[i].second) << i;
  }
}

TEST(Metadata, the_oldest_version_leaves_out_replicas_that_are_away) {
  Handlers broker;
  broker.add_broker({.id = 2, .fenced = true});
  broker.add_topic("t", 1, {1, 2});
  broker.ask(Names({"t"}).request, 0);
  const auto& partition = broker.answer<Told>().topics[0].partitions[0];
  EXPECT_EQ(partition.error_code, code(ErrorCode::replica_not_available));
  EXPECT_EQ(partition.leader_id, 1);
  EXPECT_THAT(list_of(partition.replica_nodes), ElementsAre(1));
  EXPECT_THAT(list_of(partition.isr_nodes), ElementsAre(1));
}

TEST(Metadata, the_controller_is_a_broker_that_clients_reach) {
  Handlers broker(BrokerId(3));
  broker.add_broker({.id = 2});
  broker.add_broker({.id = 1, .fenced = true});
  broker.ask(Asked(), 12);
  EXPECT_EQ(broker.answer<Told>().controller_id, 3);
  broker.add_broker({.id = 3, .fenced = true});
  broker.ask(Asked(), 12);
  EXPECT_EQ(broker.answer<Told>().controller_id, 2);
  broker.add_broker({.id = 2, .fenced = true});
  broker.ask(Asked(), 12);
  EXPECT_EQ(broker.answer<Told>().controller_id, -1);
}

// --- Topics that are made

TEST(Metadata, a_missing_topic_is_made_and_then_told) {
  Handlers broker;
  EXPECT_TRUE(broker.settings.set("num.partitions", "3", SettingOrigin::start).ok());
  Names names({"new"});
  broker.ask(names.request, 12);
  EXPECT_FALSE(broker.answered());
  ASSERT_EQ(broker.controller.asked.size(), 1U);
  EXPECT_EQ(broker.forwarded().api_key, 19);
  wire::Arena arena;
  wire::CreateTopicsRequest creation;
  ASSERT_TRUE(wire::decode(broker.forwarded().body, broker.forwarded().api_version, arena, creation).ok());
  ASSERT_EQ(creation.topics.size(), 1U);
  EXPECT_EQ(creation.topics[0].name.view(), "new");
  EXPECT_EQ(creation.topics[0].num_partitions, 3);
  EXPECT_EQ(creation.topics[0].replication_factor, 1);
  EXPECT_FALSE(creation.validate_only);

  broker.add_topic("new", 3);
  wire::CreateTopicsResponse::Topic made;
  made.name = "new";
  wire::CreateTopicsResponse response;
  response.topics = std::span(&made, 1);
  broker.controller_answers(response, 7);
  ASSERT_TRUE(broker.answered());
  const auto told = broker.answer<Told>();
  EXPECT_EQ(told.topics[0].error_code, 0);
  EXPECT_EQ(told.topics[0].partitions.size(), 3U);
  EXPECT_EQ(told.topics[0].partitions[0].leader_id, 1);
}

TEST(Metadata, what_the_controller_refused_is_the_topic_s_error) {
  Handlers broker;
  broker.ask(Names({"a.b", "made"}).request, 12);
  wire::CreateTopicsResponse::Topic topics[2];
  topics[0].name = "a.b";
  topics[0].error_code = code(ErrorCode::invalid_topic_exception);
  topics[1].name = "made";
  topics[1].error_code = code(ErrorCode::topic_already_exists);  // by another client, a moment ago
  wire::CreateTopicsResponse response;
  response.topics = topics;
  broker.controller_answers(response, 7);
  const auto told = broker.answer<Told>();
  EXPECT_EQ(told.topics[0].error_code, code(ErrorCode::invalid_topic_exception));
  EXPECT_EQ(told.topics[1].error_code, code(ErrorCode::leader_not_available));
}

TEST(Metadata, is_answered_without_the_topic_when_the_controller_is_silent_or_refuses) {
  Handlers broker;
  broker.ask(Names({"new"}).request, 12);
  broker.pass(Duration::from_s(4));
  EXPECT_FALSE(broker.answered());
  broker.pass(Duration::from_s(1));
  EXPECT_EQ(broker.answer<Told>().topics[0].error_code, code(ErrorCode::unknown_topic_or_partition));

  broker.ask(Names({"new"}).request, 12);
  broker.controller.asked.pop_front();  // the one that nobody waits for any more
  ControllerResponse refusal;
  refusal.error = ErrorCode::not_controller;
  broker.controller_answers(refusal);
  EXPECT_EQ(broker.answer<Told>().topics[0].error_code, code(ErrorCode::unknown_topic_or_partition));
}

TEST(Metadata, a_topic_is_not_made_unless_client_and_broker_let_it) {
  Handlers broker;
  Names names({"new"});
  names.request.allow_auto_topic_creation = false;
  broker.ask(names.request, 12);
  EXPECT_EQ(broker.answer<Told>().topics[0].error_code, code(ErrorCode::unknown_topic_or_partition));
  names.request.allow_auto_topic_creation = true;
  EXPECT_TRUE(broker.settings.set("auto.create.topics.enable", "false", SettingOrigin::start).ok());
  broker.ask(names.request, 12);
  EXPECT_EQ(broker.answer<Told>().topics[0].error_code, code(ErrorCode::unknown_topic_or_partition));
  EXPECT_TRUE(broker.controller.asked.empty());
}

TEST(Metadata, neither_bad_names_nor_the_cluster_s_own_topics_are_made) {
  Handlers broker;
  broker.ask(Names({"a/b", "", "__consumer_offsets", "__transaction_state"}).request, 12);
  EXPECT_TRUE(broker.controller.asked.empty());
  const auto told = broker.answer<Told>();
  EXPECT_EQ(told.topics[0].error_code, code(ErrorCode::invalid_topic_exception));
  EXPECT_EQ(told.topics[1].error_code, code(ErrorCode::invalid_topic_exception));
  EXPECT_EQ(told.topics[2].error_code, code(ErrorCode::unknown_topic_or_partition));
  EXPECT_TRUE(told.topics[2].is_internal);
}

TEST(Metadata, one_request_makes_a_bounded_number_of_topics) {
  Handlers broker;
  std::vector<std::string> names(1500);
  std::vector<Asked::Topic> topics;
  for (size_t i = 0; i < names.size(); ++i) {
    names[i] = "t" + std::to_string(i);
    topics.push_back({Uuid::zero(), wire::String(std::string_view(names[i]))});
  }
  Asked asked;
  asked.topics = topics;
  broker.ask(asked, 12);
  wire::Arena arena;
  wire::CreateTopicsRequest creation;
  ASSERT_TRUE(wire::decode(broker.forwarded().body, broker.forwarded().api_version, arena, creation).ok());
  EXPECT_EQ(creation.topics.size(), 1000U);
  broker.pass(Duration::from_s(5));
  EXPECT_EQ(broker.answer<Told>().topics.size(), 1500U);
}

}  // namespace
}  // namespace ottla
