#include "core/base/base64.h"

#include <array>
#include <cstdint>

namespace ottla {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNoDigit = 64;

constexpr std::array<uint8_t, 256> kDigits = [] {
  std::array<uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (size_t i = 0; i < kAlphabet.size(); ++i) digits[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  return digits;
}();

char digit_at(uint32_t triple, unsigned shift) { return kAlphabet[(triple >> shift) & 0x3f]; }

}  // namespace

void base64_append(std::string& out, BytesView bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  while (bytes.size() >= 3) {
    const uint32_t triple = uint32_t{bytes[0]} << 16 | uint32_t{bytes[1]} << 8 | bytes[2];
    for (const unsigned shift : {18U, 12U, 6U, 0U}) out += digit_at(triple, shift);
    bytes = bytes.from(3);
  }
  if (bytes.empty()) return;
  const uint32_t rest = uint32_t{bytes[0]} << 16 | (bytes.size() == 2 ? uint32_t{bytes[1]} << 8 : 0);
  out += digit_at(rest, 18);
  out += digit_at(rest, 12);
  out += bytes.size() == 2 ? digit_at(rest, 6) : '=';
  out += '=';
}

std::string base64_encode(BytesView bytes) {
  std::string out;
  base64_append(out, bytes);
  return out;
}

std::optional<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;

  BytesBuffer out(text.size() / 4 * 3);
  uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const uint8_t digit = kDigits[static_cast<uint8_t>(c)];
    if (digit == kNoDigit) return std::nullopt;
    held = held << 6 | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.append(static_cast<uint8_t>(held >> bits));
      held &= (1U << bits) - 1;
    }
  }
  if (held != 0) return std::nullopt;
  return out.freeze();
}

}  // namespace ottla
