#include "core/model/settings.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/model/limits.h"
#include "core/model/settings/rules.h"

namespace ottla {
namespace {

struct Fact {
  std::string scope, defined_by, name, type, value;
};

std::vector<Fact> facts() {
  std::ifstream file(std::string(OTTLA_SOURCE_DIR) + "/core/model/testdata/kafka_settings.tsv");
  std::vector<Fact> result;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    Fact fact;
    for (std::string* field : {&fact.scope, &fact.defined_by, &fact.name, &fact.type, &fact.value}) {
      std::getline(fields, *field, '\t');
    }
    result.push_back(fact);
  }
  return result;
}

std::vector<SettingScope> scopes_of(const Fact& fact) {
  if (fact.scope == "clients") return {SettingScope::producer, SettingScope::consumer, SettingScope::admin};
  for (const SettingScope scope : kSettingScopes) {
    if (scope_name(scope) == (fact.scope == "client_metrics" ? "client metrics" : fact.scope)) return {scope};
  }
  return {};
}

std::string text_of(const SettingDefault& value) {
  if (value.is_required()) return "(required)";
  return std::string(value.text().value_or("null"));
}

std::string error_of(SettingScope scope, std::string_view name, std::string_view value) {
  const auto read = read_setting_name(scope, name);
  if (!read) return read.error().text;
  const auto checked = check_setting(*read->setting, name, value);
  return checked ? "" : checked.error().text;
}

TEST(Settings, have_every_definition_of_kafka_with_its_type_and_default) {
  const auto expected = facts();
  ASSERT_EQ(expected.size(), 655U);
  for (const Fact& fact : expected) {
    ASSERT_FALSE(scopes_of(fact).empty()) << fact.scope;
    for (const SettingScope scope : scopes_of(fact)) {
      const Setting* setting = find_setting(scope, fact.name);
      ASSERT_NE(setting, nullptr) << fact.scope << " " << fact.name;
      EXPECT_EQ(type_name(setting->type), fact.type) << fact.name;
      EXPECT_EQ(text_of(setting->kafka_default), fact.value) << fact.scope << " " << fact.name;
    }
  }
}

// What the table has beyond Kafka's list is there on purpose.
TEST(Settings, have_nothing_else_but_ours_and_what_kafka_defines_elsewhere) {
  std::set<std::pair<SettingScope, std::string_view>> known;
  const auto expected = facts();
  for (const Fact& fact : expected) {
    for (const SettingScope scope : scopes_of(fact)) known.emplace(scope, fact.name);
  }
  std::set<std::string> beyond;
  for (const Setting& setting : all_settings()) {
    for (const SettingScope scope : kSettingScopes) {
      if (setting.in(scope) && !known.contains({scope, setting.name})) beyond.emplace(setting.name);
    }
  }
  EXPECT_EQ(beyond,
            (std::set<std::string>{"SCRAM-SHA-512", "bootstrap.controllers", "ottla.default.durability",
                                   "ottla.durability", "ottla.insecure.listeners", "ottla.log.format",
                                   "ottla.log.idle.ms", "ottla.log.level", "ottla.metrics.listener", "segment.bytes"}));
}

TEST(Settings, have_defaults_that_pass_their_own_checks) {
  for (const Setting& setting : all_settings()) {
    for (const SettingProfile profile : {SettingProfile::kafka, SettingProfile::node, SettingProfile::embedded}) {
      const auto text = setting.default_for(profile).text();
      if (!text) continue;
      const auto checked = check_setting(setting, setting.name, *text);
      // Kafka's own default may be one of the values that are refused here; ours never is.
      const bool refused_value = profile == SettingProfile::kafka && !setting.allowed.empty();
      EXPECT_TRUE(checked.ok() || refused_value) << checked.error().text;
    }
  }
}

TEST(Settings, say_why_where_they_differ_from_kafka_or_promise_nothing) {
  for (const Setting& setting : all_settings()) {
    const bool differs =
        setting.node_default != setting.kafka_default || setting.embedded_default != setting.kafka_default;
    EXPECT_EQ(differs, !setting.default_reason.empty()) << setting.name;
    const bool limited = setting.support != SettingSupport::supported || !setting.allowed.empty();
    EXPECT_EQ(limited, !setting.support_reason.empty()) << setting.name;
    EXPECT_TRUE(setting.meaning.ends_with('.')) << setting.name;
    EXPECT_FALSE(setting.in(SettingScope::topic) && setting.mutability != SettingMutability::per_resource)
        << setting.name;
  }
}

TEST(Settings, fall_back_to_settings_of_the_node_that_say_the_same) {
  for (const Setting& setting : all_settings()) {
    std::istringstream names{std::string(setting.fallbacks)};
    std::string name;
    const Setting* last = nullptr;
    while (names >> name) {
      last = find_setting(SettingScope::node, name);
      ASSERT_NE(last, nullptr) << setting.name << " falls back to " << name;
      EXPECT_EQ(last->support, setting.support) << setting.name << " and " << name;
    }
    if (last == nullptr || setting.in(SettingScope::node)) continue;
    for (const SettingProfile profile : {SettingProfile::kafka, SettingProfile::node, SettingProfile::embedded}) {
      if (last->name.ends_with(".hours")) {
        EXPECT_EQ(read_integer(*setting.default_for(profile).text()),
                  *read_integer(*last->default_for(profile).text()) * 3'600'000);
      } else {
        EXPECT_EQ(setting.default_for(profile), last->default_for(profile)) << setting.name;
      }
    }
  }
}

TEST(Settings, refuse_what_is_misspelt_and_name_the_nearest) {
  EXPECT_EQ(error_of(SettingScope::node, "log.retention.hour", "1"),
            "unknown node setting \"log.retention.hour\"; the nearest is log.retention.hours");
  EXPECT_EQ(error_of(SettingScope::topic, "retenton.ms", "1"),
            "unknown topic setting \"retenton.ms\"; the nearest is retention.ms");
  EXPECT_EQ(error_of(SettingScope::producer, "ligner.ms", "1"),
            "unknown producer setting \"ligner.ms\"; the nearest is linger.ms");
  EXPECT_EQ(error_of(SettingScope::node, "something.else.entirely", "1"),
            "unknown node setting \"something.else.entirely\"");
  EXPECT_EQ(read_setting_name(SettingScope::node, "log.retention.hour").error().code, ErrorCode::unknown_setting);
}

TEST(Settings, suggest_the_name_that_was_meant_after_any_slip_of_the_hand) {
  EXPECT_TRUE(rc::check([] {
    const auto rows = all_settings();
    const Setting& setting = rows[*rc::gen::inRange<size_t>(0, rows.size())];
    std::string name(setting.name);
    if (name.size() < 12 || !setting.in(SettingScope::node)) RC_DISCARD("short names are near to many");
    const size_t at = *rc::gen::inRange<size_t>(0, name.size() - 1);
    switch (*rc::gen::inRange(0, 3)) {
      case 0: name.erase(at, 1); break;
      case 1: std::swap(name[at], name[at + 1]); break;
      default: name.insert(at, "q"); break;
    }
    if (find_setting(SettingScope::node, name) != nullptr) return;
    const std::string_view nearest = nearest_setting(SettingScope::node, name);
    RC_ASSERT(!nearest.empty());
    // Another name may be as near (min and max); it is never farther than one slip.
    RC_ASSERT(nearest.size() + 2 >= name.size() && nearest.size() <= name.size() + 2);
  }));
}

TEST(Settings, of_another_scope_are_pointed_to) {
  EXPECT_EQ(
      error_of(SettingScope::node, "retention.ms", "1"),
      "unknown node setting \"retention.ms\"; it is a setting of scope topic, for which a node has log.retention.ms");
  EXPECT_EQ(error_of(SettingScope::topic, "log.retention.ms", "1"),
            "unknown topic setting \"log.retention.ms\"; it is a setting of scope node");
}

TEST(Settings, that_kafka_dropped_are_refused_with_what_to_do) {
  EXPECT_EQ(error_of(SettingScope::node, "zookeeper.connect", "localhost:2181"),
            "\"zookeeper.connect\" is refused: there is no ZooKeeper; the quorum is named by controller.quorum.voters");
  EXPECT_EQ(error_of(SettingScope::node, "rsm.config.bucket", "b"),
            "\"rsm.config.bucket\" is refused: tiered storage is not built; data is on local disks only");
}

TEST(Settings, name_the_bad_value_and_what_would_be_right) {
  EXPECT_EQ(error_of(SettingScope::node, "log.retention.ms", "7d"),
            "log.retention.ms: \"7d\" is not valid; expects a whole number of milliseconds, at least -1");
  EXPECT_EQ(error_of(SettingScope::node, "log.segment.bytes", "1000"),
            "log.segment.bytes: \"1000\" is not valid; expects a whole number of bytes, at least 1048576, at most "
            "2147483647");
  EXPECT_EQ(error_of(SettingScope::topic, "cleanup.policy", "delete, shred"),
            "cleanup.policy: \"delete, shred\" is not valid; expects a list of compact, delete");
  EXPECT_EQ(error_of(SettingScope::node, "listeners", "localhost:9092"),
            "listeners: \"localhost:9092\" is not valid; expects addresses as NAME://host:port, separated by commas");
  EXPECT_EQ(error_of(SettingScope::node, "log.cleaner.min.cleanable.ratio", "1.5"),
            "log.cleaner.min.cleanable.ratio: \"1.5\" is not valid; expects a number from 0 to 1");
  EXPECT_EQ(error_of(SettingScope::producer, "acks", "2"), "acks: \"2\" is not valid; expects one of all, -1, 0, 1");
}

TEST(Settings, hold_the_bounds_of_their_type) {
  EXPECT_EQ(error_of(SettingScope::node, "socket.send.buffer.bytes", "2147483647"), "");
  EXPECT_NE(error_of(SettingScope::node, "socket.send.buffer.bytes", "2147483648"), "");
  EXPECT_NE(error_of(SettingScope::node, "offsets.topic.replication.factor", "32768"), "");
  EXPECT_EQ(error_of(SettingScope::topic, "retention.ms", "9223372036854775807"), "");
  EXPECT_NE(error_of(SettingScope::topic, "retention.ms", "9223372036854775808"), "");
  EXPECT_NE(error_of(SettingScope::topic, "retention.ms", ""), "");
  EXPECT_NE(error_of(SettingScope::topic, "preallocate", "yes"), "");
  EXPECT_EQ(error_of(SettingScope::topic, "preallocate", " TRUE "), "");
  EXPECT_NE(error_of(SettingScope::topic, "min.cleanable.dirty.ratio", "nan"), "");
  EXPECT_NE(error_of(SettingScope::topic, "compression.gzip.level", "0"), "");
  EXPECT_EQ(error_of(SettingScope::topic, "compression.gzip.level", "-1"), "");
  EXPECT_NE(error_of(SettingScope::topic, "cleanup.policy", "delete,,compact"), "");
  EXPECT_NE(error_of(SettingScope::node, "broker.rack", std::string(limits::kSettingValueSizeMax + 1, 'r')), "");
}

TEST(Settings, of_security_that_is_not_built_are_refused_and_never_swallowed) {
  const auto refused = [](SettingScope scope, std::string_view name, std::string_view value) {
    const auto read = read_setting_name(scope, name);
    if (!read) return false;
    const auto checked = check_setting(*read->setting, name, value);
    return !checked && checked.error().code == ErrorCode::unsupported_setting;
  };
  for (const SettingScope scope :
       {SettingScope::node, SettingScope::producer, SettingScope::consumer, SettingScope::admin}) {
    EXPECT_TRUE(refused(scope, "ssl.keystore.location", "/etc/key.jks"));
    EXPECT_TRUE(refused(scope, "sasl.jaas.config", "x required;"));
    EXPECT_TRUE(refused(scope, "ssl.endpoint.identification.algorithm", ""));
  }
  EXPECT_TRUE(refused(SettingScope::producer, "security.protocol", "SASL_SSL"));
  EXPECT_TRUE(
      refused(SettingScope::node, "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"));
  EXPECT_TRUE(refused(SettingScope::node, "sasl.enabled.mechanisms", "PLAIN"));
  EXPECT_TRUE(refused(SettingScope::node, "security.inter.broker.protocol", "SSL"));
  EXPECT_TRUE(refused(SettingScope::node, "listener.name.internal.ssl.client.auth", "required"));
  EXPECT_TRUE(refused(SettingScope::node, "listener.name.internal.scram-sha-256.sasl.jaas.config", "x required;"));
  // What Kafka does anyway promises nothing.
  EXPECT_EQ(error_of(SettingScope::node, "ssl.client.auth", "none"), "");
  EXPECT_EQ(error_of(SettingScope::consumer, "security.protocol", "plaintext"), "");
  EXPECT_EQ(error_of(SettingScope::node, "delegation.token.secret.key", ""), "");
}

TEST(Settings, never_show_a_password) {
  for (const Setting& setting : all_settings()) {
    if (!setting.is_sensitive()) continue;
    const auto checked = check_setting(setting, setting.name, "hunter2");
    ASSERT_FALSE(checked.ok()) << setting.name;
    EXPECT_EQ(checked.error().text.find("hunter2"), std::string::npos) << checked.error().text;
  }
}

TEST(Settings, show_values_in_a_form_that_fits_a_log_line) {
  const std::string text = error_of(SettingScope::topic, "retention.ms", "\x1b[2J\n" + std::string(500, 'x'));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_LT(text.size(), 250U);
}

TEST(Settings, of_one_listener_are_read_with_its_name) {
  const auto read = read_setting_name(SettingScope::node, "listener.name.external.max.connections");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->setting->name, "max.connections");
  EXPECT_EQ(read->listener, "external");
  EXPECT_EQ(read->mechanism, "");
  const auto mechanism = read_setting_name(SettingScope::node, "listener.name.external.plain.sasl.jaas.config");
  ASSERT_TRUE(mechanism.ok());
  EXPECT_EQ(mechanism->setting->name, "sasl.jaas.config");
  EXPECT_EQ(mechanism->mechanism, "plain");
  EXPECT_EQ(error_of(SettingScope::node, "listener.name.external.num.partitions", "1"),
            "num.partitions cannot be set for one listener");
  EXPECT_EQ(error_of(SettingScope::node, "listener.name.external.max.conections", "1"),
            "unknown node setting \"max.conections\"; the nearest is max.connections");
  EXPECT_NE(error_of(SettingScope::node, "listener.name.", "1"), "");
  EXPECT_NE(error_of(SettingScope::node, "listener.name..max.connections", "1"), "");
  EXPECT_NE(error_of(SettingScope::producer, "listener.name.external.max.connections", "1"), "");
}

TEST(Settings, take_addresses_apart) {
  const auto six = read_listener("INTERNAL://[::1]:9092");
  ASSERT_TRUE(six.has_value());
  EXPECT_EQ(six->name, "INTERNAL");
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(six->port, 9092);
  EXPECT_EQ(read_listener("PLAINTEXT://:0")->host, "");
  EXPECT_FALSE(read_listener("PLAINTEXT://host").has_value());
  EXPECT_FALSE(read_listener("PLAINTEXT://host:65536").has_value());
  EXPECT_FALSE(read_listener("PLAINTEXT://ho st:1").has_value());
  EXPECT_FALSE(read_listener("PLAINTEXT://::1:1").has_value());
  EXPECT_FALSE(read_listener("://host:1").has_value());
  const auto voter = read_voter("2@node-2:9093");
  ASSERT_TRUE(voter.has_value());
  EXPECT_EQ(voter->id, 2);
  EXPECT_EQ(voter->endpoint.host, "node-2");
  EXPECT_FALSE(read_voter("node-2:9093").has_value());
  EXPECT_FALSE(read_voter("-1@node-2:9093").has_value());
  EXPECT_FALSE(read_voter("1@:9093").has_value());
}

TEST(Settings, check_any_text_without_falling_over) {
  EXPECT_TRUE(rc::check([](const std::string& value) {
    for (const Setting& setting : all_settings()) (void)check_setting(setting, setting.name, value);
  }));
}

}  // namespace
}  // namespace ottla
