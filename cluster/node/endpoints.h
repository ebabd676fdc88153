// Where a node listens and what it tells clients of it, from its settings.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/settings_values.h"

namespace ottla {

struct Endpoint {
  std::string name;  // of the listener
  std::string host;  // to bind; empty: every address of the machine
  uint16_t port = 0;
  std::string advertised_host;   // empty: the machine's name
  uint16_t advertised_port = 0;  // 0: the one that is bound
};

// Those that clients may come to, in the order of `listeners`. A controller's listener is none: nodes speak to each other
// there, and a lone node to nobody. The settings were checked (check_node_settings).
std::vector<Endpoint> client_endpoints(const SettingValues& node);

// "PLAINTEXT://127.0.0.1:9092"
std::string endpoint_text(const std::string& name, const std::string& host, uint16_t port);

}  // namespace ottla
