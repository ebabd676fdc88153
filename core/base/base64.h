// Base64 with the standard alphabet and padding (RFC 4648, section 4): how JSON carries bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace ottla {

void base64_append(std::string& out, BytesView bytes);
std::string base64_encode(BytesView bytes);

// Strict: padding is required, white space and bits without a meaning are refused, so one value has one text.
std::optional<Bytes> base64_decode(std::string_view text);

}  // namespace ottla
