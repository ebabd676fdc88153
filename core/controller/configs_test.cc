#include <gtest/gtest.h>

#include "core/controller/cluster_testing.h"
#include "core/controller/operations.h"

namespace ottla {
namespace {

using namespace controller_testing;

enum Kind : int8_t { kTopic = 2, kBroker = 4, kLogger = 8, kMetrics = 16, kGroup = 32 };
enum Act : int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };

class Configs : public testing::Test {
 protected:
  struct Change {
    std::string name;
    Act act = kSet;
    std::optional<std::string> value;
  };

  Configs() {
    wire::CreateTopicsRequest::Topic topic;
    topic.name = "a";
    topic.num_partitions = topic.replication_factor = 1;
    wire::CreateTopicsRequest request;
    request.topics = std::span(&topic, 1);
    EXPECT_EQ(cluster.call<wire::CreateTopicsResponse>(request, 7).topics[0].error_code, 0);
  }

  ErrorCode change(int8_t kind, std::string_view resource, std::vector<Change> changes, bool validate_only = false) {
    using Request = wire::IncrementalAlterConfigsRequest;
    std::vector<Request::Config> configs(changes.size());
    for (size_t at = 0; at < changes.size(); ++at) {
      configs[at].name = std::string_view(changes[at].name);
      configs[at].config_operation = changes[at].act;
      configs[at].value = wire::null;
      if (changes[at].value) configs[at].value = std::string_view(*changes[at].value);
    }
    Request::Resource asked;
    asked.resource_type = kind;
    asked.resource_name = resource;
    asked.configs = configs;
    Request request;
    request.resources = std::span(&asked, 1);
    request.validate_only = validate_only;
    const auto response = cluster.call<wire::IncrementalAlterConfigsResponse>(request, 1);
    message = message_of(response.responses[0].error_message);
    return static_cast<ErrorCode>(response.responses[0].error_code);
  }
  ErrorCode replace(int8_t kind, std::string_view resource, std::vector<Change> changes, bool validate_only = false) {
    using Request = wire::AlterConfigsRequest;
    std::vector<Request::Config> configs(changes.size());
    for (size_t at = 0; at < changes.size(); ++at) {
      configs[at].name = std::string_view(changes[at].name);
      configs[at].value = wire::null;
      if (changes[at].value) configs[at].value = std::string_view(*changes[at].value);
    }
    Request::Resource asked;
    asked.resource_type = kind;
    asked.resource_name = resource;
    asked.configs = configs;
    Request request;
    request.resources = std::span(&asked, 1);
    request.validate_only = validate_only;
    const auto response = cluster.call<wire::AlterConfigsResponse>(request, 2);
    return static_cast<ErrorCode>(response.responses[0].error_code);
  }
  [[nodiscard]] ConfigMap settings(ConfigResource::Type type, std::string_view name) const {
    const ConfigMap* found = cluster.image().configs(type, name);
    return found == nullptr ? ConfigMap() : *found;
  }
  [[nodiscard]] ConfigMap topic() const { return settings(ConfigResource::Type::topic, "a"); }

  TestCluster cluster;
  std::string message;
};

TEST_F(Configs, are_set_and_deleted_one_by_one) {
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kSet, "1000"}, {"segment.bytes", kSet, "1048576"}}), ErrorCode::none);
  EXPECT_EQ(topic(), (ConfigMap{{"retention.ms", "1000"}, {"segment.bytes", "1048576"}}));
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kDelete, {}}, {"segment.bytes", kSet, "2097152"}}), ErrorCode::none);
  EXPECT_EQ(topic(), (ConfigMap{{"segment.bytes", "2097152"}}));
  EXPECT_EQ(change(kTopic, "a", {{"segment.bytes", kDelete, {}}, {"never.heard.of", kDelete, {}}}), ErrorCode::none);
  EXPECT_EQ(cluster.image().configs(ConfigResource::Type::topic, "a"), nullptr);
}

TEST_F(Configs, that_are_the_same_already_write_nothing) {
  ASSERT_EQ(change(kTopic, "a", {{"retention.ms", kSet, "1000"}}), ErrorCode::none);
  const Offset end = cluster.log.log_end();
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kSet, "1000"}}), ErrorCode::none);
  EXPECT_EQ(cluster.log.log_end(), end);
}

TEST_F(Configs, that_are_lists_grow_and_shrink) {
  EXPECT_EQ(change(kTopic, "a", {{"cleanup.policy", kAppend, "compact"}}), ErrorCode::none);
  EXPECT_EQ(topic().at("cleanup.policy"), "delete,compact");
  EXPECT_EQ(change(kTopic, "a", {{"cleanup.policy", kAppend, "compact"}}), ErrorCode::none);
  EXPECT_EQ(topic().at("cleanup.policy"), "delete,compact");
  EXPECT_EQ(change(kTopic, "a", {{"cleanup.policy", kSubtract, "delete"}}), ErrorCode::none);
  EXPECT_EQ(topic().at("cleanup.policy"), "compact");
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kAppend, "1"}}), ErrorCode::invalid_config);
  EXPECT_EQ(change(kTopic, "a", {{"no.such.list", kAppend, "1"}}), ErrorCode::invalid_config);
  EXPECT_EQ(change(kTopic, "a", {{"cleanup.policy", kAppend, "shred"}}), ErrorCode::invalid_config);
}

TEST_F(Configs, of_one_resource_change_as_a_whole_or_not_at_all) {
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kSet, "1000"}, {"segment.bytes", kSet, "many"}}),
            ErrorCode::invalid_config);
  EXPECT_NE(message.find("segment.bytes"), std::string::npos) << message;
  EXPECT_TRUE(topic().empty());
  ASSERT_EQ(change(kTopic, "a", {{"min.compaction.lag.ms", kSet, "10"}}), ErrorCode::none);
  EXPECT_EQ(change(kTopic, "a", {{"max.compaction.lag.ms", kSet, "9"}}), ErrorCode::invalid_config);
  EXPECT_EQ(change(kTopic, "a", {{"max.compaction.lag.ms", kSet, "9"}, {"min.compaction.lag.ms", kDelete, {}}}),
            ErrorCode::none);
}

TEST_F(Configs, only_checked_leave_nothing) {
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kSet, "1"}}, true), ErrorCode::none);
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kSet, "x"}}, true), ErrorCode::invalid_config);
  EXPECT_EQ(replace(kTopic, "a", {{"retention.ms", kSet, "1"}}, true), ErrorCode::none);
  EXPECT_TRUE(topic().empty());
}

TEST_F(Configs, need_a_resource_that_is_there) {
  const std::vector<Change> some = {{"retention.ms", kSet, "1"}};
  EXPECT_EQ(change(kTopic, "b", some), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(change(kTopic, "", some), ErrorCode::invalid_request);
  EXPECT_EQ(change(kTopic, "a b", some), ErrorCode::invalid_topic_exception);
  EXPECT_EQ(change(kBroker, "one", some), ErrorCode::invalid_request);
  EXPECT_EQ(change(kBroker, "-1", some), ErrorCode::invalid_request);
  EXPECT_EQ(change(kBroker, "9", some), ErrorCode::broker_id_not_registered);
  EXPECT_EQ(change(kLogger, "1", some), ErrorCode::invalid_request);
  EXPECT_EQ(change(kMetrics, "", some), ErrorCode::invalid_request);
  EXPECT_EQ(change(kGroup, "", some), ErrorCode::invalid_request);
  EXPECT_EQ(change(99, "x", some), ErrorCode::invalid_request);
  EXPECT_EQ(change(0, "x", some), ErrorCode::invalid_request);
}

TEST_F(Configs, requests_have_a_shape) {
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kSet, "1"}, {"retention.ms", kDelete, {}}}),
            ErrorCode::invalid_request);
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", kSet, {}}}), ErrorCode::invalid_request);
  EXPECT_EQ(change(kTopic, "a", {{"retention.ms", static_cast<Act>(7), "1"}}), ErrorCode::invalid_request);
  using Request = wire::IncrementalAlterConfigsRequest;
  Request::Resource resources[2];
  resources[0].resource_type = resources[1].resource_type = kTopic;
  resources[0].resource_name = resources[1].resource_name = "a";
  Request request;
  request.resources = std::span<const Request::Resource>(resources);
  const auto response = cluster.call<wire::IncrementalAlterConfigsResponse>(request, 0);
  for (const auto& answer : response.responses) {
    EXPECT_EQ(static_cast<ErrorCode>(answer.error_code), ErrorCode::invalid_request);
  }
}

TEST_F(Configs, of_brokers_change_where_that_is_allowed_while_they_run) {
  using Type = ConfigResource::Type;
  EXPECT_EQ(change(kBroker, "", {{"log.retention.ms", kSet, "5000"}}), ErrorCode::none);
  EXPECT_EQ(settings(Type::broker, ""), (ConfigMap{{"log.retention.ms", "5000"}}));
  EXPECT_EQ(change(kBroker, "1", {{"log.cleaner.backoff.ms", kSet, "100"}}), ErrorCode::none);
  EXPECT_EQ(settings(Type::broker, "1").size(), 1U);
  EXPECT_EQ(change(kBroker, "1", {{"node.id", kSet, "2"}}), ErrorCode::invalid_request);
  EXPECT_EQ(change(kBroker, "1", {{"log.dirs", kSet, "/x"}}), ErrorCode::invalid_request);
  EXPECT_EQ(change(kBroker, "", {{"no.such", kSet, "1"}}), ErrorCode::invalid_request);
  // The same once more is written again: it makes brokers read key files anew.
  const Offset end = cluster.log.log_end();
  EXPECT_EQ(change(kBroker, "", {{"log.retention.ms", kSet, "5000"}}), ErrorCode::none);
  EXPECT_GT(cluster.log.log_end(), end);
}

TEST_F(Configs, of_client_metrics_and_groups_need_a_name_and_no_more) {
  using Type = ConfigResource::Type;
  EXPECT_EQ(change(kMetrics, "slow", {{"interval.ms", kSet, "60000"}}), ErrorCode::none);
  EXPECT_EQ(settings(Type::client_metrics, "slow").size(), 1U);
  EXPECT_EQ(change(kMetrics, "slow", {{"interval.ms", kSet, "1"}}), ErrorCode::invalid_config);
  EXPECT_EQ(change(kGroup, "readers", {{"consumer.session.timeout.ms", kSet, "50000"}}), ErrorCode::none);
  EXPECT_EQ(settings(Type::group, "readers").size(), 1U);
  EXPECT_EQ(change(kGroup, "readers", {{"retention.ms", kSet, "1"}}), ErrorCode::invalid_config);
}

TEST_F(Configs, of_the_old_request_replace_what_was_there) {
  ASSERT_EQ(change(kTopic, "a", {{"retention.ms", kSet, "1000"}, {"segment.bytes", kSet, "1048576"}}), ErrorCode::none);
  EXPECT_EQ(replace(kTopic, "a", {{"retention.ms", kSet, "2000"}}), ErrorCode::none);
  EXPECT_EQ(topic(), (ConfigMap{{"retention.ms", "2000"}}));
  EXPECT_EQ(replace(kTopic, "a", {{"retention.ms", kSet, "x"}}), ErrorCode::invalid_config);
  EXPECT_EQ(replace(kTopic, "a", {{"retention.ms", kSet, {}}}), ErrorCode::invalid_request);
  EXPECT_EQ(replace(kTopic, "b", {}), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(topic(), (ConfigMap{{"retention.ms", "2000"}}));
  EXPECT_EQ(replace(kTopic, "a", {}), ErrorCode::none);
  EXPECT_TRUE(topic().empty());
}

}  // namespace
}  // namespace ottla
