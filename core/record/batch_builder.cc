#include "core/record/batch_builder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/crc32c.h"
#include "core/base/varint.h"

namespace ottla {

using batch_format::kAttributes;
using batch_format::kBaseOffset;
using batch_format::kBaseSequence;
using batch_format::kBaseTimestamp;
using batch_format::kCrc;
using batch_format::kHeaderSize;
using batch_format::kLastOffsetDelta;
using batch_format::kLeaderEpoch;
using batch_format::kLength;
using batch_format::kLengthEnd;
using batch_format::kMagic;
using batch_format::kMagicV2;
using batch_format::kMaxTimestamp;
using batch_format::kProducerEpoch;
using batch_format::kProducerId;
using batch_format::kRecordCount;

namespace {

size_t nullable_size(const std::optional<BytesView>& bytes) {
  if (!bytes.has_value()) return 1;  // -1 is one byte
  return varint_size(static_cast<int32_t>(bytes->size())) + bytes->size();
}

uint8_t* write_bytes(uint8_t* to, BytesView bytes) {
  to += write_varint(to, static_cast<int32_t>(bytes.size()));
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

uint8_t* write_nullable(uint8_t* to, const std::optional<BytesView>& bytes) {
  if (bytes.has_value()) return write_bytes(to, *bytes);
  return to + write_varint(to, -1);
}

// Of all that follows the offset delta.
size_t payload_size(const RecordToAppend& record) {
  size_t size = nullable_size(record.key) + nullable_size(record.value);
  size += varint_size(static_cast<int32_t>(record.headers.size()));
  for (const HeaderView& header : record.headers) size += nullable_size(header.key) + nullable_size(header.value);
  return size;
}

uint16_t attribute_bits(const BatchOptions& options) {
  uint16_t bits = static_cast<uint16_t>(options.compression);
  if (options.log_append_time.has_value()) bits |= BatchAttributes::kLogAppendTime;
  if (options.transactional) bits |= BatchAttributes::kTransactional;
  if (options.control) bits |= BatchAttributes::kControl;
  if (options.delete_horizon.has_value()) bits |= BatchAttributes::kDeleteHorizon;
  return bits;
}

void seal(uint8_t* batch, size_t size) {
  store_be(batch + kLength, static_cast<int32_t>(size - kLengthEnd));
  store_be(batch + kCrc, crc32c(BytesView(batch, size).from(kAttributes)));
}

}  // namespace

void BatchBuilder::start(const BatchOptions& options, BytesBuffer& out) {
  OTTLA_ASSERT(out_ == nullptr);
  OTTLA_ASSERT(!options.transactional || options.producer_id.value() >= 0);
  OTTLA_ASSERT(options.base_offset.value() >= 0, options.base_offset);
  options_ = options;
  out_ = &out;
  start_ = out.size();
  out.extend(kHeaderSize);
  plain_.clear();
  record_count_ = 0;
  next_offset_delta_ = 0;
  last_offset_delta_ = -1;
  max_timestamp_ = Timestamp::none();
  if (options.delete_horizon.has_value()) options_.base_timestamp = options.delete_horizon;
}

uint8_t* BatchBuilder::begin_record(Offset offset, Timestamp timestamp, size_t rest_size) {
  OTTLA_ASSERT(out_ != nullptr && record_count_ < std::numeric_limits<int32_t>::max());
  const int64_t delta = offset - options_.base_offset;
  OTTLA_ASSERT(delta >= next_offset_delta_ && delta <= std::numeric_limits<int32_t>::max(), delta, next_offset_delta_);
  if (record_count_ == 0) base_timestamp_ = options_.base_timestamp.value_or(timestamp);
  int64_t timestamp_delta = 0;
  const bool overflow = __builtin_sub_overflow(timestamp.ms(), base_timestamp_.ms(), &timestamp_delta);
  OTTLA_ASSERT(!overflow, timestamp.ms(), base_timestamp_.ms());

  const auto offset_delta = static_cast<int32_t>(delta);
  const size_t length = 1 + varlong_size(timestamp_delta) + varint_size(offset_delta) + rest_size;
  OTTLA_ASSERT(length <= limits::kBatchUncompressedSizeMax, length);
  const auto length_field = static_cast<int32_t>(length);
  uint8_t* to = records().extend(varint_size(length_field) + length);
  to += write_varint(to, length_field);
  *to++ = 0;  // attributes. NOLINT(clang-analyzer-core.NullDereference): extend() has made the block
  to += write_varlong(to, timestamp_delta);
  to += write_varint(to, offset_delta);

  ++record_count_;
  next_offset_delta_ = delta + 1;
  last_offset_delta_ = std::max(last_offset_delta_, offset_delta);
  max_timestamp_ = std::max(max_timestamp_, timestamp);
  return to;
}

void BatchBuilder::append_at(Offset offset, const RecordToAppend& record) {
  OTTLA_ASSERT(record_size_max(record) <= limits::kBatchUncompressedSizeMax);
  uint8_t* to = begin_record(offset, record.timestamp, payload_size(record));
  to = write_nullable(to, record.key);
  to = write_nullable(to, record.value);
  to += write_varint(to, static_cast<int32_t>(record.headers.size()));
  for (const HeaderView& header : record.headers) {
    to = write_bytes(to, header.key);
    to = write_nullable(to, header.value);
  }
}

void BatchBuilder::append_copy(const RecordView& record) {
  const HeadersView headers = record.headers();
  const size_t rest_size = nullable_size(record.key()) + nullable_size(record.value()) + varint_size(headers.count()) +
                           headers.bytes().size();
  uint8_t* to = begin_record(record.offset(), record.create_timestamp(), rest_size);
  to = write_nullable(to, record.key());
  to = write_nullable(to, record.value());
  to += write_varint(to, headers.count());
  if (!headers.bytes().empty()) std::memcpy(to, headers.bytes().data(), headers.bytes().size());
}

void BatchBuilder::reserve_last_offset(Offset last_offset) {
  const int64_t delta = last_offset - options_.base_offset;
  OTTLA_ASSERT(delta >= last_offset_delta_ && delta <= std::numeric_limits<int32_t>::max(), delta);
  last_offset_delta_ = static_cast<int32_t>(delta);
}

BytesView BatchBuilder::finish() {
  OTTLA_ASSERT(out_ != nullptr && record_count_ > 0, record_count_);
  if (options_.compression != CompressionType::none) {
    const auto codec = static_cast<size_t>(options_.compression);
    OTTLA_ASSERT(plain_.size() <= limits::kBatchUncompressedSizeMax, plain_.size());
    std::unique_ptr<Compressor>& compressor = compressors_[codec];
    if (compressor == nullptr) compressor = make_compressor(options_.compression);
    compressor->compress(plain_.view(), options_.compression_level, *out_);

    const size_t compressed = out_->size() - start_ - kHeaderSize;
    const auto ratio = static_cast<uint32_t>(std::min<size_t>(compressed * 1000 / plain_.size(), 2000));
    compressed_per_mille_[codec] = (compressed_per_mille_[codec] * 7 + ratio + 7) / 8;
    if (plain_.capacity() > limits::kScratchKeptSizeMax) plain_ = BytesBuffer();
  }
  const size_t size = out_->size() - start_;
  OTTLA_ASSERT(size <= limits::kBatchSizeMax, size);
  uint8_t* batch = out_->data() + start_;
  write_header(batch);
  seal(batch, size);
  return std::exchange(out_, nullptr)->view().slice(start_, size);
}

void BatchBuilder::abandon() {
  OTTLA_ASSERT(out_ != nullptr);
  std::exchange(out_, nullptr)->resize(start_);
}

void BatchBuilder::write_header(uint8_t* to) const {
  store_be(to + kBaseOffset, options_.base_offset.value());
  store_be(to + kLeaderEpoch, options_.leader_epoch.value());
  to[kMagic] = static_cast<uint8_t>(kMagicV2);
  store_be(to + kAttributes, attribute_bits(options_));
  store_be(to + kLastOffsetDelta, last_offset_delta_);
  store_be(to + kBaseTimestamp, base_timestamp_.ms());
  store_be(to + kMaxTimestamp, options_.log_append_time.value_or(max_timestamp_).ms());
  store_be(to + kProducerId, options_.producer_id.value());
  store_be(to + kProducerEpoch, options_.producer_epoch.value());
  store_be(to + kBaseSequence, options_.base_sequence.value());
  store_be(to + kRecordCount, record_count_);
}

size_t BatchBuilder::plain_size() const {
  OTTLA_ASSERT(out_ != nullptr);
  return out_->size() - start_ + plain_.size();
}

size_t BatchBuilder::estimated_size() const {
  OTTLA_ASSERT(out_ != nullptr);
  const uint64_t ratio = compressed_per_mille_[static_cast<size_t>(options_.compression)];
  return out_->size() - start_ + plain_.size() * ratio / 1000;
}

size_t BatchBuilder::record_size_max(const RecordToAppend& record) {
  return kVarintMax + 1 + kVarlongMax + kVarintMax + payload_size(record);
}

void append_emptied_batch(const BatchView& original, BytesBuffer& out) {
  const size_t start = out.size();
  out.extend(kHeaderSize);
  uint8_t* to = out.data() + start;
  std::memcpy(to, original.bytes().data(), kHeaderSize);
  const uint16_t bits = original.attributes().bits();
  store_be(to + kAttributes,
           static_cast<uint16_t>(bits & ~(BatchAttributes::kCompression | BatchAttributes::kDeleteHorizon)));
  store_be(to + kBaseTimestamp, Timestamp::none().ms());
  store_be(to + kRecordCount, int32_t{0});
  seal(to, kHeaderSize);
}

}  // namespace ottla
