// A batch as somebody else's bytes: nothing is copied, nothing is decoded before it is asked for.
//
//   OTTLA_TRY(const BatchView batch, BatchView::only(bytes));    // size, magic, attributes: a few loads
//   batch.last_offset(); batch.producer_id(); ...
//
// A view exists only over bytes whose frame holds: they are at least a header, the length field gives size(), the magic
// is 2, the codec is known and no reserved bit is set. All else is what the sender claims until batch_check.h has
// walked it. The bytes must stay and must not change while the view is used.
#pragma once

#include <optional>

#include "core/base/bytes.h"
#include "core/base/endian.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/model/ids.h"
#include "core/record/batch_format.h"
#include "core/record/batch_refusal.h"

namespace ottla {

// Sequences count from 0 to 2^31 - 1 and start again at 0.
constexpr Sequence sequence_after(Sequence at, int32_t count) {
  const int64_t sum = static_cast<int64_t>(at.value()) + count;
  return Sequence(static_cast<int32_t>(sum & INT32_MAX));
}

class BatchView {
 public:
  // The batch that `bytes` start with. More may follow: bytes.from(batch.size()) is where the next one starts.
  static Result<BatchView, BatchRefusal> first_of(BytesView bytes);
  // The batch that `bytes` are, all of them: what a partition of a Produce request must be.
  static Result<BatchView, BatchRefusal> only(BytesView bytes);

  [[nodiscard]] BytesView bytes() const { return bytes_; }
  [[nodiscard]] size_t size() const { return bytes_.size(); }
  [[nodiscard]] BytesView body() const {
    return bytes_.from(batch_format::kHeaderSize);
  }  // as stored, maybe compressed

  [[nodiscard]] Offset base_offset() const { return Offset(at<int64_t>(batch_format::kBaseOffset)); }
  [[nodiscard]] LeaderEpoch leader_epoch() const { return LeaderEpoch(at<int32_t>(batch_format::kLeaderEpoch)); }
  [[nodiscard]] uint32_t crc() const { return at<uint32_t>(batch_format::kCrc); }
  [[nodiscard]] BatchAttributes attributes() const { return BatchAttributes(at<uint16_t>(batch_format::kAttributes)); }
  [[nodiscard]] int32_t last_offset_delta() const { return at<int32_t>(batch_format::kLastOffsetDelta); }
  [[nodiscard]] Timestamp base_timestamp() const { return timestamp_at(batch_format::kBaseTimestamp); }
  [[nodiscard]] Timestamp max_timestamp() const { return timestamp_at(batch_format::kMaxTimestamp); }
  [[nodiscard]] ProducerId producer_id() const { return ProducerId(at<int64_t>(batch_format::kProducerId)); }
  [[nodiscard]] ProducerEpoch producer_epoch() const {
    return ProducerEpoch(at<int16_t>(batch_format::kProducerEpoch));
  }
  [[nodiscard]] Sequence base_sequence() const { return Sequence(at<int32_t>(batch_format::kBaseSequence)); }
  // Less than last_offset_delta() + 1 once compaction has been here, and 0 when it took every record.
  [[nodiscard]] int32_t record_count() const { return at<int32_t>(batch_format::kRecordCount); }

  [[nodiscard]] CompressionType compression() const { return attributes().compression(); }
  [[nodiscard]] bool has_producer() const { return producer_id().value() >= 0; }
  [[nodiscard]] Offset last_offset() const { return offset_at(last_offset_delta()); }
  [[nodiscard]] Offset next_offset() const { return offset_at(int64_t{1} + last_offset_delta()); }
  [[nodiscard]] Sequence last_sequence() const {
    return base_sequence() == kNoSequence ? kNoSequence : sequence_after(base_sequence(), last_offset_delta());
  }
  // When compaction may drop the batch's tombstones and transaction markers, once it has said so.
  [[nodiscard]] std::optional<Timestamp> delete_horizon() const {
    if (!attributes().has_delete_horizon()) return std::nullopt;
    return base_timestamp();
  }

  // The offset that a record with this delta has. Wraps where the sum exceeds 64 bits: an unchecked header says what it
  // likes.
  [[nodiscard]] Offset offset_at(int64_t delta) const {
    return Offset(static_cast<int64_t>(static_cast<uint64_t>(base_offset().value()) + static_cast<uint64_t>(delta)));
  }

  // Reads every byte but the base offset, the length, the leader epoch and the magic, which the checksum leaves out.
  [[nodiscard]] bool crc_matches() const;

 private:
  explicit BatchView(BytesView bytes) : bytes_(bytes) {}

  template <class T>
  [[nodiscard]] T at(size_t position) const {
    return load_be<T>(bytes_.data() + position);
  }
  [[nodiscard]] Timestamp timestamp_at(size_t position) const { return Timestamp::from_ms(at<int64_t>(position)); }

  BytesView bytes_;
};

}  // namespace ottla
