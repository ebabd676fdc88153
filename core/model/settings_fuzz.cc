// Any bytes as a settings file: parsed, loaded and checked as a node's start does. Nothing that a row refuses gets in, and
// what got in can be described.
#include <cstddef>
#include <cstdint>

#include "core/base/assert.h"
#include "core/model/properties.h"
#include "core/model/settings_load.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ottla;
  const auto properties = parse_properties({reinterpret_cast<const char*>(data), size});
  if (!properties) return 0;
  SettingValues values(SettingScope::node, SettingProfile::node);
  const SettingReport report = load_settings(values, *properties);
  OTTLA_ASSERT(report.errors.size() + report.warnings.size() <= properties->size());
  (void)check_node_settings(values);
  for (const Property& property : *properties) {
    const Setting* setting = find_setting(SettingScope::node, property.name);
    if (setting == nullptr) continue;
    const SettingDescription description = values.describe(*setting);
    (void)values.synonyms(*setting);
    if (description.origin == SettingOrigin::default_value || !description.value) continue;
    OTTLA_ASSERT(check_setting(*setting, setting->name, *description.value).ok(), property.name);
  }
  return 0;
}
