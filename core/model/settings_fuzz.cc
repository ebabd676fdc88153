// Any bytes as a settings file: parsed, loaded and checked as a node's start does, without falling over, and without a
// value that comes out wrong.
#include <cstddef>
#include <cstdint>

#include "core/base/assert.h"
#include "core/model/properties.h"
#include "core/model/settings_load.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ottla;
  const auto properties = parse_properties({reinterpret_cast<const char*>(data), size});
  if (!properties) {
    OTTLA_ASSERT(!properties.error().text.empty());
    return 0;
  }
  SettingValues values(SettingScope::node, SettingProfile::node);
  const SettingReport report = load_settings(values, *properties);
  OTTLA_ASSERT(report.errors.size() + report.warnings.size() <= properties->size());
  (void)check_node_settings(values);
  for (const Setting& setting : all_settings()) {
    if (setting.in(SettingScope::node)) (void)values.describe(setting);
  }
  return 0;
}
