// DescribeConfigs and ListConfigResources: what holds, who said so, and where else one could say it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/api/handler_testing.h"
#include "core/wire/messages/32_describe_configs.h"
#include "core/wire/messages/74_list_config_resources.h"

namespace ottla {
namespace {

using Asked = wire::DescribeConfigsRequest;
using Told = wire::DescribeConfigsResponse;

constexpr int8_t kTopic = 2;
constexpr int8_t kBroker = 4;
constexpr int8_t kGroup = 32;
constexpr int8_t kClientMetrics = 16;

class Describe {
 public:
  explicit Describe(Handlers& broker) : broker_(broker) {}

  const Told::Resource& operator()(int8_t type, const char* name, std::vector<wire::String> keys = {},
                                   wire::Version version = 4) {
    Asked::Resource resource;
    resource.resource_type = type;
    resource.resource_name = name;
    resource.configuration_keys = keys.empty() ? wire::Nullable<wire::Array<wire::String>>() : keys;
    Asked asked;
    asked.resources = std::span(&resource, 1);
    asked.include_synonyms = synonyms;
    asked.include_documentation = documentation;
    broker_.ask(asked, version);
    told_ = broker_.answer<Told>();
    return told_.results[0];
  }
  bool synonyms = false;
  bool documentation = false;

 private:
  Handlers& broker_;
  Told told_;
};

const Told::Config* find(const Told::Resource& resource, std::string_view name) {
  for (const Told::Config& config : resource.configs) {
    if (config.name.view() == name) return &config;
  }
  return nullptr;
}

// "retention.ms=5 (1)", the source in brackets.
std::string text_of(const Told::Config* config) {
  if (config == nullptr) return "none";
  const std::string value = config->value ? std::string(*config->value) : "null";
  return std::string(config->name) + "=" + value + " (" + std::to_string(config->config_source) + ")";
}

TEST(DescribeConfigs, of_a_topic_are_its_own_then_the_node_s_then_defaults) {
  Handlers broker;
  broker.add_topic("t", 1);
  broker.set_config(ConfigResource::Type::topic, "t", "retention.ms", "5000");
  EXPECT_TRUE(broker.settings.set("message.max.bytes", "2000", SettingOrigin::start).ok());
  Describe describe(broker);
  const auto& told = describe(kTopic, "t");
  EXPECT_EQ(told.error_code, 0);
  EXPECT_TRUE(told.error_message.is_null());
  EXPECT_EQ(text_of(find(told, "retention.ms")), "retention.ms=5000 (1)");
  EXPECT_EQ(text_of(find(told, "max.message.bytes")), "max.message.bytes=2000 (4)");
  EXPECT_EQ(text_of(find(told, "cleanup.policy")), "cleanup.policy=delete (5)");
  EXPECT_EQ(text_of(find(told, "ottla.durability")), "ottla.durability=persisted (5)");
  EXPECT_GT(told.configs.size(), 30U);
  const Told::Config& retention = *find(told, "retention.ms");
  EXPECT_FALSE(retention.read_only);
  EXPECT_FALSE(retention.is_sensitive);
  EXPECT_TRUE(retention.synonyms.empty());
  EXPECT_TRUE(retention.documentation.is_null());
  EXPECT_EQ(retention.config_type, 5);
}

TEST(DescribeConfigs, synonyms_are_all_places_that_were_looked_at) {
  Handlers broker;
  broker.add_topic("t", 1);
  broker.set_config(ConfigResource::Type::topic, "t", "retention.ms", "5000");
  EXPECT_TRUE(broker.settings.set("log.retention.hours", "2", SettingOrigin::start).ok());
  Describe describe(broker);
  describe.synonyms = true;
  const Told::Config& retention = *find(describe(kTopic, "t"), "retention.ms");
  ASSERT_GE(retention.synonyms.size(), 2U);
  EXPECT_EQ(retention.synonyms[0].name.view(), "retention.ms");
  EXPECT_EQ(retention.synonyms[0].source, 1);
  EXPECT_EQ(retention.synonyms[1].name.view(), "log.retention.hours");
  EXPECT_EQ(retention.synonyms[1].value->view(), "2");
  EXPECT_EQ(retention.synonyms[1].source, 4);
}

TEST(DescribeConfigs, only_what_is_wanted_is_told) {
  Handlers broker;
  broker.add_topic("t", 1);
  Describe describe(broker);
  describe.documentation = true;
  const auto& told = describe(kTopic, "t", {"segment.bytes", "no.such.setting", "retention.ms"});
  ASSERT_EQ(told.configs.size(), 2U);
  EXPECT_NE(find(told, "segment.bytes"), nullptr);
  EXPECT_THAT(std::string(*find(told, "retention.ms")->documentation), testing::HasSubstr("Age"));
  EXPECT_EQ(describe(kTopic, "t", {"no.such.setting"}).configs.size(), 0U);
}

TEST(DescribeConfigs, the_oldest_version_says_what_is_a_default) {
  Handlers broker;
  broker.add_topic("t", 1);
  broker.set_config(ConfigResource::Type::topic, "t", "retention.ms", "5000");
  Describe describe(broker);
  const auto& told = describe(kTopic, "t", {}, 0);
  EXPECT_FALSE(find(told, "retention.ms")->is_default);
  EXPECT_TRUE(find(told, "cleanup.policy")->is_default);
}

TEST(DescribeConfigs, topics_that_are_not_there_say_why) {
  Handlers broker;
  Describe describe(broker);
  EXPECT_EQ(describe(kTopic, "t").error_code, static_cast<int16_t>(ErrorCode::unknown_topic_or_partition));
  EXPECT_EQ(describe(kTopic, "a/b").error_code, static_cast<int16_t>(ErrorCode::invalid_topic_exception));
}

TEST(DescribeConfigs, a_broker_tells_its_own) {
  Handlers broker;
  EXPECT_TRUE(broker.settings.set("num.partitions", "7", SettingOrigin::start).ok());
  EXPECT_TRUE(broker.settings.set("message.max.bytes", "3000", SettingOrigin::this_broker).ok());
  Describe describe(broker);
  const auto& told = describe(kBroker, "1");
  EXPECT_EQ(told.error_code, 0);
  EXPECT_EQ(text_of(find(told, "num.partitions")), "num.partitions=7 (4)");
  EXPECT_EQ(text_of(find(told, "message.max.bytes")), "message.max.bytes=3000 (2)");
  EXPECT_TRUE(find(told, "node.id")->read_only);
  EXPECT_FALSE(find(told, "message.max.bytes")->read_only);
  for (const char* other : {"2", "x", "1 ", "99999999999"}) {
    EXPECT_EQ(describe(kBroker, other).error_code, static_cast<int16_t>(ErrorCode::invalid_request)) << other;
  }
}

TEST(DescribeConfigs, what_is_sensitive_has_no_value) {
  Handlers broker;
  Describe describe(broker);
  describe.synonyms = true;
  const auto& told = describe(kBroker, "1");
  size_t sensitive = 0;
  for (const Told::Config& config : told.configs) {
    if (!config.is_sensitive) continue;
    ++sensitive;
    EXPECT_TRUE(config.value.is_null()) << config.name.view();
    EXPECT_EQ(config.config_type, 9);
    for (const auto& synonym : config.synonyms) EXPECT_TRUE(synonym.value.is_null());
  }
  EXPECT_GT(sensitive, 0U);
}

TEST(DescribeConfigs, the_empty_name_is_what_was_set_for_all_brokers) {
  Handlers broker;
  Describe describe(broker);
  EXPECT_TRUE(describe(kBroker, "").configs.empty());
  broker.set_config(ConfigResource::Type::broker, "", "message.max.bytes", "4000");
  describe.synonyms = true;
  const auto& told = describe(kBroker, "");
  ASSERT_EQ(told.configs.size(), 1U);
  EXPECT_EQ(text_of(&told.configs[0]), "message.max.bytes=4000 (3)");
  ASSERT_EQ(told.configs[0].synonyms.size(), 1U);
  EXPECT_EQ(told.configs[0].synonyms[0].value->view(), "4000");
}

TEST(DescribeConfigs, groups_and_client_metrics_have_theirs) {
  Handlers broker;
  broker.set_config(ConfigResource::Type::group, "g", "consumer.session.timeout.ms", "50000");
  broker.set_config(ConfigResource::Type::client_metrics, "m", "interval.ms", "1000");
  Describe describe(broker);
  EXPECT_EQ(text_of(find(describe(kGroup, "g"), "consumer.session.timeout.ms")),
            "consumer.session.timeout.ms=50000 (8)");
  EXPECT_EQ(text_of(find(describe(kGroup, "other"), "consumer.session.timeout.ms")),
            "consumer.session.timeout.ms=45000 (5)");
  EXPECT_EQ(describe(kGroup, "").error_code, static_cast<int16_t>(ErrorCode::invalid_request));
  EXPECT_EQ(text_of(find(describe(kClientMetrics, "m"), "interval.ms")), "interval.ms=1000 (7)");
  EXPECT_TRUE(describe(kClientMetrics, "other").configs.empty());
  EXPECT_EQ(describe(kClientMetrics, "").error_code, static_cast<int16_t>(ErrorCode::invalid_request));
}

TEST(DescribeConfigs, loggers_and_unknown_types_are_declined) {
  Handlers broker;
  Describe describe(broker);
  for (const int type : {0, 8, 3, -1, 127}) {
    EXPECT_EQ(describe(static_cast<int8_t>(type), "1").error_code, static_cast<int16_t>(ErrorCode::invalid_request));
  }
}

TEST(DescribeConfigs, a_resource_is_told_once_and_not_too_many) {
  Handlers broker;
  broker.add_topic("t", 1);
  std::vector<std::string> names(20'100);
  std::vector<Asked::Resource> resources;
  for (size_t i = 0; i < names.size(); ++i) {
    names[i] = i < 50 ? "t" : "g" + std::to_string(i);
    Asked::Resource resource;
    resource.resource_type = i < 50 ? kTopic : kClientMetrics;
    resource.resource_name = std::string_view(names[i]);
    resources.push_back(resource);
  }
  Asked asked;
  asked.resources = resources;
  broker.ask(asked, 4);
  const auto told = broker.answer<Told>();
  ASSERT_EQ(told.results.size(), 20'051U);
  EXPECT_EQ(told.results[0].error_code, 0);
  EXPECT_EQ(told.results[19'999].error_code, 0);
  EXPECT_EQ(told.results[20'000].error_code, static_cast<int16_t>(ErrorCode::invalid_request));
}

// --- ListConfigResources

std::vector<std::string> listed(Handlers& broker, std::vector<int8_t> types, wire::Version version) {
  wire::ListConfigResourcesRequest asked;
  asked.resource_types = types;
  broker.ask(asked, version);
  const auto told = broker.answer<wire::ListConfigResourcesResponse>();
  std::vector<std::string> names;
  if (told.error_code != 0) names.emplace_back(error_name(error_from_wire(told.error_code)));
  for (const auto& resource : told.config_resources) {
    names.push_back(std::to_string(resource.resource_type) + ":" + std::string(resource.resource_name));
  }
  return names;
}

TEST(ListConfigResources, lists_what_may_have_settings) {
  using testing::ElementsAre;
  Handlers broker;
  broker.add_broker({.id = 2, .fenced = true});
  broker.add_topic("t", 1);
  broker.set_config(ConfigResource::Type::group, "g", "consumer.session.timeout.ms", "50000");
  broker.set_config(ConfigResource::Type::client_metrics, "m", "interval.ms", "1000");
  EXPECT_THAT(listed(broker, {}, 1), ElementsAre("2:t", "4:1", "16:m", "32:g"));
  EXPECT_THAT(listed(broker, {}, 0), ElementsAre("16:m"));
  EXPECT_THAT(listed(broker, {32, 2, 32}, 1), ElementsAre("2:t", "32:g"));
  EXPECT_THAT(listed(broker, {8}, 1), ElementsAre());
  for (const int8_t type : {int8_t{3}, int8_t{0}, int8_t{-1}, int8_t{64}, int8_t{127}}) {
    EXPECT_THAT(listed(broker, {2, type}, 1), ElementsAre("UNSUPPORTED_VERSION")) << int{type};
  }
}

}  // namespace
}  // namespace ottla
