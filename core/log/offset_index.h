// Where in a segment's file a batch stands: Kafka's <base>.index. Sparse; an entry every index.interval.bytes.
//
// An entry is the last offset of a batch and the position at which that batch starts. So the batch that holds an offset
// starts at or after the position of floor(offset), never before.
//
// In memory while its segment is active or was read lately; as bytes 8 an entry, big-endian: int32 offset minus base,
// int32 position (FORMAT.md).
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/bytes.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"

namespace ottla {

struct IndexEntry {
  Offset offset;
  int64_t position = 0;

  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

class OffsetIndex {
 public:
  static constexpr size_t kEntrySize = 8;

  explicit OffsetIndex(Offset base) : base_(base) {}

  // Offset and position rise strictly, and both fit int32 (asserted): the segment rolls before they do not.
  void append(Offset last_offset_of_batch, int64_t batch_position);

  // The last entry whose offset is at or below `offset`; {base, 0} when there is none.
  [[nodiscard]] IndexEntry floor(Offset offset) const;
  // The last entry whose position is at or below `position`; {base, 0} when there is none.
  [[nodiscard]] IndexEntry floor_position(int64_t position) const;

  // Drops entries of batches that start at or after `position`.
  void truncate(int64_t position);

  [[nodiscard]] Offset base() const { return base_; }
  [[nodiscard]] size_t count() const { return entries_.size(); }
  [[nodiscard]] IndexEntry at(size_t index) const;
  [[nodiscard]] size_t encoded_size() const { return entries_.size() * kEntrySize; }
  void encode(BytesBuffer& out) const;
  // `log_size`: of the segment; an entry at or above it is beyond_log. Kafka's preallocated tail of zero entries is
  // dropped.
  static FormatResult<OffsetIndex> decode(Offset base, int64_t log_size, BytesView bytes);

 private:
  struct Entry {
    uint32_t relative_offset;
    uint32_t position;
  };
  Offset base_;
  std::vector<Entry> entries_;
};

}  // namespace ottla
