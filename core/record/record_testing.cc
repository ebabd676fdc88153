#include "core/record/record_testing.h"

#include <gtest/gtest.h>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/base/varint.h"

namespace ottla::record_testing {

using batch_format::kAttributes;
using batch_format::kLengthEnd;

namespace {

template <class T>
void put(std::string& out, T value) {
  uint8_t bytes[sizeof(T)];
  store_be(bytes, value);
  out.append(reinterpret_cast<const char*>(bytes), sizeof bytes);
}

std::optional<BytesView> view_of(const std::optional<std::string>& text) {
  if (!text.has_value()) return std::nullopt;
  return BytesView::of(*text);
}

std::optional<std::string> text_of(const std::optional<BytesView>& bytes) {
  if (!bytes.has_value()) return std::nullopt;
  return std::string(bytes->text());
}

std::optional<std::string> random_text(Prng& prng, size_t size_max) {
  if (prng.chance(1, 8)) return std::nullopt;
  std::string text(prng.below(size_max + 1), '\0');
  // Half of it repeats, so that compressors have something to find.
  const bool repeats = prng.chance(1, 2);
  for (char& c : text) c = static_cast<char>(repeats ? 'a' + prng.below(3) : prng.below(256));
  return text;
}

}  // namespace

std::string from_hex(std::string_view hex) {
  std::string bytes;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<char>(high << 4 | digit));
      high = -1;
    }
  }
  return bytes;
}

std::string encode_varint(int64_t n) {
  uint8_t bytes[kVarlongMax];
  return {reinterpret_cast<const char*>(bytes), write_varlong(bytes, n)};
}

std::string RawRecord::encode() const {
  std::string body(1, static_cast<char>(attributes));
  body += encode_varint(timestamp_delta) + encode_varint(offset_delta);
  body += encode_varint(key_size.value_or(static_cast<int64_t>(key.size()))) + key;
  body += encode_varint(value_size.value_or(static_cast<int64_t>(value.size()))) + value;
  body += encode_varint(header_count) + headers;
  return encode_varint(length.value_or(static_cast<int64_t>(body.size()))) + body;
}

std::string RawBatch::encode() const {
  std::string covered;  // by the checksum
  put(covered, attributes);
  put(covered, last_offset_delta);
  put(covered, base_timestamp);
  put(covered, max_timestamp);
  put(covered, producer_id);
  put(covered, producer_epoch);
  put(covered, base_sequence);
  put(covered, record_count);
  covered += body;

  std::string out;
  put(out, base_offset);
  put(out, length.value_or(static_cast<int32_t>(covered.size() + kAttributes - kLengthEnd)));
  put(out, leader_epoch);
  put(out, magic);
  put(out, crc.value_or(crc32c(bytes_of(covered))));
  return out + covered;
}

RawBatch RawBatch::compressed(CompressionType type) const {
  RawBatch batch = *this;
  batch.attributes = static_cast<uint16_t>((attributes & ~BatchAttributes::kCompression) | static_cast<uint16_t>(type));
  batch.body = record_testing::compress(type, body);
  return batch;
}

std::string compress(CompressionType type, std::string_view plain, std::optional<int32_t> level) {
  if (type == CompressionType::none) return std::string(plain);
  BytesBuffer out;
  make_compressor(type)->compress(BytesView::of(plain), level, out);
  return std::string(out.view().text());
}

std::vector<SampleRecord> random_records(Prng& prng, size_t count, size_t value_size_max) {
  std::vector<SampleRecord> records(count);
  for (SampleRecord& record : records) {
    record.timestamp_ms = prng.between(0, 3'000'000'000'000);
    record.key = random_text(prng, 40);
    record.value = random_text(prng, value_size_max);
    if (prng.chance(1, 3)) record.headers.resize(prng.below(4));
    for (auto& [key, value] : record.headers) {
      key = random_text(prng, 20).value_or("");
      value = random_text(prng, 20);
    }
  }
  return records;
}

void append_samples(BatchBuilder& builder, const std::vector<SampleRecord>& records) {
  for (const SampleRecord& record : records) {
    std::vector<HeaderView> headers;
    for (const auto& [key, value] : record.headers) headers.push_back({BytesView::of(key), view_of(value)});
    builder.append({.timestamp = Timestamp::from_ms(record.timestamp_ms),
                    .key = view_of(record.key),
                    .value = view_of(record.value),
                    .headers = headers});
  }
}

std::vector<SampleRecord> read_samples(const BatchView& batch, DecompressionScratch& scratch) {
  std::vector<SampleRecord> records;
  RecordIterator iterator(batch, scratch);
  RecordView record;
  for (;;) {
    const auto more = iterator.next(record);
    if (!more.ok()) {
      ADD_FAILURE() << "record " << more.error().record_index << ": " << flaw_name(more.error().flaw);
      return records;
    }
    if (!*more) return records;
    SampleRecord& sample = records.emplace_back();
    sample.timestamp_ms = record.timestamp().ms();
    sample.key = text_of(record.key());
    sample.value = text_of(record.value());
    for (const HeaderView& header : record.headers()) {
      sample.headers.emplace_back(std::string(header.key.text()), text_of(header.value));
    }
  }
}

}  // namespace ottla::record_testing
