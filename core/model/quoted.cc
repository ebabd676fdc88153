#include "core/model/quoted.h"

#include "core/base/utf8.h"

namespace ottla {
namespace {

// U+0000 to U+001F and U+007F to U+009F: the latter begin an escape sequence as well as ESC does.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  return first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

}  // namespace

std::string quoted(std::string_view text) {
  constexpr size_t kShownMax = 80;
  std::string result = "\"";
  size_t at = 0;
  while (at < text.size()) {
    const Utf8Step step = utf8_step(text.substr(at));
    if (at + step.size > kShownMax) break;
    const std::string_view character = text.substr(at, step.size);
    if (step.valid && !is_control(character)) {
      result += character;
    } else {
      result += '?';
    }
    at += step.size;
  }
  return result + (at < text.size() ? "...\"" : "\"");
}

}  // namespace ottla
