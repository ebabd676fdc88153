// Any bytes as a properties file: what comes out is bounded, named once each, and in the order of its lines.
#include <cstddef>
#include <cstdint>

#include "core/base/assert.h"
#include "core/model/limits.h"
#include "core/model/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ottla;
  const auto properties = parse_properties({reinterpret_cast<const char*>(data), size});
  if (!properties) {
    OTTLA_ASSERT(!properties.error().text.empty() && properties.error().line >= 0);
    return 0;
  }
  OTTLA_ASSERT(properties->size() <= limits::kPropertiesCountMax);
  int line = 0;
  for (const Property& property : *properties) {
    OTTLA_ASSERT(!property.name.empty() && property.line > line, property.line, line);
    OTTLA_ASSERT(property.name.find('\0') == std::string::npos && property.value.find('\0') == std::string::npos);
    line = property.line;
  }
  return 0;
}
