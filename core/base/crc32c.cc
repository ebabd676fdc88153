#include "core/base/crc32c.h"

#include "core/base/crc32c_kernels.h"
#include "core/base/crc32c_polynomial.h"

namespace ottla {

crc32c_detail::NamedKernel crc32c_detail::chosen_kernel() {
  const std::span<const NamedKernel> kernels = hardware_kernels();
  return kernels.empty() ? NamedKernel{"portable", portable} : kernels.back();
}

uint32_t crc32c_extend(uint32_t crc, BytesView bytes) {
  // Const from the first call on: what a CPU can do does not change under a running program.
  static const crc32c_detail::Kernel kernel = crc32c_detail::chosen_kernel().run;
  return ~kernel(~crc, bytes.data(), bytes.size());
}

uint32_t crc32c_combine(uint32_t crc_a, uint32_t crc_b, uint64_t size_b) {
  OTTLA_ASSERT(size_b <= UINT64_MAX / 8, size_b);
  // A checksum is the register inverted before and after; both inversions cancel out of this sum.
  return crc32c_detail::times(crc_a, crc32c_detail::x_to_the(size_b * 8)) ^ crc_b;
}

}  // namespace ottla
