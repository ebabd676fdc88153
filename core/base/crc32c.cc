#include "core/base/crc32c.h"

namespace ottla {
uint32_t crc32c_extend(uint32_t crc, BytesView bytes) {
  crc = ~crc;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0x82f63b78 & (0 - (crc & 1)));
  }
  return ~crc;
}
}  // namespace ottla
