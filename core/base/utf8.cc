#include "core/base/utf8.h"

#include <cstdint>

#include "core/base/assert.h"

namespace ottla {

Utf8Step utf8_step(std::string_view text) {
  OTTLA_ASSERT(!text.empty());
  const auto byte = [text](size_t at) { return static_cast<uint8_t>(text[at]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, true};

  // The lead byte says how many follow, and narrows the first of them where an overlong form, a surrogate or
  // a number above U+10FFFF would begin.
  size_t size = 0;
  uint8_t first_min = 0x80;
  uint8_t first_max = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    size = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    size = 3;
    if (lead == 0xe0) first_min = 0xa0;
    if (lead == 0xed) first_max = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    size = 4;
    if (lead == 0xf0) first_min = 0x90;
    if (lead == 0xf4) first_max = 0x8f;
  } else {
    return {1, false};
  }
  for (size_t at = 1; at < size; ++at) {
    const uint8_t least = at == 1 ? first_min : 0x80;
    const uint8_t most = at == 1 ? first_max : 0xbf;
    if (at == text.size() || byte(at) < least || byte(at) > most) return {at, false};
  }
  return {size, true};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Step step = utf8_step(text);
    if (!step.valid) return false;
    text.remove_prefix(step.size);
  }
  return true;
}

}  // namespace ottla
