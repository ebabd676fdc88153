// Prints GB/s of every way to compute CRC32C on this CPU, at the sizes of a header, a small batch, a batch and a
// segment.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "core/base/crc32c.h"
#include "core/base/crc32c_kernels.h"
#include "core/base/crc32c_testing.h"

namespace {

using namespace ottla;
using namespace ottla::crc32c_detail;

uint32_t dispatched(uint32_t state, const uint8_t* data, size_t size) { return ~crc32c_extend(~state, {data, size}); }

}  // namespace

int main() {
  constexpr size_t kSizes[] = {16, 64, 256, 1024, 64 * 1024, 1024 * 1024};
  std::vector<NamedKernel> kernels = {{"portable", portable}};
  if (const auto one_stream = one_stream_sse42()) kernels.push_back({"one stream", *one_stream});
  const auto hardware = hardware_kernels();
  kernels.insert(kernels.end(), hardware.begin(), hardware.end());
  kernels.push_back({"crc32c_extend", dispatched});

  std::vector<uint8_t> data(1024 * 1024);
  for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<uint8_t>(i * 7 + i / 251);

  std::printf("CRC32C, GB/s, best of 200; crc32c_extend is %s\n%-14s", chosen_kernel().name, "bytes");
  for (const size_t size : kSizes) std::printf(" %9zu", size);
  for (const NamedKernel& kernel : kernels) {
    std::printf("\n%-14s", kernel.name);
    for (const size_t size : kSizes) std::printf(" %9.2f", best_speed(kernel.run, data.data(), size, 200));
  }
  std::printf("\n");
}
