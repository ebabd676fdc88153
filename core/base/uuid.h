// A 128-bit id, printed as Kafka prints it: URL-safe base64 without padding, 22 characters.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/entropy.h"

namespace ottla {

struct Uuid {
  std::array<uint8_t, 16> bytes{};

  static constexpr Uuid zero() { return {}; }
  // Random (version 4), never one that Kafka reserves or whose text starts with '-', which command lines misread.
  static Uuid random(Entropy& entropy);
  static std::optional<Uuid> parse(std::string_view text);

  [[nodiscard]] std::string text() const;
  [[nodiscard]] constexpr bool is_zero() const { return *this == zero(); }
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
};

}  // namespace ottla

template <>
struct std::hash<ottla::Uuid> {
  size_t operator()(const ottla::Uuid& id) const noexcept {
    uint64_t halves[2];
    __builtin_memcpy(halves, id.bytes.data(), sizeof halves);
    return static_cast<size_t>(halves[0] ^ (halves[1] * 0x9e3779b97f4a7c15));
  }
};
