// Bytes as hexadecimal digits, for people: the command line, packet captures, tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace ottla {

std::string hex_encode(BytesView bytes);  // lower case, nothing between the bytes

// Either case; white space may stand between bytes, but not between the two digits of one.
std::optional<Bytes> hex_decode(std::string_view text);

}  // namespace ottla
