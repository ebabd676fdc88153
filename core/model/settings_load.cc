#include "core/model/settings_load.h"

#include <algorithm>

#include "core/model/settings/rules.h"
#include "core/model/settings_handles.h"

namespace ottla {
namespace {

SettingError bad(std::string text) { return {ErrorCode::bad_setting, std::move(text)}; }

char large(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Kafka compares the names of listeners in capitals.
bool same_listener(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return large(x) == large(y); });
}

bool contains(SettingList list, std::string_view name) {
  while (const auto part = list.next()) {
    if (same_listener(*part, name)) return true;
  }
  return false;
}

// Empty when the map does not have the listener.
std::string_view protocol_of(const SettingValues& node, std::string_view listener) {
  SettingList map = node.get(settings::kListenerSecurityProtocolMap);
  while (const auto pair = map.next()) {
    const size_t colon = pair->find(':');
    if (same_listener(pair->substr(0, colon), listener)) return pair->substr(colon + 1);
  }
  return contains(node.get(settings::kControllerListenerNames), listener) ? "PLAINTEXT" : std::string_view();
}

void check_listener(const SettingValues& node, const ListenerText& listener, std::vector<SettingError>& errors) {
  const std::string name(listener.name);
  const std::string_view protocol = protocol_of(node, listener.name);
  if (protocol.empty()) {
    errors.push_back(bad("listeners: " + name + " has no protocol; expects it in listener.security.protocol.map"));
    return;
  }
  if (protocol != "PLAINTEXT") {
    errors.push_back({ErrorCode::unsupported_setting,
                      "listeners: " + name + " is refused: its protocol is " + std::string(protocol) +
                          ", and neither TLS nor SASL is built yet; allowed: PLAINTEXT"});
    return;
  }
  if (!is_loopback(listener.host) && !node.get(settings::kInsecureListeners)) {
    errors.push_back({ErrorCode::unsupported_setting,
                      "listeners: " + name +
                          " is refused: it is PLAINTEXT and not on loopback, so anyone who reaches it "
                          "is believed; set ottla.insecure.listeners=true where that is meant"});
  }
}

void check_listeners(const SettingValues& node, std::vector<SettingError>& errors) {
  std::vector<std::string_view> seen;
  SettingList list = node.get(settings::kListeners);
  while (const auto part = list.next()) {
    const auto listener = read_listener(*part);
    OTTLA_ASSERT(listener.has_value(), *part);
    const bool twice = std::any_of(seen.begin(), seen.end(),
                                   [&](std::string_view name) { return same_listener(name, listener->name); });
    if (twice) errors.push_back(bad("listeners: " + std::string(listener->name) + " is named twice"));
    seen.push_back(listener->name);
    check_listener(node, *listener, errors);
  }
  if (seen.empty()) errors.push_back(bad("listeners: is empty; expects addresses as NAME://host:port"));

  SettingList advertised = node.get(settings::kAdvertisedListeners);
  while (const auto part = advertised.next()) {
    const auto listener = read_listener(*part);
    OTTLA_ASSERT(listener.has_value(), *part);
    const bool known = std::any_of(seen.begin(), seen.end(),
                                   [&](std::string_view name) { return same_listener(name, listener->name); });
    if (!known)
      errors.push_back(bad("advertised.listeners: " + std::string(listener->name) + " is not one of listeners"));
  }
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  // An address, not a name that begins like one: 127.evil.example is somebody else.
  return host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3 &&
         std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

SettingReport load_settings(SettingValues& values, const std::vector<Property>& properties) {
  SettingReport report;
  for (const Property& property : properties) {
    const std::string where = "line " + std::to_string(property.line) + ": ";
    const auto set = values.set(property.name, property.value, SettingOrigin::start);
    if (!set) {
      report.errors.push_back({set.error().code, where + set.error().text});
    } else if (set.value()->support == SettingSupport::no_effect) {
      report.warnings.push_back(where + property.name + " has no effect: " + std::string(set.value()->support_reason));
    }
  }
  return report;
}

std::vector<SettingError> check_node_settings(const SettingValues& node) {
  std::vector<SettingError> errors;
  for (const Setting* setting : node.missing()) {
    errors.push_back(bad(std::string(setting->name) + ": must be set; expects " + expected_value(*setting)));
  }
  if (!errors.empty()) return errors;  // what follows reads them
  check_listeners(node, errors);
  const int64_t broker_id = node.get(settings::kBrokerId);
  if (broker_id != -1 && broker_id != node.get(settings::kNodeId)) {
    errors.push_back(bad("broker.id: differs from node.id; expects the same number, or to be left out"));
  }
  return errors;
}

}  // namespace ottla
