// CRC32C (Castagnoli), the checksum of Kafka's batches.
//
//   crc32c(bytes)                       the checksum of bytes
//   crc32c_extend(crc32c(a), b)         the checksum of a followed by b
//   crc32c_combine(crc32c(a), crc32c(b), b.size())
//                                       the same without reading either again
//
// The widest instructions that the CPU offers are chosen at the first call; every choice gives the same result.
#pragma once

#include <cstdint>

#include "core/base/bytes.h"

namespace ottla {

uint32_t crc32c_extend(uint32_t crc, BytesView bytes);
inline uint32_t crc32c(BytesView bytes) { return crc32c_extend(0, bytes); }
uint32_t crc32c_combine(uint32_t crc_a, uint32_t crc_b, uint64_t size_b);

}  // namespace ottla
