// Well-formed UTF-8, as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace ottla {

// What a text begins with: a character of `size` bytes, or, when not `valid`, the `size` bytes that one
// U+FFFD stands for (the longest beginning of a character, or one byte: the practice that Unicode recommends
// and browsers follow).
struct Utf8Step {
  size_t size;
  bool valid;
};

Utf8Step utf8_step(std::string_view text);  // of a text that is not empty
bool is_utf8(std::string_view text);

}  // namespace ottla
