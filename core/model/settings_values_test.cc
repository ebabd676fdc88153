#include "core/model/settings_values.h"

#include <gtest/gtest.h>

#include "core/model/settings_handles.h"

namespace ottla {
namespace {

using Origin = SettingOrigin;

void set(SettingValues& values, std::string_view name, std::string_view value, Origin origin = Origin::start) {
  const auto done = values.set(name, value, origin);
  ASSERT_TRUE(done.ok()) << done.error().text;
}

std::string text_of(SettingList list) {
  std::string text;
  while (const auto part = list.next()) text += "[" + std::string(*part) + "]";
  return text;
}

TEST(SettingValues, of_nobody_are_the_defaults_of_the_profile) {
  const SettingValues kafka(SettingScope::node, SettingProfile::kafka);
  const SettingValues node(SettingScope::node, SettingProfile::node);
  const SettingValues embedded(SettingScope::node, SettingProfile::embedded);
  EXPECT_EQ(text_of(kafka.get(settings::kListeners)), "[PLAINTEXT://:9092]");
  EXPECT_EQ(text_of(node.get(settings::kListeners)), "[PLAINTEXT://127.0.0.1:9092]");
  EXPECT_EQ(text_of(embedded.get(settings::kListeners)), "[PLAINTEXT://127.0.0.1:0]");
  constexpr settings::IntegerSetting kDelay{SettingScope::node, "group.initial.rebalance.delay.ms"};
  EXPECT_EQ(node.get(kDelay), 3000);
  EXPECT_EQ(embedded.get(kDelay), 0);
  EXPECT_FALSE(node.find(settings::kBrokerRack).has_value());
  EXPECT_EQ(node.origin("listeners"), Origin::default_value);
}

// The promise a user relies on: a node's records survive the loss of power unless somebody said otherwise.
TEST(SettingValues, make_a_nodes_records_persisted_and_an_embedded_clusters_replicated) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  const SettingValues embedded(SettingScope::node, SettingProfile::embedded);
  const SettingValues topic(SettingScope::topic, SettingProfile::node, &node);
  EXPECT_EQ(topic.get(settings::kDurability), "persisted");
  EXPECT_EQ(SettingValues(SettingScope::topic, SettingProfile::embedded, &embedded).get(settings::kDurability),
            "replicated");
  set(node, "ottla.default.durability", "replicated");
  EXPECT_EQ(topic.get(settings::kDurability), "replicated");
}

TEST(SettingValues, of_a_topic_fall_back_to_the_nodes_in_the_topics_unit) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  SettingValues topic(SettingScope::topic, SettingProfile::node, &node);
  EXPECT_EQ(topic.get(settings::kRetentionMs), 604'800'000);
  set(node, "log.retention.hours", "24");
  EXPECT_EQ(topic.get(settings::kRetentionMs), 86'400'000);
  set(node, "log.retention.minutes", "10");
  EXPECT_EQ(topic.get(settings::kRetentionMs), 600'000);
  set(node, "log.retention.ms", "5");
  EXPECT_EQ(topic.get(settings::kRetentionMs), 5);
  set(topic, "retention.ms", "7", Origin::topic);
  EXPECT_EQ(topic.get(settings::kRetentionMs), 7);
  EXPECT_EQ(topic.origin("retention.ms"), Origin::topic);
}

TEST(SettingValues, keep_minus_one_for_ever_in_any_unit) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  set(node, "log.retention.hours", "-1");
  EXPECT_EQ(SettingValues(SettingScope::topic, SettingProfile::node, &node).get(settings::kRetentionMs), -1);
  set(node, "log.retention.hours", "2147483647");
  EXPECT_EQ(SettingValues(SettingScope::topic, SettingProfile::node, &node).get(settings::kRetentionMs),
            int64_t{2147483647} * 3'600'000);
}

TEST(SettingValues, let_one_broker_go_before_all_and_all_before_the_file) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  set(node, "max.connections", "10", Origin::start);
  set(node, "max.connections", "30", Origin::this_broker);
  set(node, "max.connections", "20", Origin::all_brokers);
  EXPECT_EQ(node.get(settings::kMaxConnections), 30);
  EXPECT_TRUE(node.unset("max.connections", Origin::this_broker));
  EXPECT_EQ(node.get(settings::kMaxConnections), 20);
  EXPECT_TRUE(node.unset("max.connections", Origin::all_brokers));
  EXPECT_FALSE(node.unset("max.connections", Origin::all_brokers));
  EXPECT_EQ(node.get(settings::kMaxConnections), 10);
  set(node, "max.connections", "11", Origin::start);
  EXPECT_EQ(node.get(settings::kMaxConnections), 11);
}

TEST(SettingValues, refuse_changes_that_need_a_restart) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  const auto id = node.set("node.id", "7", Origin::this_broker);
  ASSERT_FALSE(id.ok());
  EXPECT_EQ(id.error().text, "node.id: it can only be changed by a restart");
  const auto rate = node.set("leader.replication.throttled.rate", "7", Origin::all_brokers);
  ASSERT_FALSE(rate.ok());
  EXPECT_EQ(rate.error().text, "leader.replication.throttled.rate: it can only be changed for one broker");
  EXPECT_TRUE(node.set("leader.replication.throttled.rate", "7", Origin::this_broker).ok());
}

TEST(SettingValues, change_nothing_when_a_value_is_wrong) {
  SettingValues topic(SettingScope::topic, SettingProfile::node);
  set(topic, "retention.ms", "7", Origin::topic);
  EXPECT_FALSE(topic.set("retention.ms", "soon", Origin::topic).ok());
  EXPECT_FALSE(topic.set("retenton.ms", "8", Origin::topic).ok());
  EXPECT_EQ(topic.get(settings::kRetentionMs), 7);
}

TEST(SettingValues, may_differ_for_one_listener) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  set(node, "max.connections", "10");
  set(node, "listener.name.external.max.connections", "3");
  EXPECT_EQ(node.get(settings::kMaxConnections), 10);
  EXPECT_EQ(node.get(settings::kMaxConnections, "EXTERNAL"), 3);
  EXPECT_EQ(node.get(settings::kMaxConnections, "external"), 3);
  EXPECT_EQ(node.get(settings::kMaxConnections, "INTERNAL"), 10);
}

TEST(SettingValues, describe_who_said_what) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  SettingValues topic(SettingScope::topic, SettingProfile::node, &node);
  set(node, "log.retention.hours", "24");
  set(node, "log.retention.ms", "99", Origin::all_brokers);
  set(topic, "retention.ms", "7", Origin::topic);
  const SettingDescription all = topic.describe(*find_setting(SettingScope::topic, "retention.ms"));
  EXPECT_EQ(all.value, "7");
  EXPECT_EQ(all.origin, Origin::topic);
  EXPECT_FALSE(all.read_only);
  const auto synonyms = topic.synonyms(*find_setting(SettingScope::topic, "retention.ms"));
  ASSERT_EQ(synonyms.size(), 4U);
  EXPECT_EQ(synonyms[0].name, "retention.ms");
  EXPECT_EQ(synonyms[1].name, "log.retention.ms");
  EXPECT_EQ(synonyms[1].origin, Origin::all_brokers);
  EXPECT_EQ(synonyms[2].name, "log.retention.hours");
  EXPECT_EQ(synonyms[2].value, "24");
  EXPECT_EQ(synonyms[3].origin, Origin::default_value);

  topic.unset("retention.ms", Origin::topic);
  node.unset("log.retention.ms", Origin::all_brokers);
  const SettingDescription hours = topic.describe(*find_setting(SettingScope::topic, "retention.ms"));
  EXPECT_EQ(hours.value, "86400000") << "told in the unit that was asked for";
  EXPECT_EQ(hours.origin, Origin::start);
}

TEST(SettingValues, describe_no_secrets_and_no_nothing) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  set(node, "delegation.token.secret.key", "");
  const Setting& key = *find_setting(SettingScope::node, "delegation.token.secret.key");
  const SettingDescription secret = node.describe(key);
  EXPECT_EQ(secret.origin, Origin::start);
  EXPECT_FALSE(secret.value.has_value());
  EXPECT_FALSE(node.synonyms(key).at(0).value.has_value());
  const Setting& where = *find_setting(SettingScope::node, "broker.rack");
  const SettingDescription rack = node.describe(where);
  EXPECT_FALSE(rack.value.has_value());
  EXPECT_TRUE(node.synonyms(where).empty());
  EXPECT_TRUE(rack.read_only);
}

TEST(SettingValues, describe_every_row_in_every_scope) {
  for (const SettingScope scope : kSettingScopes) {
    const SettingValues values(scope, SettingProfile::embedded);
    for (const Setting& setting : all_settings()) {
      if (!setting.in(scope)) continue;
      EXPECT_EQ(values.describe(setting).origin, Origin::default_value) << setting.name;
      for (const SettingSynonym& synonym : values.synonyms(setting)) EXPECT_EQ(synonym.origin, Origin::default_value);
    }
  }
}

TEST(SettingValues, know_what_must_be_set) {
  SettingValues kafka(SettingScope::node, SettingProfile::kafka);
  EXPECT_EQ(kafka.missing().size(), 3U);
  set(kafka, "node.id", "4");
  EXPECT_EQ(kafka.missing().size(), 2U);
  EXPECT_TRUE(SettingValues(SettingScope::node, SettingProfile::node).missing().empty());
  EXPECT_TRUE(SettingValues(SettingScope::node, SettingProfile::embedded).missing().empty());
  EXPECT_EQ(SettingValues(SettingScope::producer, SettingProfile::node).missing().size(), 1U) << "bootstrap.servers";
}

template <class T>
void expect_type(const SettingHandle<T>& handle, std::initializer_list<SettingType> types) {
  const Setting* row = find_setting(handle.scope, handle.name);
  ASSERT_NE(row, nullptr) << handle.name;
  EXPECT_NE(std::find(types.begin(), types.end(), row->type), types.end()) << handle.name;
  EXPECT_EQ(row->support == SettingSupport::supported || row->name == "broker.id", true) << handle.name;
}

TEST(SettingValues, are_reached_by_handles_that_fit_their_rows) {
  using enum SettingType;
  namespace s = settings;
  for (const auto& handle : {s::kDeleteRetentionMs,
                             s::kFileDeleteDelayMs,
                             s::kFlushMessages,
                             s::kFlushMs,
                             s::kIndexIntervalBytes,
                             s::kMaxCompactionLagMs,
                             s::kMaxMessageBytes,
                             s::kMessageTimestampAfterMaxMs,
                             s::kMessageTimestampBeforeMaxMs,
                             s::kMinCompactionLagMs,
                             s::kMinInsyncReplicas,
                             s::kRetentionBytes,
                             s::kRetentionMs,
                             s::kSegmentBytes,
                             s::kSegmentIndexBytes,
                             s::kSegmentJitterMs,
                             s::kSegmentMs,
                             s::kBrokerId,
                             s::kMaxConnections,
                             s::kNodeId,
                             s::kSocketRequestMaxBytes}) {
    expect_type(handle, {int32, int16, int64});
  }
  for (const auto& handle : {s::kPreallocate, s::kUncleanLeaderElectionEnable, s::kInsecureListeners}) {
    expect_type(handle, {boolean});
  }
  expect_type(s::kMinCleanableDirtyRatio, {float64});
  for (const auto& handle : {s::kDurability, s::kCompressionType, s::kMessageTimestampType, s::kBrokerRack}) {
    expect_type(handle, {string});
  }
  for (const auto& handle : {s::kCleanupPolicy, s::kAdvertisedListeners, s::kControllerListenerNames,
                             s::kControllerQuorumVoters, s::kListeners, s::kLogDirs, s::kProcessRoles}) {
    expect_type(handle, {list});
  }
  expect_type(s::kListenerSecurityProtocolMap, {string});
}

TEST(SettingValues, tell_what_one_origin_said) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  EXPECT_TRUE(node.set("log.retention.ms", "5", SettingOrigin::start).ok());
  EXPECT_TRUE(node.set("log.retention.ms", "7", SettingOrigin::this_broker).ok());
  EXPECT_TRUE(node.set("message.max.bytes", "1000", SettingOrigin::this_broker).ok());
  const std::map<std::string, std::string, std::less<>> said = {{"log.retention.ms", "7"},
                                                                {"message.max.bytes", "1000"}};
  EXPECT_EQ(node.said_by(SettingOrigin::this_broker), said);
  EXPECT_TRUE(node.said_by(SettingOrigin::all_brokers).empty());
}

}  // namespace
}  // namespace ottla
