#include <gtest/gtest.h>

#include "core/controller/cluster_testing.h"
#include "core/controller/operations.h"
#include "core/model/limits.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

using namespace controller_testing;
using Request = wire::CreateTopicsRequest;
using Response = wire::CreateTopicsResponse;

Request::Topic topic_of(std::string_view name, int32_t partitions = 1, int16_t replicas = 1) {
  Request::Topic topic;
  topic.name = name;
  topic.num_partitions = partitions;
  topic.replication_factor = replicas;
  return topic;
}

class CreateTopics : public testing::Test {
 protected:
  Response create(std::vector<Request::Topic> topics, wire::Version version = 7, bool validate_only = false) {
    topics_ = std::move(topics);
    Request request;
    request.topics = topics_;
    request.validate_only = validate_only;
    return cluster.call<Response>(request, version);
  }
  ErrorCode error_of(Request::Topic topic, wire::Version version = 7) {
    const Response response = create({topic}, version);
    return static_cast<ErrorCode>(response.topics[0].error_code);
  }

  TestCluster cluster;

 private:
  std::vector<Request::Topic> topics_;
};

TEST_F(CreateTopics, every_version_creates_one) {
  for (wire::Version version = 2; version <= 7; ++version) {
    const std::string name = "t" + std::to_string(version);
    const Response response = create({topic_of(name, 2)}, version);
    ASSERT_EQ(response.topics.size(), 1U);
    EXPECT_EQ(response.topics[0].error_code, 0) << message_of(response.topics[0].error_message);
    const TopicImage* topic = cluster.image().find_topic(name);
    ASSERT_NE(topic, nullptr);
    EXPECT_EQ(topic->partitions.size(), 2U);
    EXPECT_EQ(topic->partitions[1].leader, BrokerId(1));
    EXPECT_EQ(topic->partitions[1].leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(topic->partitions[1].in_sync().size(), 1U);
    EXPECT_EQ(topic->partitions[1].directory_of(BrokerId(1)), cluster.image().find_broker(BrokerId(1))->directories[0]);
    if (version >= 7) {
      EXPECT_EQ(response.topics[0].topic_id, topic->id);
    }
  }
}

TEST_F(CreateTopics, defaults_are_the_nodes) {
  ASSERT_TRUE(cluster.node.set("num.partitions", "3", SettingOrigin::start).ok());
  const Response response = create({topic_of("a", -1, -1)});
  EXPECT_EQ(response.topics[0].num_partitions, 3);
  EXPECT_EQ(response.topics[0].replication_factor, 1);
  EXPECT_EQ(cluster.image().find_topic("a")->partitions.size(), 3U);
}

TEST_F(CreateTopics, the_answer_tells_the_settings_from_version_5_on) {
  EXPECT_EQ(create({topic_of("old")}, 4).topics[0].configs.or_empty().size(), 0U);
  Request::Config config;
  config.name = "retention.ms";
  config.value = "12345";
  Request::Topic topic = topic_of("new");
  topic.configs = std::span(&config, 1);
  const Response response = create({topic, topic_of("plain")}, 5);
  ASSERT_TRUE(response.topics[0].configs);
  std::string last;
  bool found = false;
  for (const auto& told : *response.topics[0].configs) {
    EXPECT_LT(last, told.name.view());
    last = told.name.view();
    if (told.name.view() != "retention.ms") continue;
    found = true;
    EXPECT_EQ(told.value.or_empty().view(), "12345");
    EXPECT_EQ(told.config_source, 1);
    EXPECT_FALSE(told.read_only);
  }
  EXPECT_TRUE(found);
  for (const auto& told : *response.topics[1].configs) EXPECT_NE(told.config_source, 1) << told.name.view();
  EXPECT_EQ(cluster.image().configs(ConfigResource::Type::topic, "new")->at("retention.ms"), "12345");
  EXPECT_EQ(cluster.image().configs(ConfigResource::Type::topic, "plain"), nullptr);
}

TEST_F(CreateTopics, validate_only_checks_and_leaves_nothing) {
  const Offset before = cluster.log.log_end();
  const Response response = create({topic_of("a"), topic_of("b", 0)}, 7, true);
  EXPECT_EQ(response.topics[0].error_code, 0);
  EXPECT_EQ(response.topics[0].num_partitions, 1);
  EXPECT_EQ(static_cast<ErrorCode>(response.topics[1].error_code), ErrorCode::invalid_partitions);
  EXPECT_EQ(cluster.log.log_end(), before);
  EXPECT_EQ(cluster.image().topic_count(), 0U);
}

TEST_F(CreateTopics, names_have_rules) {
  EXPECT_EQ(error_of(topic_of("")), ErrorCode::invalid_topic_exception);
  EXPECT_EQ(error_of(topic_of("..")), ErrorCode::invalid_topic_exception);
  EXPECT_EQ(error_of(topic_of("a b")), ErrorCode::invalid_topic_exception);
  EXPECT_EQ(error_of(topic_of(std::string(250, 'x'))), ErrorCode::invalid_topic_exception);
  EXPECT_EQ(error_of(topic_of("__cluster_metadata")), ErrorCode::invalid_request);
  EXPECT_EQ(error_of(topic_of(std::string(249, 'x'))), ErrorCode::none);
  EXPECT_EQ(error_of(topic_of(std::string(249, 'x'))), ErrorCode::topic_already_exists);
}

TEST_F(CreateTopics, names_that_differ_in_dots_and_underscores_collide) {
  EXPECT_EQ(error_of(topic_of("a.b_c")), ErrorCode::none);
  EXPECT_EQ(error_of(topic_of("a_b_c")), ErrorCode::invalid_topic_exception);
  EXPECT_EQ(error_of(topic_of("a.b.c")), ErrorCode::invalid_topic_exception);
  EXPECT_EQ(error_of(topic_of("a_b.c")), ErrorCode::invalid_topic_exception);
  EXPECT_EQ(error_of(topic_of("a.b_c")), ErrorCode::topic_already_exists);
  EXPECT_EQ(error_of(topic_of("a.b_cd")), ErrorCode::none);
  EXPECT_EQ(error_of(topic_of("a.b-c")), ErrorCode::none);
  EXPECT_EQ(error_of(topic_of("a_b_")), ErrorCode::none);
  EXPECT_EQ(error_of(topic_of("a_b.")), ErrorCode::invalid_topic_exception);
  const Response response = create({topic_of("x.y"), topic_of("x_y")});
  EXPECT_EQ(response.topics[0].error_code, 0);
  EXPECT_EQ(static_cast<ErrorCode>(response.topics[1].error_code), ErrorCode::invalid_topic_exception);
}

TEST_F(CreateTopics, collisions_are_those_that_looking_at_every_topic_finds) {
  Prng prng(11);
  std::vector<std::string> names;
  for (int number = 0; number < 300; ++number) {
    std::string name;
    for (size_t size = prng.below(6) + 1; size > 0; --size) name.push_back("ab._"[prng.below(4)]);
    if (name == "." || name == "..") continue;
    ErrorCode expected = ErrorCode::none;
    for (const std::string& other : names) {
      if (topic_names_collide(name, other)) expected = ErrorCode::invalid_topic_exception;
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) expected = ErrorCode::topic_already_exists;
    EXPECT_EQ(error_of(topic_of(name)), expected) << name;
    if (expected == ErrorCode::none) names.push_back(name);
  }
  EXPECT_GT(names.size(), 20U);
}

TEST_F(CreateTopics, a_topic_named_twice_is_not_created_and_others_are) {
  const Response response = create({topic_of("twice"), topic_of("once"), topic_of("twice")});
  EXPECT_EQ(static_cast<ErrorCode>(response.topics[0].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(response.topics[1].error_code, 0);
  EXPECT_EQ(static_cast<ErrorCode>(response.topics[2].error_code), ErrorCode::invalid_request);
  EXPECT_EQ(cluster.image().topic_count(), 1U);
}

TEST_F(CreateTopics, numbers_have_bounds) {
  EXPECT_EQ(error_of(topic_of("a", 0)), ErrorCode::invalid_partitions);
  EXPECT_EQ(error_of(topic_of("a", -2)), ErrorCode::invalid_partitions);
  EXPECT_EQ(error_of(topic_of("a", 1, 0)), ErrorCode::invalid_replication_factor);
  EXPECT_EQ(error_of(topic_of("a", 1, -2)), ErrorCode::invalid_replication_factor);
  EXPECT_EQ(error_of(topic_of("a", 1, 2)), ErrorCode::invalid_replication_factor);
  EXPECT_EQ(error_of(topic_of("a", INT32_MAX)), ErrorCode::policy_violation);
  const auto most = static_cast<int32_t>(limits::kPartitionsPerRequestMax);
  const Response response = create({topic_of("full", most), topic_of("over")});
  EXPECT_EQ(response.topics[0].error_code, 0);
  EXPECT_EQ(static_cast<ErrorCode>(response.topics[1].error_code), ErrorCode::policy_violation);
}

TEST_F(CreateTopics, settings_are_held_against_the_table) {
  const auto with = [&](std::string_view name, wire::Nullable<wire::String> value) {
    Request::Config config;
    config.name = name;
    config.value = value;
    Request::Topic topic = topic_of("a");
    topic.configs = std::span(&config, 1);
    return error_of(topic);
  };
  EXPECT_EQ(with("no.such.setting", "1"), ErrorCode::invalid_config);
  EXPECT_EQ(with("retention.ms", "soon"), ErrorCode::invalid_config);
  EXPECT_EQ(with("retention.ms", wire::null), ErrorCode::invalid_config);
  EXPECT_EQ(with("min.insync.replicas", "0"), ErrorCode::invalid_config);
  Request::Config lags[2];
  lags[0].name = "min.compaction.lag.ms";
  lags[0].value = "10";
  lags[1].name = "max.compaction.lag.ms";
  lags[1].value = "9";
  Request::Topic topic = topic_of("a");
  topic.configs = std::span<const Request::Config>(lags);
  EXPECT_EQ(error_of(topic), ErrorCode::invalid_config);
  EXPECT_EQ(cluster.image().topic_count(), 0U);
}

class Assignments : public CreateTopics {
 protected:
  struct Assigned {
    int32_t index;
    std::vector<int32_t> brokers;
  };
  ErrorCode assign(std::vector<Assigned> all, int32_t partitions = -1, int16_t replicas = -1) {
    all_ = std::move(all);
    std::vector<Request::Assignment> assignments(all_.size());
    for (size_t at = 0; at < all_.size(); ++at) {
      assignments[at].partition_index = all_[at].index;
      assignments[at].broker_ids = all_[at].brokers;
    }
    Request::Topic topic = topic_of("assigned", partitions, replicas);
    topic.assignments = assignments;
    return error_of(topic);
  }

 private:
  std::vector<Assigned> all_;
};

TEST_F(Assignments, are_taken_as_they_are) {
  cluster.start_broker(2);
  cluster.start_broker(3);
  EXPECT_EQ(assign({{1, {3, 1}}, {0, {2, 3}}}), ErrorCode::none);
  const TopicImage* topic = cluster.image().find_topic("assigned");
  ASSERT_EQ(topic->partitions.size(), 2U);
  EXPECT_EQ(topic->partitions[0].leader, BrokerId(2));
  EXPECT_EQ(topic->partitions[1].replicas()[0], BrokerId(3));
  EXPECT_EQ(topic->partitions[1].replicas()[1], BrokerId(1));
  EXPECT_EQ(topic->partitions[1].in_sync().size(), 2U);
}

TEST_F(Assignments, that_cannot_be_are_refused) {
  cluster.start_broker(2);
  EXPECT_EQ(assign({{0, {1}}}, 1), ErrorCode::invalid_request);
  EXPECT_EQ(assign({{0, {1}}}, -1, 1), ErrorCode::invalid_request);
  EXPECT_EQ(assign({{1, {1}}}), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(assign({{-1, {1}}}), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(assign({{0, {1}}, {0, {2}}}), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(assign({{0, {}}}), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(assign({{0, {1, 1}}}), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(assign({{0, {9}}}), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(assign({{0, {1, 2}}, {1, {1}}}), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(cluster.image().topic_count(), 0U);
}

TEST_F(Assignments, fenced_brokers_are_replicas_and_not_in_sync) {
  ASSERT_EQ(cluster.ask({TestCluster::registration(2, 200)}).error, ErrorCode::none);
  EXPECT_EQ(assign({{0, {2}}}), ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(assign({{0, {2, 1}}}), ErrorCode::none);
  const PartitionImage& partition = cluster.image().find_topic("assigned")->partitions[0];
  EXPECT_EQ(partition.leader, BrokerId(1));
  EXPECT_EQ(partition.replicas().size(), 2U);
  EXPECT_EQ(partition.in_sync().size(), 1U);
}

TEST(Placement, spreads_leaders_and_racks_evenly) {
  TestCluster cluster(0);
  for (int id = 1; id <= 6; ++id) cluster.start_broker(id, id % 2 == 0 ? "even" : "odd");
  Request::Topic topic = topic_of("spread", 60, 2);
  Request request;
  request.topics = std::span(&topic, 1);
  ASSERT_EQ(cluster.call<Response>(request, 7).topics[0].error_code, 0);
  std::map<BrokerId, int> leaders;
  std::map<BrokerId, int> replicas;
  for (const PartitionImage& partition : cluster.image().find_topic("spread")->partitions) {
    ++leaders[partition.leader];
    for (const BrokerId broker : partition.replicas()) ++replicas[broker];
    EXPECT_NE(partition.replicas()[0].value() % 2, partition.replicas()[1].value() % 2) << "both in one rack";
  }
  for (int id = 1; id <= 6; ++id) {
    EXPECT_EQ(leaders[BrokerId(id)], 10) << id;
    EXPECT_EQ(replicas[BrokerId(id)], 20) << id;
  }
}

TEST(Placement, takes_fenced_brokers_last_and_never_as_leaders) {
  TestCluster cluster(2);
  ASSERT_EQ(cluster.ask({TestCluster::registration(3, 200)}).error, ErrorCode::none);
  const auto create = [&](std::string_view name, int16_t replicas) {
    Request::Topic topic = topic_of(name, 20, replicas);
    Request request;
    request.topics = std::span(&topic, 1);
    return static_cast<ErrorCode>(cluster.call<Response>(request, 7).topics[0].error_code);
  };
  ASSERT_EQ(create("two", 2), ErrorCode::none);
  for (const PartitionImage& partition : cluster.image().find_topic("two")->partitions) {
    EXPECT_FALSE(partition.has_replica(BrokerId(3)));
  }
  ASSERT_EQ(create("three", 3), ErrorCode::none);
  for (const PartitionImage& partition : cluster.image().find_topic("three")->partitions) {
    EXPECT_NE(partition.leader, BrokerId(3));
    EXPECT_EQ(partition.in_sync().size(), 2U);
  }
  EXPECT_EQ(create("four", 4), ErrorCode::invalid_replication_factor);
}

TEST(Placement, without_a_broker_that_is_up_there_is_no_topic) {
  TestCluster cluster(0);
  Request::Topic topic = topic_of("a");
  Request request;
  request.topics = std::span(&topic, 1);
  EXPECT_EQ(static_cast<ErrorCode>(cluster.call<Response>(request, 7).topics[0].error_code),
            ErrorCode::invalid_replication_factor);
  ASSERT_EQ(cluster.ask({TestCluster::registration(1, 1)}).error, ErrorCode::none);
  EXPECT_EQ(static_cast<ErrorCode>(cluster.call<Response>(request, 7).topics[0].error_code),
            ErrorCode::invalid_replication_factor);
}

}  // namespace
}  // namespace ottla
