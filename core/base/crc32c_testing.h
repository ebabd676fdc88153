// What the kernels of CRC32C are measured and checked against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/crc32c_kernels.h"

namespace ottla::crc32c_detail {

// A bit at a time, straight from the definition.
uint32_t bitwise(uint32_t state, const uint8_t* data, size_t size);

// The plain loop over SSE4.2's instruction that most programs have; absent where the CPU lacks it.
std::optional<Kernel> one_stream_sse42();

// The best bytes per nanosecond (GB/s) of `rounds` runs over one buffer of `size` bytes, each some ten microseconds
// long, in this thread's own time on a CPU: who else is waiting for one does not count, and the best of many short runs
// is the one whose caches nobody disturbed.
double best_speed(Kernel kernel, const uint8_t* data, size_t size, int rounds);

}  // namespace ottla::crc32c_detail
