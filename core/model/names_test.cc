// Topic names, principals, resource patterns.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "core/model/principal.h"
#include "core/model/resource_pattern.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

TEST(TopicName, is_legal_as_kafka_has_it) {
  for (const char* name : {"a", "A-b_c.9", "...", "__consumer_offsets", "-"})
    EXPECT_FALSE(topic_name_fault(name)) << name;
  EXPECT_FALSE(topic_name_fault(std::string(249, 'x')));
  EXPECT_EQ(topic_name_fault(""), TopicNameFault::empty);
  EXPECT_EQ(topic_name_fault("."), TopicNameFault::only_dots);
  EXPECT_EQ(topic_name_fault(".."), TopicNameFault::only_dots);
  EXPECT_EQ(topic_name_fault(std::string(250, 'x')), TopicNameFault::too_long);
  for (const char* name : {"a b", "a/b", "\xc3\xbc", "a\n", "a:b", "../etc"}) {
    EXPECT_EQ(topic_name_fault(name), TopicNameFault::illegal_character) << name;
  }
  EXPECT_EQ(topic_name_fault(std::string_view("a\0b", 3)), TopicNameFault::illegal_character);
  EXPECT_EQ(topic_name_fault_text(TopicNameFault::too_long), "is longer than 249 characters");
}

TEST(TopicName, collides_where_metrics_could_not_tell_it_from_another) {
  EXPECT_TRUE(topic_names_collide("a.b", "a_b"));
  EXPECT_TRUE(topic_names_collide("a_b.c", "a.b_c"));
  EXPECT_FALSE(topic_names_collide("a.b", "a.b"));
  EXPECT_FALSE(topic_names_collide("a.b", "a-b"));
  EXPECT_FALSE(topic_names_collide("a.b", "a_b_"));
}

TEST(TopicName, of_the_cluster_s_own_topics_is_known) {
  for (const char* name : {"__consumer_offsets", "__transaction_state", "__share_group_state"}) {
    EXPECT_TRUE(is_internal_topic(name)) << name;
  }
  for (const char* name : {"__consumer_offset", "consumer_offsets", "", "__mine"})
    EXPECT_FALSE(is_internal_topic(name));
}

TEST(Principal, is_a_type_and_a_name) {
  EXPECT_EQ(Principal::parse("User:alice"), (Principal{"User", "alice"}));
  EXPECT_EQ(Principal::parse("User:CN=a,OU=b:c"), (Principal{"User", "CN=a,OU=b:c"})) << "a name may have colons";
  EXPECT_EQ(Principal::anonymous().text(), "User:ANONYMOUS");
  EXPECT_EQ(Principal::parse("User:*"), Principal::everyone());
  for (const char* text : {"", "alice", ":alice", "User:"}) EXPECT_FALSE(Principal::parse(text).has_value()) << text;
  EXPECT_FALSE(Principal::parse("User:" + std::string(40'000, 'x')).has_value());
}

TEST(Principal, is_read_back_from_its_text) {
  EXPECT_TRUE(rc::check([](const std::string& name) {
    RC_PRE(!name.empty());
    const Principal principal{"User", name};
    RC_ASSERT(Principal::parse(principal.text()) == principal);
  }));
}

TEST(ResourcePattern, covers_names_as_kafkas_authorizer_does) {
  const ResourcePattern literal{ResourceType::topic, PatternType::literal, "payments"};
  EXPECT_TRUE(literal.covers(ResourceType::topic, "payments"));
  EXPECT_FALSE(literal.covers(ResourceType::topic, "payments-eu"));
  EXPECT_FALSE(literal.covers(ResourceType::group, "payments"));
  const ResourcePattern prefixed{ResourceType::topic, PatternType::prefixed, "pay"};
  EXPECT_TRUE(prefixed.covers(ResourceType::topic, "payments"));
  EXPECT_TRUE(prefixed.covers(ResourceType::topic, "pay"));
  EXPECT_FALSE(prefixed.covers(ResourceType::topic, "pa"));
  const ResourcePattern every{ResourceType::topic, PatternType::literal, "*"};
  EXPECT_TRUE(every.covers(ResourceType::topic, "anything"));
  const ResourcePattern starred{ResourceType::topic, PatternType::prefixed, "*"};
  EXPECT_FALSE(starred.covers(ResourceType::topic, "anything")) << "a prefix is no wildcard";
}

TEST(ResourcePattern, is_found_by_filters) {
  const ResourcePattern literal{ResourceType::topic, PatternType::literal, "payments"};
  const ResourcePattern prefixed{ResourceType::topic, PatternType::prefixed, "pay"};
  const ResourcePattern every{ResourceType::topic, PatternType::literal, "*"};
  using Filter = ResourcePatternFilter;

  EXPECT_TRUE((Filter{}.matches(literal) && Filter{}.matches(prefixed)));
  const Filter exact{ResourceType::topic, PatternType::literal, "payments"};
  EXPECT_TRUE(exact.matches(literal));
  EXPECT_FALSE(exact.matches(prefixed) || exact.matches(every));
  const Filter match{ResourceType::topic, PatternType::match, "payments"};
  EXPECT_TRUE(match.matches(literal) && match.matches(prefixed) && match.matches(every));
  const Filter any_pattern{ResourceType::any, PatternType::any, "pay"};
  EXPECT_TRUE(any_pattern.matches(prefixed)) << "any pattern, but this very name";
  EXPECT_FALSE(any_pattern.matches(literal));
  const Filter nameless{ResourceType::topic, PatternType::prefixed, std::nullopt};
  EXPECT_TRUE(nameless.matches(prefixed));
  EXPECT_FALSE(nameless.matches(literal));
  EXPECT_FALSE((Filter{ResourceType::group, PatternType::any, std::nullopt}.matches(literal)));
}

TEST(ResourcePattern, knows_what_a_permission_brings_with_it) {
  using enum AclOperation;
  for (const AclOperation granted : {read, write, remove, alter, all, describe})
    EXPECT_TRUE(operation_allows(granted, describe));
  EXPECT_TRUE(operation_allows(alter_configs, describe_configs));
  EXPECT_TRUE(operation_allows(all, cluster_action));
  EXPECT_FALSE(operation_allows(describe, read));
  EXPECT_FALSE(operation_allows(create, describe));
  EXPECT_FALSE(operation_allows(alter, describe_configs));
}

TEST(ResourcePattern, has_kafkas_names_and_numbers) {
  EXPECT_EQ(resource_type_name(static_cast<ResourceType>(5)), "TRANSACTIONAL_ID");
  EXPECT_EQ(pattern_type_name(static_cast<PatternType>(4)), "PREFIXED");
  EXPECT_EQ(acl_operation_name(static_cast<AclOperation>(12)), "IDEMPOTENT_WRITE");
  EXPECT_EQ(acl_permission_name(static_cast<AclPermission>(3)), "ALLOW");
  EXPECT_EQ(acl_operation_name(static_cast<AclOperation>(-1)), "UNKNOWN");
  EXPECT_EQ(acl_operation_name(static_cast<AclOperation>(99)), "UNKNOWN");
}

}  // namespace
}  // namespace ottla
