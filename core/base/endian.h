// Big-endian numbers in bytes, as Kafka's formats have them. The caller has checked that the bytes are there.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace ottla {

template <class T>
inline T load_be(const uint8_t* from) {
  static_assert(std::is_integral_v<T> && std::endian::native == std::endian::little);
  std::make_unsigned_t<T> raw;
  std::memcpy(&raw, from, sizeof raw);
  if constexpr (sizeof(T) == 2) raw = __builtin_bswap16(raw);
  if constexpr (sizeof(T) == 4) raw = __builtin_bswap32(raw);
  if constexpr (sizeof(T) == 8) raw = __builtin_bswap64(raw);
  return static_cast<T>(raw);
}

template <class T>
inline void store_be(uint8_t* to, T value) {
  static_assert(std::is_integral_v<T> && std::endian::native == std::endian::little);
  auto raw = static_cast<std::make_unsigned_t<T>>(value);
  if constexpr (sizeof(T) == 2) raw = __builtin_bswap16(raw);
  if constexpr (sizeof(T) == 4) raw = __builtin_bswap32(raw);
  if constexpr (sizeof(T) == 8) raw = __builtin_bswap64(raw);
  std::memcpy(to, &raw, sizeof raw);
}

}  // namespace ottla
