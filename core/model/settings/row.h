// How the rows of settings/*.inc are written. Only settings/table.cc includes this.
//
//   node("num.partitions", int32, "1", "Partitions of a topic that was created without a number.").at_least(1).cluster_wide(),
//
// A row starts with its scope, name, type, Kafka's default and meaning; what follows departs from the plain case.
#pragma once

#include "core/model/limits.h"
#include "core/model/settings.h"
#include "core/model/settings/rules.h"

namespace ottla::setting_rows {

struct Row : Setting {
  constexpr Row at_least(int64_t n) const { return between(n, maximum); }
  constexpr Row between(int64_t low, int64_t high) const {
    Row r = *this;
    r.minimum = low, r.maximum = high;
    return r;
  }
  constexpr Row between_reals(double low, double high) const {
    Row r = *this;
    r.lowest = low, r.highest = high;
    return r;
  }
  constexpr Row one_of(std::string_view list_of) const {
    Row r = *this;
    r.words = list_of;
    return r;
  }
  constexpr Row one_of_any_case(std::string_view list_of) const {
    Row r = one_of(list_of);
    r.any_case = true;
    return r;
  }
  constexpr Row follows(const SettingRule& text_rule) const {
    Row r = *this;
    r.rule = &text_rule;
    return r;
  }

  constexpr Row no_effect(std::string_view why) const {
    Row r = *this;
    r.support = SettingSupport::no_effect, r.support_reason = why;
    return r;
  }
  constexpr Row refused(std::string_view why) const {
    Row r = *this;
    r.support = SettingSupport::refused, r.support_reason = why;
    return r;
  }
  // Supported, but of the legal words only these; the others are refused for the reason.
  constexpr Row only(std::string_view these, std::string_view why) const {
    Row r = *this;
    r.allowed = these, r.support_reason = why;
    return r;
  }

  // Defaults that are not Kafka's, with the reason: of a node and an embedded cluster, alike or not, or of one of them.
  constexpr Row ours(SettingDefault text, std::string_view why) const { return ours(text, text, why); }
  constexpr Row ours(SettingDefault a_node, SettingDefault an_embedded_cluster, std::string_view why) const {
    return on_node(a_node, why).embedded(an_embedded_cluster, why);
  }
  constexpr Row on_node(SettingDefault text, std::string_view why) const {
    Row r = *this;
    r.node_default = text, r.default_reason = why;
    return r;
  }
  constexpr Row embedded(SettingDefault text, std::string_view why) const {
    Row r = *this;
    r.embedded_default = text, r.default_reason = why;
    return r;
  }

  constexpr Row per_broker() const { return changed_by(SettingMutability::per_broker); }
  constexpr Row cluster_wide() const { return changed_by(SettingMutability::cluster_wide); }
  constexpr Row changed_by(SettingMutability who) const {
    Row r = *this;
    r.mutability = who;
    return r;
  }
  constexpr Row falls_back_to(std::string_view names) const {
    Row r = *this;
    r.fallbacks = names;
    return r;
  }
  constexpr Row any_listener() const {
    Row r = *this;
    r.per_listener = true;
    return r;
  }
};

constexpr uint8_t bit(SettingScope scope) { return static_cast<uint8_t>(1U << static_cast<unsigned>(scope)); }

constexpr Row row(uint8_t scopes, std::string_view name, SettingType type, SettingDefault value,
                  std::string_view meaning) {
  Row made{{name, scopes, type, value, value, value, meaning, {}}};
  // What an int or a short can hold is a bound like any other.
  if (type == SettingType::int32) made = made.between(INT32_MIN, INT32_MAX);
  if (type == SettingType::int16) made = made.between(INT16_MIN, INT16_MAX);
  return made;
}

// What a row begins with: the scopes it stands in. What has resources of its own may be changed at any time.
constexpr Row node(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(bit(SettingScope::node), name, type, value, meaning);
}
constexpr Row topic(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(bit(SettingScope::topic), name, type, value, meaning).changed_by(SettingMutability::per_resource);
}
constexpr Row group(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(bit(SettingScope::group), name, type, value, meaning).changed_by(SettingMutability::per_resource);
}
constexpr Row client_metrics(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(bit(SettingScope::client_metrics), name, type, value, meaning).changed_by(SettingMutability::per_resource);
}
constexpr Row quota(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(bit(SettingScope::quota), name, type, value, meaning).changed_by(SettingMutability::per_resource);
}
constexpr Row producer(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(bit(SettingScope::producer), name, type, value, meaning);
}
constexpr Row consumer(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(bit(SettingScope::consumer), name, type, value, meaning);
}
constexpr Row admin(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(bit(SettingScope::admin), name, type, value, meaning);
}
constexpr Row producer_and_consumer(std::string_view name, SettingType type, SettingDefault value,
                                    std::string_view meaning) {
  return row(bit(SettingScope::producer) | bit(SettingScope::consumer), name, type, value, meaning);
}
constexpr Row producer_and_admin(std::string_view name, SettingType type, SettingDefault value,
                                 std::string_view meaning) {
  return row(bit(SettingScope::producer) | bit(SettingScope::admin), name, type, value, meaning);
}
constexpr Row consumer_and_admin(std::string_view name, SettingType type, SettingDefault value,
                                 std::string_view meaning) {
  return row(bit(SettingScope::consumer) | bit(SettingScope::admin), name, type, value, meaning);
}
inline constexpr uint8_t kClients =
    bit(SettingScope::producer) | bit(SettingScope::consumer) | bit(SettingScope::admin);
constexpr Row clients(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(kClients, name, type, value, meaning);
}
constexpr Row everywhere(std::string_view name, SettingType type, SettingDefault value, std::string_view meaning) {
  return row(kClients | bit(SettingScope::node), name, type, value, meaning);
}

inline constexpr SettingDefault kRequired = SettingDefault::must_be_set();
inline constexpr const char* kNever = "9223372036854775807";  // Kafka's way of saying never, or without bound
inline constexpr const char* kUnlimited = "2147483647";
using enum SettingType;

// --- reasons that many rows share ---------------------------------------------------------------------------------------

inline constexpr std::string_view kOneLoop =
    "requests run to completion on one event loop; there is no pool of threads or queue between threads to size";
inline constexpr std::string_view kNoPurgatory =
    "parked requests are released when they complete; there is nothing to purge";
inline constexpr std::string_view kNoJava = "it names a Java class, and no Java runs here";
inline constexpr std::string_view kNoTiers = "tiered storage is not built; data is on local disks only";
// Of what is not built: a value that would be taken for protection is refused, one that only tunes it has no effect.
inline constexpr std::string_view kNoTls =
    "TLS is not built yet; the value would promise an encryption that does not happen";
inline constexpr std::string_view kNoTlsToTune = "TLS is not built yet, so there is nothing to tune";
inline constexpr std::string_view kNoSasl =
    "SASL is not built yet; the value would promise a login that is never asked for";
inline constexpr std::string_view kNoSaslToTune = "SASL is not built yet, so there is nothing to tune";
inline constexpr std::string_view kNoTokens = "delegation tokens are not built; nothing would check them";
inline constexpr std::string_view kNoTokensToTune = "delegation tokens are not built, so there is nothing to tune";
inline constexpr std::string_view kNoShareGroups = "share groups are not built; ordinary groups are";
inline constexpr std::string_view kNoStreamsGroups =
    "the streams group protocol is not built; Streams programs use the classic one";
inline constexpr std::string_view kNoReporters =
    "metrics are served by the node itself; there are no reporters to load";

}  // namespace ottla::setting_rows
