// The full check of a batch: nothing is stored, served or believed before it has been walked to its last byte.
//
//   check_append   what came from a producer, against the format and the partition's rules
//   check_stored   what came from a leader or a disk, where offsets are assigned and compaction may have been
//
// An uncompressed batch is walked where it lies; a compressed one is streamed through the scratch's buffer of fixed
// size, whatever its records come to. Both allocate nothing once the scratch has been used. The checksum comes first: a
// damaged batch is told from a lying one, since the producer of the former should try again.
#pragma once

#include <cstdint>
#include <limits>

#include "core/model/limits.h"
#include "core/record/batch_view.h"
#include "core/record/decompression_scratch.h"

namespace ottla {

// What a partition asks of a producer's batch beyond the format.
struct AppendRules {
  size_t batch_size_max = limits::kBatchSizeMax;  // max.message.bytes
  size_t uncompressed_size_max = limits::kBatchUncompressedSizeMax;
  bool keys_required = false;  // the topic is compacted
  bool zstd_allowed = true;    // Produce below version 7: not
  // A record's timestamp is -1 or within these. They hold under CreateTime; a topic that stamps records itself leaves
  // them open.
  Timestamp earliest = Timestamp::from_ms(std::numeric_limits<int64_t>::min());
  Timestamp latest = Timestamp::from_ms(std::numeric_limits<int64_t>::max());

  // message.timestamp.before.max.ms and message.timestamp.after.max.ms, which may be as large as int64.
  void bound_timestamps(Timestamp now, int64_t before_max_ms, int64_t after_max_ms);
};

// What the walk found, where the header only claims.
struct BatchFacts {
  int32_t record_count = 0;
  // The latest of the records' timestamps, -1 when none has one. The header's may differ: Kafka's broker sets a
  // producer's right instead of refusing it, and so does whoever appends (batch_patch.h, set_timestamp). Of a
  // LogAppendTime batch it is the header's.
  Timestamp max_timestamp = Timestamp::none();
  int32_t max_timestamp_offset_delta = -1;  // of the first record that has it
  size_t records_size = 0;                  // uncompressed, without the header
};

Result<BatchFacts, BatchRefusal> check_append(const BatchView& batch, const AppendRules& rules,
                                              DecompressionScratch& scratch);

Result<BatchFacts, BatchRefusal> check_stored(const BatchView& batch, DecompressionScratch& scratch,
                                              size_t uncompressed_size_max = limits::kBatchUncompressedSizeMax);

}  // namespace ottla
