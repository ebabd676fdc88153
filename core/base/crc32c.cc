#include "core/base/crc32c.h"

#include "core/base/crc32c_kernels.h"
#include "core/base/crc32c_polynomial.h"

namespace ottla {

crc32c_detail::NamedKernel crc32c_detail::chosen_kernel() {
  const std::span<const NamedKernel> kernels = hardware_kernels();
  return kernels.empty() ? NamedKernel{"portable", portable} : kernels.back();
}

uint32_t crc32c_extend(uint32_t crc, BytesView bytes) {
  static const crc32c_detail::Kernel kernel = crc32c_detail::chosen_kernel().run;
  return ~kernel(~crc, bytes.data(), bytes.size());
}

uint32_t crc32c_combine(uint32_t crc_a, uint32_t crc_b, uint64_t size_b) {
  // A checksum is the register inverted before and after; both inversions cancel out of the sum.
  uint32_t moved = crc_a;
  for (size_t k = 3; size_b != 0; ++k, size_b >>= 1) {
    // x^(2^k) repeats with period 2^32 - 1, of which 2^64 leaves 1: exponents past 64 bits wrap round the table.
    if ((size_b & 1) != 0) moved = crc32c_detail::times(moved, crc32c_detail::kSquares[k]);
  }
  return moved ^ crc_b;
}

}  // namespace ottla
