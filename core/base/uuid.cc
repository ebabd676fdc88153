#include "core/base/uuid.h"

namespace ottla {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kTextSize = 22;  // 128 bits at 6 a character; the last carries 2

// Kafka keeps the ids 0 to 99 for itself (zero: none; one: the metadata topic).
bool is_reserved(const Uuid& id) {
  for (size_t i = 0; i < 15; ++i) {
    if (id.bytes[i] != 0) return false;
  }
  return id.bytes[15] < 100;
}

}  // namespace

Uuid Uuid::random(Entropy& entropy) {
  Uuid id;
  do {
    entropy.fill(id.bytes);
    id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  } while (is_reserved(id) || id.text().front() == '-');
  return id;
}

std::string Uuid::text() const {
  std::string out(kTextSize, '\0');
  for (size_t i = 0; i < kTextSize; ++i) {
    const size_t bit = i * 6;
    const unsigned high = bytes[bit / 8];
    const unsigned low = bit / 8 + 1 < bytes.size() ? bytes[bit / 8 + 1] : 0;
    out[i] = kAlphabet[((high << 8 | low) >> (10 - bit % 8)) & 0x3f];
  }
  return out;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Uuid id;
  unsigned bits = 0;
  unsigned held = 0;
  size_t at = 0;
  for (const char c : text) {
    const size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    held = held << 6 | static_cast<unsigned>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      id.bytes[at++] = static_cast<uint8_t>(held >> bits);
      held &= (1U << bits) - 1;
    }
  }
  if (held != 0) return std::nullopt;  // the unused bits of the last character: two texts must not name one id
  return id;
}

}  // namespace ottla
