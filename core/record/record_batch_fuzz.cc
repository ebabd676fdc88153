// Any bytes as a batch: checked as from a producer and as from a disk, read whatever the checks say, and built again
// where they accept. The checksum is made right first, or nothing would get past it; every third input keeps its own.
#include <cstdint>
#include <cstring>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/record/batch_builder.h"
#include "core/record/batch_check.h"

namespace ottla {
namespace {

constexpr size_t kUncompressedSizeMax = limits::kMiB;

// Everything a reader could touch.
struct Reading {
  int64_t record_count = 0;
  uint64_t sum = 0;
  bool whole = false;
};

void add(Reading& to, BytesView bytes) {
  for (const uint8_t byte : bytes) to.sum = to.sum * 31 + byte + 1;
}

void add(Reading& to, const RecordView& record) {
  ++to.record_count;
  to.sum =
      to.sum * 31 + static_cast<uint64_t>(record.offset().value()) + static_cast<uint64_t>(record.timestamp().ms());
  if (record.has_key()) add(to, *record.key());
  if (record.has_value()) add(to, *record.value());
  int32_t headers = 0;
  for (const HeaderView& header : record.headers()) {
    ++headers;
    add(to, header.key);
    if (header.value.has_value()) add(to, *header.value);
  }
  OTTLA_ASSERT(headers == record.headers().count(), headers);
}

Reading read(const BatchView& batch, DecompressionScratch& scratch) {
  Reading reading;
  RecordIterator records(batch, scratch, kUncompressedSizeMax);
  RecordView record;
  for (;;) {
    const Result<bool, BatchRefusal> more = records.next(record);
    if (!more.ok()) return reading;
    if (!*more) break;
    add(reading, record);
  }
  reading.whole = true;
  return reading;
}

void rebuild(const BatchView& batch, const Reading& expected, BatchBuilder& builder, DecompressionScratch& scratch) {
  BytesBuffer out;
  if (batch.record_count() == 0) {
    append_emptied_batch(batch, out);
    OTTLA_ASSERT(check_stored(BatchView::only(out.view()).value(), scratch).ok());
    return;
  }
  BatchOptions options;
  options.base_offset = batch.base_offset();
  options.compression = batch.compression();
  options.base_timestamp = batch.base_timestamp();
  if (batch.attributes().timestamp_type() == TimestampType::log_append_time) {
    options.log_append_time = batch.max_timestamp();
  }
  builder.start(options, out);
  {
    RecordIterator records(batch, scratch, kUncompressedSizeMax);
    for (RecordView record; records.next(record).value();) builder.append_copy(record);
  }
  builder.reserve_last_offset(batch.last_offset());
  const BatchView again = BatchView::only(builder.finish()).value();
  OTTLA_ASSERT(check_stored(again, scratch).ok());
  const Reading reading = read(again, scratch);
  OTTLA_ASSERT(reading.whole && reading.sum == expected.sum, reading.record_count, expected.record_count);
}

void run(BytesView bytes, DecompressionScratch& scratch, BatchBuilder& builder) {
  const auto batch = BatchView::first_of(bytes);
  if (!batch.ok()) {
    OTTLA_ASSERT(error_code(batch.error().flaw) != ErrorCode::none);
    return;
  }
  AppendRules rules;
  rules.uncompressed_size_max = kUncompressedSizeMax;
  const bool appendable = check_append(*batch, rules, scratch).ok();
  const auto stored = check_stored(*batch, scratch, kUncompressedSizeMax);
  OTTLA_ASSERT(!appendable || stored.ok());  // what a producer may send may be stored

  const Reading reading = read(*batch, scratch);
  if (!stored.ok()) return;
  OTTLA_ASSERT(reading.whole && reading.record_count == stored->record_count, reading.record_count);
  rebuild(*batch, reading, builder, scratch);
}

}  // namespace
}  // namespace ottla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using ottla::batch_format::kAttributes;
  using ottla::batch_format::kCrc;
  using ottla::batch_format::kHeaderSize;
  using ottla::batch_format::kLength;
  using ottla::batch_format::kLengthEnd;
  using ottla::batch_format::kMagic;
  using ottla::batch_format::kMagicV2;
  static ottla::DecompressionScratch scratch;
  static ottla::BatchBuilder builder;
  ottla::BytesBuffer bytes;
  bytes.append(ottla::BytesView(data, size));
  if (size > kHeaderSize && size % 3 != 0) {
    bytes.data()[kMagic] = static_cast<uint8_t>(kMagicV2);
    ottla::store_be(bytes.data() + kLength, static_cast<int32_t>(size - kLengthEnd));
    ottla::store_be(bytes.data() + kCrc, ottla::crc32c(bytes.view().from(kAttributes)));
  }
  ottla::run(bytes.view(), scratch, builder);
  return 0;
}
