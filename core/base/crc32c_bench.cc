// Prints GB/s of every way to compute CRC32C on this CPU, at the sizes of a header, a small batch, a batch and a
// segment.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "core/base/crc32c.h"
#include "core/base/crc32c_kernels.h"
#include "core/base/crc32c_testing.h"

namespace {

namespace detail = ottla::crc32c_detail;

constexpr size_t kKibi = 1024;

uint32_t dispatched(uint32_t state, const uint8_t* data, size_t size) {
  return ~ottla::crc32c_extend(~state, {data, size});
}

}  // namespace

int main() {
  constexpr size_t kSizes[] = {16, 64, 256, 1024, 64 * kKibi, kKibi * kKibi};
  std::vector<detail::NamedKernel> kernels = {{"portable", detail::portable}};
  if (const auto one_stream = detail::one_stream_sse42()) kernels.push_back({"one stream", *one_stream});
  const auto hardware = detail::hardware_kernels();
  kernels.insert(kernels.end(), hardware.begin(), hardware.end());
  kernels.push_back({"crc32c_extend", dispatched});

  std::vector<uint8_t> data(kKibi * kKibi);
  for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<uint8_t>(i * 7 + i / 251);

  std::printf("CRC32C, GB/s, best of 200; crc32c_extend is %s\n%-14s", detail::chosen_kernel().name, "bytes");
  for (const size_t size : kSizes) std::printf(" %9zu", size);
  for (const detail::NamedKernel& kernel : kernels) {
    std::printf("\n%-14s", kernel.name);
    for (const size_t size : kSizes) std::printf(" %9.2f", detail::best_speed(kernel.run, data.data(), size, 200));
  }
  std::printf("\n");
}
