#include "core/base/crc32c_testing.h"

#include <time.h>

#include <algorithm>
#include <cstring>

#include "core/base/assert.h"
#include "core/base/crc32c_polynomial.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace ottla::crc32c_detail {

uint32_t bitwise(uint32_t state, const uint8_t* data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    state ^= data[i];
    for (int bit = 0; bit < 8; ++bit) state = (state >> 1) ^ ((state & 1) != 0 ? kPolynomial : 0);
  }
  return state;
}

#if defined(__x86_64__)
namespace {

__attribute__((target("sse4.2"))) uint32_t one_stream(uint32_t state, const uint8_t* data, size_t size) {
  uint64_t wide = state;
  for (; size >= 8; data += 8, size -= 8) {
    uint64_t word = 0;
    std::memcpy(&word, data, sizeof word);
    wide = _mm_crc32_u64(wide, word);
  }
  state = static_cast<uint32_t>(wide);
  for (; size > 0; ++data, --size) state = _mm_crc32_u8(state, *data);
  return state;
}

}  // namespace

std::optional<Kernel> one_stream_sse42() {
  return __builtin_cpu_supports("sse4.2") ? std::optional<Kernel>(one_stream) : std::nullopt;
}
#else
std::optional<Kernel> one_stream_sse42() { return std::nullopt; }
#endif

namespace {

int64_t thread_ns() {
  timespec now{};
  const int failed = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  OTTLA_ASSERT(failed == 0);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

double best_speed(Kernel kernel, const uint8_t* data, size_t size, int rounds) {
  const size_t repeats = std::max<size_t>(1, 400'000 / size);
  double best = 0;
  uint32_t state = 0;
  for (int round = 0; round < rounds; ++round) {
    const int64_t start = thread_ns();
    for (size_t i = 0; i < repeats; ++i) state = kernel(state, data, size);
    const auto took = static_cast<double>(std::max<int64_t>(1, thread_ns() - start));
    best = std::max(best, static_cast<double>(size * repeats) / took);
  }
  // The state that each run hands to the next makes it a chain that no compiler can shorten; here its end is used.
  return state == 0x12345678 ? best * 0.999999 : best;
}

}  // namespace ottla::crc32c_detail
