// CRC32C (Castagnoli), the checksum of Kafka's batches.
//
//   crc32c(bytes)                       the checksum of bytes
//   crc32c_extend(crc32c(a), b)         the checksum of a followed by b
#pragma once

#include <cstdint>

#include "core/base/bytes.h"

namespace ottla {

uint32_t crc32c_extend(uint32_t crc, BytesView bytes);
inline uint32_t crc32c(BytesView bytes) { return crc32c_extend(0, bytes); }

}  // namespace ottla
