// Arithmetic modulo Castagnoli's polynomial, from which every constant of the kernels is made while compiling.
//
// A polynomial of degree below 32 is a number whose highest bit is the coefficient of x^0: the order in which CRC32C
// takes bits. Moving a register over n zero bytes multiplies it by x^(8n).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ottla::crc32c_detail {

inline constexpr uint32_t kPolynomial = 0x82f63b78;
inline constexpr uint32_t kOne = 0x80000000;  // x^0
inline constexpr uint32_t kX = 0x40000000;    // x^1

// a * x
constexpr uint32_t times_x(uint32_t a) { return (a >> 1) ^ (kPolynomial & (0 - (a & 1))); }

constexpr uint32_t times(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (uint32_t bit = kOne; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = times_x(b);
  }
  return product;
}

// x^(2^k) for every k that a 64-bit exponent has.
inline constexpr std::array<uint32_t, 64> kSquares = [] {
  std::array<uint32_t, 64> squares{};
  squares[0] = kX;
  for (size_t k = 1; k < squares.size(); ++k) squares[k] = times(squares[k - 1], squares[k - 1]);
  return squares;
}();

// x^exponent
constexpr uint32_t x_to_the(uint64_t exponent) {
  uint32_t power = kOne;
  for (size_t k = 0; exponent != 0; ++k, exponent >>= 1) {
    if ((exponent & 1) != 0) power = times(power, kSquares[k]);
  }
  return power;
}

}  // namespace ottla::crc32c_detail
