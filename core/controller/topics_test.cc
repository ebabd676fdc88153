// Deleting and widening topics, electing their leaders, ordering their replicas.
#include <gtest/gtest.h>

#include "core/controller/cluster_testing.h"
#include "core/controller/operations.h"
#include "core/metadata/snapshot.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using namespace controller_testing;

class Topics : public testing::Test {
 protected:
  void create(std::string_view name, int32_t partitions = 1, int16_t replicas = 1) {
    wire::CreateTopicsRequest::Topic topic;
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replicas;
    wire::CreateTopicsRequest request;
    request.topics = std::span(&topic, 1);
    ASSERT_EQ(cluster.call<wire::CreateTopicsResponse>(request, 7).topics[0].error_code, 0);
  }
  wire::DeleteTopicsResponse remove(std::vector<wire::DeleteTopicsRequest::Topic> topics) {
    topics_ = std::move(topics);
    wire::DeleteTopicsRequest request;
    request.topics = topics_;
    return cluster.call<wire::DeleteTopicsResponse>(request, 6);
  }
  static wire::DeleteTopicsRequest::Topic named(std::string_view name) {
    wire::DeleteTopicsRequest::Topic topic;
    topic.name = name;
    return topic;
  }
  static wire::DeleteTopicsRequest::Topic with_id(const TopicId& id) {
    wire::DeleteTopicsRequest::Topic topic;
    topic.topic_id = id;
    return topic;
  }
  static ErrorCode code(int16_t number) { return static_cast<ErrorCode>(number); }

  TestCluster cluster;

 private:
  std::vector<wire::DeleteTopicsRequest::Topic> topics_;
};

TEST_F(Topics, are_deleted_by_name_in_every_version) {
  for (wire::Version version = 1; version <= 5; ++version) {
    create("a");
    const wire::String name = "a";
    wire::DeleteTopicsRequest request;
    request.topic_names = std::span(&name, 1);
    const auto response = cluster.call<wire::DeleteTopicsResponse>(request, version);
    EXPECT_EQ(response.responses[0].error_code, 0);
    EXPECT_EQ(cluster.image().topic_count(), 0U);
    const auto again = cluster.call<wire::DeleteTopicsResponse>(request, version);
    EXPECT_EQ(code(again.responses[0].error_code), ErrorCode::unknown_topic_or_partition);
  }
}

TEST_F(Topics, are_deleted_by_name_or_by_id_and_not_by_both) {
  create("a");
  create("b");
  create("c");
  const TopicId a = cluster.image().find_topic("a")->id;
  const TopicId c = cluster.image().find_topic("c")->id;
  auto both = named("b");
  both.topic_id = cluster.image().find_topic("b")->id;
  const auto response =
      remove({named("a"), with_id(a), both, with_id(c), with_id(TopicId{{9}}), with_id({}), named("x")});
  EXPECT_EQ(code(response.responses[0].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(code(response.responses[1].error_code), ErrorCode::none);
  EXPECT_EQ(response.responses[1].name.or_empty().view(), "a");
  EXPECT_EQ(code(response.responses[2].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(code(response.responses[3].error_code), ErrorCode::none);
  EXPECT_EQ(code(response.responses[4].error_code), ErrorCode::unknown_topic_id);
  EXPECT_TRUE(response.responses[4].name.is_null());
  EXPECT_EQ(code(response.responses[5].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(code(response.responses[6].error_code), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(cluster.image().topic_count(), 1U);
  EXPECT_NE(cluster.image().find_topic("b"), nullptr);
}

TEST_F(Topics, named_twice_are_not_deleted) {
  create("a");
  const auto response = remove({named("a"), named("a")});
  EXPECT_EQ(code(response.responses[0].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(code(response.responses[1].error_code), ErrorCode::invalid_request);
  const TopicId id = cluster.image().find_topic("a")->id;
  EXPECT_EQ(code(remove({with_id(id), with_id(id)}).responses[1].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(cluster.image().topic_count(), 1U);
}

TEST_F(Topics, stay_where_deleting_is_disabled) {
  create("a");
  ASSERT_TRUE(cluster.node.set("delete.topic.enable", "false", SettingOrigin::start).ok());
  EXPECT_EQ(code(remove({named("a")}).responses[0].error_code), ErrorCode::topic_deletion_disabled);
  const wire::String name = "a";
  wire::DeleteTopicsRequest request;
  request.topic_names = std::span(&name, 1);
  EXPECT_EQ(code(cluster.call<wire::DeleteTopicsResponse>(request, 2).responses[0].error_code),
            ErrorCode::invalid_request);
  EXPECT_EQ(code(cluster.call<wire::DeleteTopicsResponse>(request, 3).responses[0].error_code),
            ErrorCode::topic_deletion_disabled);
  EXPECT_EQ(cluster.image().topic_count(), 1U);
}

class Partitions : public Topics {
 protected:
  ErrorCode widen(std::string_view name, int32_t count,
                  wire::Nullable<wire::Array<wire::CreatePartitionsRequest::Assignment>> assignments = wire::null,
                  bool validate_only = false) {
    wire::CreatePartitionsRequest::Topic topic;
    topic.name = name;
    topic.count = count;
    topic.assignments = assignments;
    wire::CreatePartitionsRequest request;
    request.topics = std::span(&topic, 1);
    request.validate_only = validate_only;
    return code(cluster.call<wire::CreatePartitionsResponse>(request, 3).results[0].error_code);
  }
};

TEST_F(Partitions, become_more_and_never_fewer) {
  create("a", 2);
  EXPECT_EQ(widen("a", 2), ErrorCode::invalid_partitions);
  EXPECT_EQ(widen("a", 1), ErrorCode::invalid_partitions);
  EXPECT_EQ(widen("a", -1), ErrorCode::invalid_partitions);
  EXPECT_EQ(widen("b", 3), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(widen("a", INT32_MAX), ErrorCode::policy_violation);
  EXPECT_EQ(widen("a", 5, wire::null, true), ErrorCode::none);
  EXPECT_EQ(cluster.image().find_topic("a")->partitions.size(), 2U);
  EXPECT_EQ(widen("a", 5), ErrorCode::none);
  ASSERT_EQ(cluster.image().find_topic("a")->partitions.size(), 5U);
  EXPECT_EQ(cluster.image().find_topic("a")->partitions[4].leader, BrokerId(1));
}

TEST_F(Partitions, of_one_topic_have_a_bound_that_many_requests_do_not_pass) {
  // As if requests without number had made them.
  constexpr int32_t most = limits::kPartitionsPerTopicMax;
  create("a");
  const TopicImage topic = *cluster.image().find_topic("a");
  for (int32_t first = 1; first < most; first += limits::kPartitionsPerRequestMax) {
    const int32_t end = std::min<int32_t>(most, first + static_cast<int32_t>(limits::kPartitionsPerRequestMax));
    RecordList records;
    for (int32_t index = first; index < end; ++index) {
      add_partition(topic.id, PartitionIndex(index), topic.partitions[0], records);
    }
    BatchBuilder builder;
    ASSERT_TRUE(cluster.log.append(LeaderEpoch(1), records.batch(builder, {})).ok());
  }
  cluster.log.commit();
  cluster.restart(LeaderEpoch(2));
  ASSERT_EQ(cluster.image().partition_count(), static_cast<size_t>(most));
  EXPECT_EQ(widen("a", most + 1), ErrorCode::policy_violation);
}

TEST_F(Partitions, are_assigned_by_hand_with_the_replicas_of_the_first) {
  cluster.start_broker(2);
  create("a", 1, 2);
  const int32_t one[] = {2};
  const int32_t two[] = {2, 1};
  wire::CreatePartitionsRequest::Assignment assignment;
  assignment.broker_ids = std::span<const int32_t>(one);
  const wire::Array<wire::CreatePartitionsRequest::Assignment> all(std::span(&assignment, 1));
  EXPECT_EQ(widen("a", 2, all), ErrorCode::invalid_replica_assignment);
  assignment.broker_ids = std::span<const int32_t>(two);
  EXPECT_EQ(widen("a", 3, all), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(widen("a", 2, all), ErrorCode::none);
  EXPECT_EQ(cluster.image().find_topic("a")->partitions[1].leader, BrokerId(2));
}

TEST_F(Partitions, of_a_topic_named_twice_stay) {
  create("a");
  wire::CreatePartitionsRequest::Topic topics[2];
  topics[0].name = topics[1].name = "a";
  topics[0].count = 2;
  topics[1].count = 3;
  topics[0].assignments = topics[1].assignments = wire::null;
  wire::CreatePartitionsRequest request;
  request.topics = std::span<const wire::CreatePartitionsRequest::Topic>(topics);
  const auto response = cluster.call<wire::CreatePartitionsResponse>(request, 2);
  EXPECT_EQ(code(response.results[0].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(code(response.results[1].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(cluster.image().find_topic("a")->partitions.size(), 1U);
}

TEST_F(Topics, have_their_preferred_leader_elected) {
  const int64_t epoch = cluster.start_broker(2);
  create("a", 2, 2);
  const PartitionImage before = cluster.image().find_topic("a")->partitions[0];
  const BrokerId preferred = before.replicas()[0];
  const auto elect = [&](int32_t partition, bool all = false) {
    wire::ElectLeadersRequest::TopicPartitions topic;
    topic.topic = "a";
    topic.partitions = std::span(&partition, 1);
    wire::ElectLeadersRequest request;
    request.topic_partitions = wire::null;
    if (!all) request.topic_partitions = std::span<const wire::ElectLeadersRequest::TopicPartitions>(&topic, 1);
    const auto response = cluster.call<wire::ElectLeadersResponse>(request, 2);
    if (response.replica_election_results.empty()) return ErrorCode::none;
    return code(response.replica_election_results[0].partition_result[0].error_code);
  };
  EXPECT_EQ(elect(0), ErrorCode::election_not_needed);
  EXPECT_EQ(elect(0, true), ErrorCode::none);
  EXPECT_EQ(elect(7), ErrorCode::unknown_topic_or_partition);

  // Broker 2 is fenced: what it led goes to the other, and comes back neither by itself nor before it is in sync.
  BrokerHeartbeat beat{BrokerId(2), epoch, cluster.image().end(), true, false};
  ASSERT_EQ(cluster.ask({beat}).error, ErrorCode::none);
  for (const PartitionImage& partition : cluster.image().find_topic("a")->partitions) {
    EXPECT_EQ(partition.leader, BrokerId(1));
    EXPECT_EQ(partition.in_sync().size(), 1U);
  }
  const int32_t index = preferred == BrokerId(2) ? 0 : 1;
  EXPECT_EQ(elect(index), ErrorCode::preferred_leader_not_available);
}

TEST_F(Topics, change_the_order_of_their_replicas_and_nothing_else_yet) {
  cluster.start_broker(2);
  cluster.start_broker(3);
  create("a", 1, 2);
  const auto there = cluster.image().find_topic("a")->partitions[0];
  const int32_t first = there.replicas()[0].value();
  const int32_t second = there.replicas()[1].value();
  const auto move = [&](wire::Nullable<wire::Array<int32_t>> replicas) {
    wire::AlterPartitionReassignmentsRequest::Partition partition;
    partition.replicas = replicas;
    wire::AlterPartitionReassignmentsRequest::Topic topic;
    topic.name = "a";
    topic.partitions = std::span(&partition, 1);
    wire::AlterPartitionReassignmentsRequest request;
    request.topics = std::span(&topic, 1);
    const auto response = cluster.call<wire::AlterPartitionReassignmentsResponse>(request, 1);
    return code(response.responses[0].partitions[0].error_code);
  };
  const int32_t swapped[] = {second, first};
  const int32_t other[] = {first, 6 - first - second};
  const int32_t unknown[] = {9};
  EXPECT_EQ(move(std::span<const int32_t>(swapped)), ErrorCode::none);
  const auto after = cluster.image().find_topic("a")->partitions[0];
  EXPECT_EQ(after.replicas()[0].value(), second);
  EXPECT_EQ(after.directory_of(BrokerId(first)), there.directory_of(BrokerId(first)));
  EXPECT_EQ(after.leader, there.leader);
  EXPECT_EQ(move(std::span<const int32_t>(other)), ErrorCode::unsupported_version);
  EXPECT_EQ(move(std::span<const int32_t>(unknown)), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(move(wire::null), ErrorCode::no_reassignment_in_progress);
}

}  // namespace
}  // namespace ottla
