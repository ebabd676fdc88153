// A node's settings from what the command line says: a file in Kafka's properties syntax, and single ones that go before
// it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/settings_values.h"

namespace ottla {

struct SettingsSource {
  std::optional<std::string> file;
  std::vector<std::string> assignments;  // "name=value"; of two for a name the later holds
};

struct LoadedSettings {
  SettingValues values{SettingScope::node, SettingProfile::node};
  std::vector<std::string> errors;  // all that could be found; the node must not start with any
  std::vector<std::string> warnings;
};

LoadedSettings load_node_settings(const SettingsSource& source);

}  // namespace ottla
