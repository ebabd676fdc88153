// The ways to compute CRC32C, for crc32c.cc, which chooses one, and for the tests, which hold each against the others.
//
// A kernel moves the register (a checksum without its two inversions) over bytes. All take any size and alignment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ottla::crc32c_detail {

using Kernel = uint32_t (*)(uint32_t state, const uint8_t* data, size_t size);

struct NamedKernel {
  const char* name;
  Kernel run;
};

// Eight tables, eight bytes a step: any CPU.
uint32_t portable(uint32_t state, const uint8_t* data, size_t size);

// The kernels of this architecture's instructions that this CPU has, best last. Empty where there are none.
std::span<const NamedKernel> hardware_kernels();

// What crc32c_extend() runs.
NamedKernel chosen_kernel();

}  // namespace ottla::crc32c_detail
