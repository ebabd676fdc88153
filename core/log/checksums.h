// The partition's side file, ottla.sums: checksums of what Kafka's formats leave bare, and what a start wants to know of
// closed segments without opening them. Kafka's tools pass it over.
//
// A chunk is a run of whole batches of about kChunkSize bytes; its sum is the CRC32C of all its bytes, the header bytes
// that a batch's own checksum omits included. It is derived from the batches' checksums (crc32c_combine), so appending
// reads nothing twice. A chunk that is closed never changes.
//
// The side file is replaced whole: when a segment closes, after compaction, at a clean stop. It may be missing, or older
// than the log: a segment it says nothing of is read and checked in full before its first use.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"

namespace ottla {

inline constexpr int64_t kChunkSize = int64_t{256} * 1024;

struct ChunkSum {
  uint32_t end = 0;  // position in the file; the chunk starts where the one before ends
  uint32_t crc = 0;

  friend bool operator==(const ChunkSum&, const ChunkSum&) = default;
};

// The sums of one segment, growing with it.
class ChunkSums {
 public:
  // A batch of `size` bytes whose own checksum over its last `size - head.size()` bytes is `crc`; `head` is the rest,
  // as it stands in the file.
  void append_batch(BytesView head, uint32_t crc, int64_t size);
  // Any bytes at a batch boundary, read: recovery.
  void append_bytes(BytesView batch);

  // Where the chunk that holds `position` starts and ends, and its sum. Nothing at or above covered_end(). The last
  // chunk may be open: it counts as one that ends at covered_end().
  struct Chunk {
    int64_t start = 0;
    int64_t end = 0;
    uint32_t crc = 0;

    friend bool operator==(const Chunk&, const Chunk&) = default;
  };
  [[nodiscard]] std::optional<Chunk> chunk_at(int64_t position) const;
  [[nodiscard]] int64_t covered_end() const { return open_.end; }

  // Keeps the chunks that end at or below `position`; what is above is appended anew by the caller, who reads it. Returns
  // where the last chunk kept ends.
  int64_t truncate(int64_t position);

  [[nodiscard]] std::vector<ChunkSum> all() const;  // the open chunk as the last
  static ChunkSums of(std::vector<ChunkSum> sums);  // the last one stays open while it is below kChunkSize

  friend bool operator==(const ChunkSums&, const ChunkSums&) = default;

 private:
  void extend(uint32_t crc, int64_t size);
  [[nodiscard]] int64_t closed_end() const { return closed_.empty() ? 0 : closed_.back().end; }

  std::vector<ChunkSum> closed_;
  ChunkSum open_;  // from the last closed one's end; empty when both ends are equal
};

// Of one of a segment's index files.
struct FileSum {
  uint32_t size = 0;
  uint32_t crc = 0;

  friend bool operator==(const FileSum&, const FileSum&) = default;
};

struct SegmentSummary {
  Offset base;
  Offset end;        // the offset after its last batch (compaction leaves gaps up to the next base)
  int64_t size = 0;  // bytes that belong to the log; the file may be longer (see segment.h, logical end)
  Timestamp first_timestamp = Timestamp::none();  // largest of its first batch
  Timestamp largest_timestamp = Timestamp::none();
  Offset largest_timestamp_offset{-1};
  FileSum index;
  FileSum time_index;
  FileSum aborted_index;
  std::vector<ChunkSum> chunks;

  friend bool operator==(const SegmentSummary&, const SegmentSummary&) = default;
};

struct SideFileContent {
  TopicId topic_id;
  uint32_t leader_epochs_crc = 0;        // of the leader-epoch-checkpoint that was written with it
  std::vector<SegmentSummary> segments;  // by base
  Offset windows_offset{-1};             // of the producer snapshot that `windows` belong to; -1: none
  Bytes windows;                         // ProducerState::encode_windows

  friend bool operator==(const SideFileContent& a, const SideFileContent& b);
};
void encode_side_file(const SideFileContent& content, BytesBuffer& out);
FormatResult<SideFileContent> decode_side_file(BytesView bytes);

}  // namespace ottla
