// Writes batches.
//
//   BatchBuilder builder;                       // kept: its buffers and codecs are used again for every batch
//   builder.start({.compression = CompressionType::lz4}, out);
//   builder.append({.timestamp = now, .key = key, .value = value});
//   builder.finish();                           // out has grown by one batch
//
// Records of an uncompressed batch are written where they stay; others are gathered and compressed by finish(). Nobody
// else may touch `out` between start() and finish(). Steady state allocates only where `out` must grow (and what the
// snappy library allocates for each block it compresses).
//
// What does not fit the format is a bug of the caller, who bounds records by record_size_max() and batches by
// plain_size() before it appends: batches to limits::kBatchSizeMax (records that will be compressed to
// kBatchUncompressedSizeMax), offset deltas and record counts to int32.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/model/ids.h"
#include "core/record/batch_view.h"
#include "core/record/compression.h"
#include "core/record/record_iterator.h"

namespace ottla {

struct BatchOptions {
  Offset base_offset{0};
  LeaderEpoch leader_epoch = kNoLeaderEpoch;
  CompressionType compression = CompressionType::none;
  std::optional<int32_t> compression_level = std::nullopt;
  ProducerId producer_id = kNoProducer;
  ProducerEpoch producer_epoch = kNoProducerEpoch;
  Sequence base_sequence = kNoSequence;
  bool transactional = false;
  bool control = false;
  std::optional<Timestamp> log_append_time = std::nullopt;  // stamps every record and sets the timestamp type
  std::optional<Timestamp> delete_horizon = std::nullopt;   // stands in the base timestamp's place
  std::optional<Timestamp> base_timestamp = std::nullopt;   // otherwise the first record's
};

struct RecordToAppend {
  Timestamp timestamp;
  std::optional<BytesView> key = std::nullopt;
  std::optional<BytesView> value = std::nullopt;
  std::span<const HeaderView> headers = {};
};

class BatchBuilder {
 public:
  void start(const BatchOptions& options, BytesBuffer& out);
  // At the offset after the last one's.
  void append(const RecordToAppend& record) { append_at(next_offset(), record); }
  // At an offset of one's own, larger than the last one's: compaction leaves gaps.
  void append_at(Offset offset, const RecordToAppend& record);
  // A record of another batch, headers and all, at its own offset.
  void append_copy(const RecordView& record);
  // Compaction keeps the last offset (and sequence) of a batch whose last records are gone.
  void reserve_last_offset(Offset last_offset);
  // Completes the batch, which must have a record, and gives its bytes: a view into `out`.
  BytesView finish();
  // Gives up the batch; `out` is as before start().
  void abandon();

  [[nodiscard]] int32_t record_count() const { return record_count_; }
  [[nodiscard]] Offset next_offset() const { return options_.base_offset + next_offset_delta_; }
  // The batch's size if nothing were compressed: exact.
  [[nodiscard]] size_t plain_size() const;
  // What finish() may be expected to write, by how well this builder's last batches of the codec compressed.
  [[nodiscard]] size_t estimated_size() const;
  // The most that appending the record adds to plain_size().
  static size_t record_size_max(const RecordToAppend& record);

 private:
  void write_header(uint8_t* to) const;
  uint8_t* begin_record(Offset offset, Timestamp timestamp, size_t rest_size);
  [[nodiscard]] BytesBuffer& records() { return options_.compression == CompressionType::none ? *out_ : plain_; }

  BatchOptions options_;
  BytesBuffer* out_ = nullptr;  // null between batches
  size_t start_ = 0;            // of the batch in out_
  BytesBuffer plain_;           // the records of a batch that will be compressed
  std::unique_ptr<Compressor> compressors_[kCompressionTypeCount];
  uint32_t compressed_per_mille_[kCompressionTypeCount] = {1000, 1000, 1000, 1000, 1000};

  int32_t record_count_ = 0;
  int64_t next_offset_delta_ = 0;
  int32_t last_offset_delta_ = -1;
  Timestamp base_timestamp_;
  Timestamp max_timestamp_;
};

// What compaction leaves of a batch whose records are all gone, while its producer's sequence must be remembered: the
// header, without records. Appended to `out`, which must not be where `original` lies.
void append_emptied_batch(const BatchView& original, BytesBuffer& out);

}  // namespace ottla
