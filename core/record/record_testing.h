// Batches for tests: honest ones in a line, and ones that lie in any field with a right checksum.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/prng.h"
#include "core/record/batch_builder.h"

namespace ottla::record_testing {

std::string from_hex(std::string_view hex);
inline BytesView bytes_of(const std::string& text) { return BytesView::of(text); }

// A record's fields as bytes. Every part can be made to lie.
struct RawRecord {
  std::optional<int64_t> length;  // right when absent
  uint8_t attributes = 0;
  int64_t timestamp_delta = 0;
  int64_t offset_delta = 0;
  std::optional<int64_t> key_size;  // key.size() when absent
  std::string key = "key";
  std::optional<int64_t> value_size;
  std::string value = "value";
  int64_t header_count = 0;
  std::string headers;  // already encoded

  [[nodiscard]] std::string encode() const;
};

std::string encode_varint(int64_t n);

// A batch's header and body. encode() computes the length and the checksum unless they are given.
struct RawBatch {
  int64_t base_offset = 0;
  std::optional<int32_t> length;
  int32_t leader_epoch = -1;
  int8_t magic = 2;
  std::optional<uint32_t> crc;
  uint16_t attributes = 0;
  int32_t last_offset_delta = 0;
  int64_t base_timestamp = 1000;
  int64_t max_timestamp = 1000;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  int32_t record_count = 1;
  std::string body = RawRecord().encode();  // as it is stored, so already compressed where the attributes say so

  [[nodiscard]] std::string encode() const;
  // With the records' codec in the attributes and its compressed form in the body.
  [[nodiscard]] RawBatch compressed(CompressionType type) const;
};

std::string compress(CompressionType type, std::string_view plain, std::optional<int32_t> level = std::nullopt);

// Records with keys, values and headers of any shape, null and empty ones among them.
struct SampleRecord {
  int64_t timestamp_ms = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  friend bool operator==(const SampleRecord&, const SampleRecord&) = default;
};
std::vector<SampleRecord> random_records(Prng& prng, size_t count, size_t value_size_max);
void append_samples(BatchBuilder& builder, const std::vector<SampleRecord>& records);
// Reads a batch back; fails the running test where that cannot be done.
std::vector<SampleRecord> read_samples(const BatchView& batch, DecompressionScratch& scratch);

}  // namespace ottla::record_testing
