// Names of settings as people write them: prefixed, misspelt, of another scope, of an older Kafka.
#include <algorithm>
#include <array>
#include <span>

#include "core/base/assert.h"
#include "core/model/limits.h"
#include "core/model/quoted.h"
#include "core/model/settings.h"
#include "core/model/settings/rules.h"

namespace ottla {
namespace {

// Names that are no rows, and what their writer should know. One that ends in a dot stands for all that begin so.
struct FormerName {
  std::string_view name;
  std::string_view why;
};

constexpr FormerName kFormerNames[] = {
    {"zookeeper.", "there is no ZooKeeper; the quorum is named by controller.quorum.voters"},
    {"confluent.", "it belongs to another product"},
    {"rsm.config.", "tiered storage is not built; data is on local disks only"},
    {"rlmm.config.", "tiered storage is not built; data is on local disks only"},
    {"config.providers.", "values are read as they stand; no provider is asked"},
    {"producer.", "it is a setting of clients, not of the node"},
    {"consumer.", "it is a setting of clients or of a group, not of the node"},
    {"admin.", "it is a setting of clients, not of the node"},
    {"password.encoder.", "nothing secret is stored in the metadata"},
    {"inter.broker.protocol.version", "Kafka 4 dropped it; the finalized metadata.version says it"},
    {"log.message.format.version", "Kafka 4 dropped it; batches are stored in format 2"},
    {"message.format.version", "Kafka 4 dropped it; batches are stored in format 2"},
    {"log.message.downconversion.enable", "Kafka 4 dropped it; batches are sent in format 2"},
    {"message.downconversion.enable", "Kafka 4 dropped it; batches are sent in format 2"},
    {"log.message.timestamp.difference.max.ms",
     "Kafka 4 dropped it; use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms"},
    {"message.timestamp.difference.max.ms",
     "Kafka 4 dropped it; use message.timestamp.before.max.ms and message.timestamp.after.max.ms"},
    {"broker.id.generation.enable", "Kafka 4 dropped it; node.id is given, never made up"},
    {"reserved.broker.max.id", "Kafka 4 dropped it; node.id is given, never made up"},
    {"control.plane.listener.name", "Kafka 4 dropped it; use controller.listener.names"},
    {"offsets.commit.required.acks", "Kafka 4 dropped it; commits wait for the in-sync set"},
    {"delegation.token.master.key", "Kafka 4 dropped it; delegation tokens are not built"},
};

const FormerName* find_former(SettingScope scope, std::string_view name) {
  if (scope != SettingScope::node && scope != SettingScope::topic) return nullptr;
  for (const SettingScope other : kSettingScopes) {
    if (find_setting(other, name) != nullptr) return nullptr;  // written in the wrong place, which says more
  }
  for (const FormerName& former : kFormerNames) {
    if (former.name.ends_with('.') ? name.starts_with(former.name) : name == former.name) return &former;
  }
  return nullptr;
}

// Letters to change, add, drop or swap with their neighbour to get from one name to the other; `bound` when it is that or
// more. Longer names than any of ours are as far as can be.
constexpr size_t kComparedMax = 96;

size_t distance(std::string_view a, std::string_view b, size_t bound) {
  if (a.size() > kComparedMax || b.size() > kComparedMax) return bound;
  if (a.size() + bound <= b.size() || b.size() + bound <= a.size()) return bound;
  std::array<std::array<size_t, kComparedMax + 1>, 3> rows{};  // the row being made, and the two before it
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = i;
    size_t least = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], two_above[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > bound) return bound;  // what follows ends no lower, not even by a swap with the row before
  }
  return std::min(rows[a.size() % 3][b.size()], bound);
}

SettingError unknown(SettingScope scope, std::string_view name) {
  std::string text = "unknown " + std::string(scope_name(scope)) + " setting " + quoted(name);
  for (const SettingScope other : kSettingScopes) {
    const Setting* elsewhere = find_setting(other, name);
    if (elsewhere == nullptr) continue;
    text += "; it is a setting of scope " + std::string(scope_name(other));
    if (scope == SettingScope::node && !elsewhere->fallbacks.empty()) {
      text += ", for which a node has ";
      text += elsewhere->fallbacks.substr(0, elsewhere->fallbacks.find(' '));
    }
    return {ErrorCode::unknown_setting, text};
  }
  const std::string_view nearest = nearest_setting(scope, name);
  if (!nearest.empty()) text += "; the nearest is " + std::string(nearest);
  return {ErrorCode::unknown_setting, text};
}

// Letters of RFC 4422, in either case.
bool is_mechanism_name(std::string_view name) { return is_listener_name(name); }

// "<listener>.<name>" or "<listener>.<mechanism>.<name>", what follows "listener.name.".
Result<SettingName, SettingError> read_listener_setting(std::string_view whole, std::string_view rest) {
  const size_t dot = rest.find('.');
  const std::string_view listener = rest.substr(0, dot);
  if (dot == std::string_view::npos || !is_listener_name(listener)) {
    return Failure(
        SettingError{ErrorCode::unknown_setting, quoted(whole) + ": expects listener.name.<listener>.<setting>"});
  }
  std::string_view name = rest.substr(dot + 1);
  std::string_view mechanism;
  const Setting* setting = find_setting(SettingScope::node, name);
  if (setting == nullptr) {
    const size_t next = name.find('.');
    if (next != std::string_view::npos) {
      const std::string_view after = name.substr(next + 1);
      const bool may_have_mechanism = after.starts_with("sasl.") || after == "connections.max.reauth.ms";
      if (may_have_mechanism && is_mechanism_name(name.substr(0, next))) {
        mechanism = name.substr(0, next);
        name = after;
        setting = find_setting(SettingScope::node, name);
      }
    }
  }
  if (setting == nullptr) return Failure(unknown(SettingScope::node, name));
  if (!setting->per_listener) {
    return Failure(SettingError{ErrorCode::unknown_setting, std::string(name) + " cannot be set for one listener"});
  }
  return SettingName{setting, listener, mechanism};
}

}  // namespace

std::string_view nearest_setting(SettingScope scope, std::string_view name) {
  size_t best = std::clamp<size_t>(name.size() / 4 + 1, 3, 6);  // as far as a slip of the hand goes
  std::string_view nearest;
  for (const Setting& setting : all_settings()) {
    if (!setting.in(scope)) continue;
    const size_t found = distance(name, setting.name, best);
    if (found < best) {
      best = found;
      nearest = setting.name;
    }
  }
  return nearest;
}

Result<SettingName, SettingError> read_setting_name(SettingScope scope, std::string_view name) {
  if (name.size() > limits::kSettingNameSizeMax) {
    return Failure(SettingError{ErrorCode::unknown_setting, "a setting's name is longer than any"});
  }
  if (const Setting* setting = find_setting(scope, name)) return SettingName{setting, {}, {}};
  constexpr std::string_view kListenerPrefix = "listener.name.";
  if (scope == SettingScope::node && name.starts_with(kListenerPrefix)) {
    return read_listener_setting(name, name.substr(kListenerPrefix.size()));
  }
  if (const FormerName* former = find_former(scope, name)) {
    return Failure(
        SettingError{ErrorCode::unsupported_setting, quoted(name) + " is refused: " + std::string(former->why)});
  }
  return Failure(unknown(scope, name));
}

}  // namespace ottla
