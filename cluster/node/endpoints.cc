#include "cluster/node/endpoints.h"

#include <algorithm>
#include <optional>

#include "core/base/assert.h"
#include "core/model/settings/rules.h"
#include "core/model/settings_handles.h"

namespace ottla {
namespace {

char large(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Kafka compares the names of listeners in capitals.
bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return large(x) == large(y); });
}

ListenerText read(std::string_view text) {
  const auto listener = read_listener(text);
  OTTLA_ASSERT(listener.has_value(), text);
  return *listener;
}

bool is_controllers(const SettingValues& node, std::string_view name) {
  SettingList names = node.get(settings::kControllerListenerNames);
  while (const auto part = names.next()) {
    if (same_name(*part, name)) return true;
  }
  return false;
}

std::optional<ListenerText> advertised(const SettingValues& node, std::string_view name) {
  SettingList list = node.get(settings::kAdvertisedListeners);
  while (const auto part = list.next()) {
    const ListenerText listener = read(*part);
    if (same_name(listener.name, name)) return listener;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Endpoint> client_endpoints(const SettingValues& node) {
  std::vector<Endpoint> endpoints;
  SettingList list = node.get(settings::kListeners);
  while (const auto part = list.next()) {
    const ListenerText listener = read(*part);
    if (is_controllers(node, listener.name)) continue;
    Endpoint endpoint;
    endpoint.name = listener.name;
    std::transform(endpoint.name.begin(), endpoint.name.end(), endpoint.name.begin(), large);
    endpoint.host = listener.host;
    endpoint.port = listener.port;
    const ListenerText told = advertised(node, listener.name).value_or(listener);
    // "Everywhere" is no address that a client could go to.
    const bool everywhere = told.host == "0.0.0.0" || told.host == "::";
    endpoint.advertised_host = everywhere ? std::string_view() : told.host;
    endpoint.advertised_port = told.port;
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

std::string endpoint_text(const std::string& name, const std::string& host, uint16_t port) {
  const bool colons = host.find(':') != std::string::npos;
  return name + "://" + (colons ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace ottla
