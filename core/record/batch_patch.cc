#include "core/record/batch_patch.h"

#include "core/base/assert.h"
#include "core/base/crc32c.h"
#include "core/base/endian.h"

namespace ottla {

using batch_format::kAttributes;
using batch_format::kBaseOffset;
using batch_format::kCrc;
using batch_format::kHeaderSize;
using batch_format::kLeaderEpoch;
using batch_format::kMaxTimestamp;

void set_base_offset(std::span<uint8_t> batch, Offset base_offset) {
  OTTLA_ASSERT(batch.size() >= kHeaderSize && base_offset.value() >= 0, batch.size(), base_offset);
  store_be(batch.data() + kBaseOffset, base_offset.value());
}

void set_leader_epoch(std::span<uint8_t> batch, LeaderEpoch epoch) {
  OTTLA_ASSERT(batch.size() >= kHeaderSize, batch.size());
  store_be(batch.data() + kLeaderEpoch, epoch.value());
}

void set_timestamp(std::span<uint8_t> batch, TimestampType type, Timestamp max_timestamp) {
  set_timestamp(batch, batch.size(), type, max_timestamp);
}

void set_timestamp(std::span<uint8_t> batch, size_t batch_size, TimestampType type, Timestamp max_timestamp) {
  OTTLA_ASSERT(batch.size() >= kHeaderSize && batch_size >= kHeaderSize, batch.size(), batch_size);
  constexpr size_t kChangedEnd = kMaxTimestamp + sizeof(int64_t);
  const BytesView changed = BytesView(batch).slice(kAttributes, kChangedEnd - kAttributes);
  const uint32_t before = crc32c(changed);

  uint16_t bits = load_be<uint16_t>(batch.data() + kAttributes);
  bits = type == TimestampType::log_append_time ? bits | BatchAttributes::kLogAppendTime
                                                : bits & ~BatchAttributes::kLogAppendTime;
  store_be(batch.data() + kAttributes, bits);
  store_be(batch.data() + kMaxTimestamp, max_timestamp.ms());

  // crc(head + tail) = combine(crc(head), crc(tail)), and combine is a sum: the difference that the new head makes,
  // carried over the unchanged tail, is the difference of the whole.
  const uint32_t difference = crc32c_combine(before ^ crc32c(changed), 0, batch_size - kChangedEnd);
  store_be(batch.data() + kCrc, load_be<uint32_t>(batch.data() + kCrc) ^ difference);
}

}  // namespace ottla
