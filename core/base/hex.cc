#include "core/base/hex.h"

#include <cstdint>

namespace ottla {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// 0 to 15, or -1 for what is no digit.
int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

std::string hex_encode(BytesView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 0xf];
  }
  return out;
}

std::optional<Bytes> hex_decode(std::string_view text) {
  BytesBuffer out(text.size() / 2);
  size_t at = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    const int high = digit_of(text[at]);
    const int low = at + 1 < text.size() ? digit_of(text[at + 1]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out.append(static_cast<uint8_t>(high << 4 | low));
    at += 2;
  }
  return out.freeze();
}

}  // namespace ottla
