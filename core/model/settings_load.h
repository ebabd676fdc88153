// From a settings file to values that a node can start with: every line is taken or explained, and what only the settings
// together show to be wrong is found before anything opens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/properties.h"
#include "core/model/settings_values.h"

namespace ottla {

struct SettingReport {
  std::vector<SettingError> errors;   // the start must fail with all of them
  std::vector<std::string> warnings;  // one for each setting that was given and has no effect
  [[nodiscard]] bool ok() const { return errors.empty(); }
};

// Sets every property, origin start. A line that fails changes nothing and is reported with its number; the others hold.
SettingReport load_settings(SettingValues& values, const std::vector<Property>& properties);

// What no single row can see of a node's settings: what must be set and is not; listeners without a protocol, of a protocol
// that is not built, named twice, or open to the network in the clear without ottla.insecure.listeners; two node numbers.
std::vector<SettingError> check_node_settings(const SettingValues& node);

// Is the host this machine and nobody else's? Names other than localhost are not believed.
bool is_loopback(std::string_view host);

}  // namespace ottla
