// Kafka's variable-length integers: seven bits a byte, least significant first; signed ones zigzag first.
//
// Readers take the bytes that remain and give a value and the bytes used; used is 0 when the number is cut off, longer
// than its type allows, or carries bits its type has no room for. Writers need kVarintMax or kVarlongMax bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ottla {

inline constexpr size_t kVarintMax = 5;
inline constexpr size_t kVarlongMax = 10;

template <class T>
struct Varint {
  T value = 0;
  size_t used = 0;
};

constexpr uint32_t zigzag(int32_t n) { return (static_cast<uint32_t>(n) << 1) ^ static_cast<uint32_t>(n >> 31); }
constexpr uint64_t zigzag(int64_t n) { return (static_cast<uint64_t>(n) << 1) ^ static_cast<uint64_t>(n >> 63); }
constexpr int32_t unzigzag(uint32_t n) { return static_cast<int32_t>((n >> 1) ^ (0 - (n & 1))); }
constexpr int64_t unzigzag(uint64_t n) { return static_cast<int64_t>((n >> 1) ^ (0 - (n & 1))); }

template <class U, size_t kMax>
constexpr Varint<U> read_base128(const uint8_t* from, size_t size) {
  constexpr unsigned kBits = sizeof(U) * 8;
  U value = 0;
  for (size_t i = 0; i < kMax && i < size; ++i) {
    const U bits = from[i] & 0x7f;
    const unsigned shift = static_cast<unsigned>(i) * 7;
    if (shift + 7 > kBits && (bits >> (kBits - shift)) != 0) return {};
    value |= bits << shift;
    if ((from[i] & 0x80) == 0) return {value, i + 1};
  }
  return {};
}

constexpr Varint<uint32_t> read_unsigned_varint(const uint8_t* from, size_t size) {
  if (size > 0 && from[0] < 0x80) return {from[0], 1};
  return read_base128<uint32_t, kVarintMax>(from, size);
}
constexpr Varint<int32_t> read_varint(const uint8_t* from, size_t size) {
  const auto raw = read_unsigned_varint(from, size);
  return {unzigzag(raw.value), raw.used};
}
constexpr Varint<int64_t> read_varlong(const uint8_t* from, size_t size) {
  const auto raw = read_base128<uint64_t, kVarlongMax>(from, size);
  return {unzigzag(raw.value), raw.used};
}

template <class U>
constexpr size_t write_base128(uint8_t* to, U value) {
  size_t size = 0;
  while (value >= 0x80) {
    to[size++] = static_cast<uint8_t>(value | 0x80);
    value >>= 7;
  }
  to[size++] = static_cast<uint8_t>(value);
  return size;
}
constexpr size_t write_unsigned_varint(uint8_t* to, uint32_t value) { return write_base128(to, value); }
constexpr size_t write_varint(uint8_t* to, int32_t value) { return write_base128(to, zigzag(value)); }
constexpr size_t write_varlong(uint8_t* to, int64_t value) { return write_base128(to, zigzag(value)); }

template <class U>
constexpr size_t base128_size(U value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}
constexpr size_t unsigned_varint_size(uint32_t value) { return base128_size(value); }
constexpr size_t varint_size(int32_t value) { return base128_size(zigzag(value)); }
constexpr size_t varlong_size(int64_t value) { return base128_size(zigzag(value)); }

}  // namespace ottla
