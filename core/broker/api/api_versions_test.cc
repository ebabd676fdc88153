// ApiVersions: what is served, and the exceptions that let old and new clients begin.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/api/handler_testing.h"
#include "core/wire/messages/18_api_versions.h"

namespace ottla {
namespace {

using Asked = wire::ApiVersionsRequest;
using Told = wire::ApiVersionsResponse;

Asked from_a_client() {
  Asked asked;
  asked.client_software_name = "a-client";
  asked.client_software_version = "1.2.3";
  return asked;
}

TEST(ApiVersions, lists_what_is_served_and_nothing_else) {
  Handlers broker;
  for (wire::Version version = 0; version <= 5; ++version) {
    broker.ask(from_a_client(), version);
    const auto told = broker.answer<Told>();
    EXPECT_EQ(told.error_code, 0);
    std::vector<int16_t> keys;
    for (const auto& api : told.api_keys) {
      keys.push_back(api.api_key);
      ASSERT_NE(find_served(api.api_key), nullptr) << api.api_key;
      EXPECT_EQ(api.max_version, find_served(api.api_key)->api().advertised().last);
    }
    EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
    EXPECT_THAT(keys, testing::IsSupersetOf({3, 10, 18, 19, 20, 32, 60}));
    EXPECT_THAT(keys, testing::Not(testing::Contains(testing::AnyOf(71, 72))));  // no receiver of telemetry
    EXPECT_EQ(keys.size() + 2, served_apis().size());
  }
}

TEST(ApiVersions, of_an_unknown_version_is_answered_in_the_oldest_one) {
  Handlers broker;
  broker.ask(18, 6, BytesView::of("whatever a newer client may say"));
  const auto told = broker.answer<Told>();
  EXPECT_EQ(told.error_code, static_cast<int16_t>(ErrorCode::unsupported_version));
  ASSERT_EQ(told.api_keys.size(), 1U);
  EXPECT_EQ(told.api_keys[0].api_key, 18);
  EXPECT_EQ(told.api_keys[0].min_version, 0);
  EXPECT_EQ(told.api_keys[0].max_version, 5);
  broker.ask(18, -3, {});
  EXPECT_EQ(broker.answer<Told>().api_keys.size(), 1U);
}

TEST(ApiVersions, a_client_names_its_software_properly) {
  Handlers broker;
  for (const char* good : {"a", "librdkafka", "apache-kafka-java", "0.1", "a--.b"}) {
    Asked asked = from_a_client();
    asked.client_software_name = good;
    asked.client_software_version = good;
    broker.ask(asked, 3);
    EXPECT_EQ(broker.answer<Told>().error_code, 0) << good;
  }
  for (const char* bad : {"", "-a", "a-", ".a", "a.", "a b", "\xc3\xbc", "a_b"}) {
    for (const bool in_name : {true, false}) {
      Asked asked = from_a_client();
      (in_name ? asked.client_software_name : asked.client_software_version) = bad;
      broker.ask(asked, 3);
      EXPECT_EQ(broker.answer<Told>().error_code, static_cast<int16_t>(ErrorCode::invalid_request)) << bad;
      EXPECT_TRUE(broker.answer<Told>().api_keys.empty());
      broker.ask(asked, 2);  // says nothing of it
      EXPECT_EQ(broker.answer<Told>().error_code, 0);
    }
  }
}

TEST(ApiVersions, a_client_that_means_another_cluster_or_node_begins_anew) {
  Handlers broker;
  const auto answered = [&](wire::Nullable<wire::String> cluster, int32_t node) {
    Asked asked = from_a_client();
    asked.cluster_id = cluster;
    asked.node_id = node;
    broker.ask(asked, 5);
    return static_cast<ErrorCode>(broker.answer<Told>().error_code);
  };
  EXPECT_EQ(answered("a-cluster", 1), ErrorCode::none);
  EXPECT_EQ(answered(wire::null, -1), ErrorCode::none);
  EXPECT_EQ(answered("another", 1), ErrorCode::rebootstrap_required);
  EXPECT_EQ(answered("a-cluster", 2), ErrorCode::rebootstrap_required);
  EXPECT_EQ(answered("a-cluster", -1), ErrorCode::rebootstrap_required);
  EXPECT_EQ(answered(wire::null, 2), ErrorCode::none);
}

TEST(ApiVersions, tells_features_and_how_far_the_metadata_is_known) {
  Handlers broker;
  broker.ask(from_a_client(), 4);
  auto told = broker.answer<Told>();
  ASSERT_EQ(told.finalized_features.size(), 1U);
  EXPECT_EQ(told.finalized_features[0].name.view(), "metadata.version");
  EXPECT_EQ(told.finalized_features[0].max_version_level, 30);
  ASSERT_EQ(told.supported_features.size(), 2U);
  EXPECT_EQ(told.supported_features[0].max_version, 30);
  EXPECT_EQ(told.supported_features[1].name.view(), "transaction.version");
  EXPECT_EQ(told.supported_features[1].max_version, 2);
  EXPECT_FALSE(told.zk_migration_ready);
  const int64_t before = told.finalized_features_epoch;
  EXPECT_EQ(before, broker.services.image->end().value() - 1);
  broker.add_topic("t", 1);
  broker.ask(from_a_client(), 4);
  EXPECT_GT(broker.answer<Told>().finalized_features_epoch, before);
}

}  // namespace
}  // namespace ottla
