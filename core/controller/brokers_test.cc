// Brokers that register, live and stop; producer ids; features.
#include <gtest/gtest.h>

#include <map>

#include "core/controller/cluster_testing.h"
#include "core/controller/operations.h"

namespace ottla {
namespace {

using namespace controller_testing;

class Brokers : public testing::Test {
 protected:
  void create(std::string_view name, int32_t partitions, int16_t replicas) {
    wire::CreateTopicsRequest::Topic topic;
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replicas;
    wire::CreateTopicsRequest request;
    request.topics = std::span(&topic, 1);
    ASSERT_EQ(cluster.call<wire::CreateTopicsResponse>(request, 7).topics[0].error_code, 0);
  }
  HeartbeatTaken beat(int32_t id, int64_t epoch, bool fence = false, bool shutdown = false,
                      std::optional<Offset> end = std::nullopt) {
    const auto response =
        cluster.ask({BrokerHeartbeat{BrokerId(id), epoch, end.value_or(cluster.image().end()), fence, shutdown}});
    EXPECT_EQ(response.error, ErrorCode::none) << response.message;
    return std::get<HeartbeatTaken>(response.what);
  }
  int64_t register_as(const RegisterBroker& request) {
    const auto response = cluster.ask({request});
    EXPECT_EQ(response.error, ErrorCode::none) << response.message;
    return std::get<BrokerRegistered>(response.what).epoch;
  }
  [[nodiscard]] const PartitionImage& partition(std::string_view topic, size_t index = 0) const {
    return cluster.image().find_topic(topic)->partitions[index];
  }

  TestCluster cluster{0};
};

TEST_F(Brokers, with_several_directories_get_new_replicas_where_the_fewest_are) {
  RegisterBroker request = TestCluster::registration(1, 1);
  const Uuid a{{1, 1}};
  const Uuid b{{1, 2}};
  const Uuid c{{1, 3}};
  request.directories = {c, a, b};
  const int64_t epoch = register_as(request);
  beat(1, epoch);
  create("t", 7, 1);
  create("u", 2, 1);
  std::map<Uuid, int> counts;
  for (const char* topic : {"t", "u"}) {
    for (const PartitionImage& partition : cluster.image().find_topic(topic)->partitions) {
      ASSERT_EQ(partition.directories().size(), 1U);
      ++counts[partition.directories()[0]];
    }
  }
  EXPECT_EQ(counts, (std::map<Uuid, int>{{a, 3}, {b, 3}, {c, 3}}));
}

TEST_F(Brokers, are_fenced_until_they_have_read_their_registration) {
  const int64_t epoch = register_as(TestCluster::registration(1, 1, "r1"));
  const BrokerImage& broker = *cluster.image().find_broker(BrokerId(1));
  EXPECT_EQ(broker.epoch, epoch);
  EXPECT_EQ(epoch, cluster.image().end().value() - 1);  // the offset of its record
  EXPECT_TRUE(broker.fenced);
  EXPECT_EQ(broker.rack, "r1");
  EXPECT_EQ(broker.listener("PLAINTEXT")->port, 9093);
  ASSERT_EQ(broker.features.size(), 2U);
  EXPECT_EQ(broker.features[0].name, kMetadataVersion);
  EXPECT_EQ(broker.features[1].name, "transaction.version");

  const HeartbeatTaken behind = beat(1, epoch, false, false, Offset(epoch));
  EXPECT_FALSE(behind.caught_up);
  EXPECT_TRUE(behind.fenced);
  const HeartbeatTaken caught_up = beat(1, epoch);
  EXPECT_TRUE(caught_up.caught_up);
  EXPECT_FALSE(caught_up.fenced);
  EXPECT_FALSE(cluster.image().find_broker(BrokerId(1))->fenced);
  const Offset end = cluster.log.log_end();
  EXPECT_FALSE(beat(1, epoch).fenced);
  EXPECT_EQ(cluster.log.log_end(), end);  // a heartbeat that changes nothing writes nothing
}

TEST_F(Brokers, of_another_epoch_are_not_listened_to) {
  const int64_t epoch = cluster.start_broker(1);
  EXPECT_EQ(cluster.ask({BrokerHeartbeat{BrokerId(1), epoch + 1, Offset(0), false, false}}).error,
            ErrorCode::stale_broker_epoch);
  EXPECT_EQ(cluster.ask({BrokerHeartbeat{BrokerId(2), epoch, Offset(0), false, false}}).error,
            ErrorCode::broker_id_not_registered);
}

TEST_F(Brokers, that_start_again_lead_on_in_a_new_epoch) {
  cluster.start_broker(1);
  create("a", 3, 1);
  const int64_t epoch = register_as(TestCluster::registration(1, 99));
  for (size_t index = 0; index < 3; ++index) {
    EXPECT_EQ(partition("a", index).leader, BrokerId(1));
    EXPECT_EQ(partition("a", index).leader_epoch, LeaderEpoch(1));
    EXPECT_EQ(partition("a", index).in_sync().size(), 1U);
  }
  EXPECT_EQ(epoch, cluster.image().end().value() - 1);  // all in one batch, the registration last
  EXPECT_FALSE(beat(1, epoch).fenced);
  EXPECT_EQ(partition("a").leader_epoch, LeaderEpoch(1));
}

TEST_F(Brokers, that_register_twice_as_the_same_keep_epoch_and_partitions) {
  const int64_t first = register_as(TestCluster::registration(1, 1));
  ASSERT_FALSE(beat(1, first).fenced);
  create("a", 1, 1);
  RegisterBroker again = TestCluster::registration(1, 1);
  again.listeners.push_back({"SECOND", "127.0.0.1", 1, 0});
  EXPECT_EQ(register_as(again), first);
  EXPECT_FALSE(cluster.image().find_broker(BrokerId(1))->fenced);
  EXPECT_NE(cluster.image().find_broker(BrokerId(1))->listener("SECOND"), nullptr);
  EXPECT_EQ(partition("a").leader_epoch, LeaderEpoch(0));
}

TEST_F(Brokers, that_describe_themselves_badly_are_refused) {
  cluster.start_broker(1);
  const auto refused = [&](auto change, ErrorCode expected = ErrorCode::invalid_registration) {
    RegisterBroker request = TestCluster::registration(2, 50);
    change(request);
    EXPECT_EQ(cluster.ask({request}).error, expected);
    EXPECT_EQ(cluster.image().find_broker(BrokerId(2)), nullptr);
  };
  refused([](RegisterBroker& r) { r.listeners.clear(); });
  refused([](RegisterBroker& r) { r.listeners.push_back(r.listeners.front()); });
  refused([](RegisterBroker& r) { r.directories.clear(); });
  refused([](RegisterBroker& r) { r.directories.push_back(r.directories.front()); });
  refused([](RegisterBroker& r) { r.directories = {kLostDirectory}; });
  refused([](RegisterBroker& r) { r.directories = TestCluster::registration(1, 1).directories; });
  refused([](RegisterBroker& r) { r.incarnation = {}; });
  refused([](RegisterBroker& r) { r.id = BrokerId(-5); });
  refused([](RegisterBroker& r) { r.features = {{"metadata.version", 1, 29}}; }, ErrorCode::unsupported_version);
  refused([](RegisterBroker& r) { r.features = {{"other", 1, 30}}; }, ErrorCode::unsupported_version);
}

TEST_F(Brokers, that_are_fenced_give_up_what_they_lead) {
  const int64_t first = cluster.start_broker(1);
  cluster.start_broker(2);
  create("shared", 2, 2);
  create("alone", 2, 1);
  EXPECT_TRUE(beat(1, first, true).fenced);
  for (size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(partition("shared", index).leader, BrokerId(2));
    EXPECT_EQ(partition("shared", index).in_sync().size(), 1U);
    const PartitionImage& lone = partition("alone", index);
    EXPECT_EQ(lone.leader, lone.replicas()[0] == BrokerId(1) ? kNoBroker : BrokerId(2));
    EXPECT_EQ(lone.in_sync().size(), 1U);
  }
  EXPECT_FALSE(beat(1, first).fenced);
  for (size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(partition("alone", index).leader, partition("alone", index).replicas()[0]);
    EXPECT_EQ(partition("shared", index).leader, BrokerId(2));  // in sync only when it has caught up
  }
}

TEST_F(Brokers, that_want_to_stop_hand_over_what_others_can_lead) {
  const int64_t first = cluster.start_broker(1);
  cluster.start_broker(2);
  create("shared", 2, 2);
  create("alone", 2, 1);
  const HeartbeatTaken taken = beat(1, first, false, true);
  EXPECT_TRUE(taken.may_shut_down);
  EXPECT_TRUE(cluster.image().find_broker(BrokerId(1))->shutting_down);
  for (size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(partition("shared", index).leader, BrokerId(2));
    EXPECT_EQ(partition("alone", index).leader, partition("alone", index).replicas()[0]);
  }
  // Nothing new goes to one that stops.
  create("later", 4, 1);
  for (size_t index = 0; index < 4; ++index) EXPECT_EQ(partition("later", index).leader, BrokerId(2));
  EXPECT_TRUE(beat(1, first, false, true).may_shut_down);
}

TEST_F(Brokers, a_lone_one_may_stop_and_keeps_its_partitions) {
  const int64_t epoch = cluster.start_broker(1);
  create("a", 2, 1);
  EXPECT_TRUE(beat(1, epoch, false, true).may_shut_down);
  EXPECT_EQ(partition("a").leader, BrokerId(1));
  EXPECT_EQ(partition("a").leader_epoch, LeaderEpoch(0));
}

TEST_F(Brokers, get_producer_ids_that_nobody_else_gets) {
  const int64_t epoch = cluster.start_broker(1);
  int64_t next = 0;
  for (int round = 0; round < 3; ++round) {
    const auto response = cluster.ask({AllocateProducerIds{BrokerId(1), epoch}});
    ASSERT_EQ(response.error, ErrorCode::none);
    const auto block = std::get<ProducerIdBlock>(response.what);
    EXPECT_EQ(block.first, ProducerId(next));
    EXPECT_EQ(block.count, 1000);
    next += 1000;
    if (round == 1) cluster.restart(LeaderEpoch(5));
  }
  EXPECT_EQ(cluster.ask({AllocateProducerIds{BrokerId(1), epoch + 1}}).error, ErrorCode::stale_broker_epoch);
  EXPECT_EQ(cluster.ask({AllocateProducerIds{BrokerId(2), epoch}}).error, ErrorCode::broker_id_not_registered);
}

TEST_F(Brokers, cannot_ask_for_in_sync_sets_yet) {
  EXPECT_EQ(cluster.ask({AlterPartition{}}).error, ErrorCode::unsupported_version);
}

class Features : public Brokers {
 protected:
  ErrorCode update(std::string_view name, int16_t level, wire::Version version, int8_t type = 1) {
    wire::UpdateFeaturesRequest::FeatureUpdate feature;
    feature.feature = name;
    feature.max_version_level = level;
    feature.upgrade_type = type;
    feature.allow_downgrade = type != 1;
    wire::UpdateFeaturesRequest request;
    request.feature_updates = std::span(&feature, 1);
    const auto response = cluster.call<wire::UpdateFeaturesResponse>(request, version);
    EXPECT_EQ(response.results.size(), response.error_code == 0 && version < 2 ? 1U : 0U);
    return static_cast<ErrorCode>(response.error_code);
  }
};

TEST_F(Features, are_finalized_at_one_level) {
  cluster.start_broker(1);
  for (wire::Version version = 0; version <= 2; ++version) {
    SCOPED_TRACE(version);
    EXPECT_EQ(update("metadata.version", 30, version), ErrorCode::none);
    EXPECT_EQ(update("metadata.version", 31, version), ErrorCode::invalid_update_version);
    EXPECT_EQ(update("metadata.version", 29, version, 2), ErrorCode::invalid_update_version);
    EXPECT_EQ(update("metadata.version", 0, version, 3), ErrorCode::invalid_update_version);
    EXPECT_EQ(update("metadata.version", -1, version), ErrorCode::invalid_update_version);
    EXPECT_EQ(update("transaction.version", 3, version), ErrorCode::invalid_update_version);
    EXPECT_EQ(update("share.version", 1, version), ErrorCode::invalid_update_version);
    EXPECT_EQ(update("", 1, version), ErrorCode::invalid_request);
  }
  EXPECT_EQ(update("metadata.version", 30, 1, 9), ErrorCode::invalid_update_version);
}

TEST_F(Features, that_are_not_the_metadatas_own_come_and_go) {
  cluster.start_broker(1);
  for (const int16_t level : {int16_t{1}, int16_t{2}}) {
    EXPECT_EQ(update("transaction.version", level, 2), ErrorCode::none);
    EXPECT_EQ(cluster.image().feature("transaction.version"), level);
  }
  EXPECT_EQ(update("transaction.version", 0, 2), ErrorCode::invalid_update_version);  // that is no upgrade
  EXPECT_EQ(update("transaction.version", 0, 2, 2), ErrorCode::none);
  EXPECT_EQ(cluster.image().feature("transaction.version"), 0);
}

}  // namespace
}  // namespace ottla
