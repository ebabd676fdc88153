// Until when a segment's records reach: Kafka's <base>.timeindex. An entry (timestamp, offset) says that `timestamp` is
// the largest of all records up to `offset`, and that a batch with last offset `offset` has it. Both rise strictly.
//
// Bytes: 12 an entry, big-endian: int64 timestamp, int32 offset minus base.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"

namespace ottla {

struct TimeEntry {
  Timestamp timestamp = Timestamp::none();
  Offset offset;

  friend bool operator==(const TimeEntry&, const TimeEntry&) = default;
};

class TimeIndex {
 public:
  static constexpr size_t kEntrySize = 12;

  explicit TimeIndex(Offset base) : base_(base) {}

  // Does nothing unless both are above the last entry's: a late timestamp is found by scanning on.
  void append_if_later(Timestamp largest, Offset offset);

  // The last entry whose timestamp is below `timestamp`; {none, base} when there is none. The first record at or after
  // `timestamp` stands after its offset.
  [[nodiscard]] TimeEntry before(Timestamp timestamp) const;
  [[nodiscard]] TimeEntry below(Offset end) const;  // the last entry whose offset is below `end`, or the same
  [[nodiscard]] TimeEntry last() const;             // {none, base} when empty

  void truncate(Offset end);  // drops entries at or above `end`

  [[nodiscard]] Offset base() const { return base_; }
  [[nodiscard]] size_t count() const { return entries_.size(); }
  [[nodiscard]] TimeEntry at(size_t index) const;
  [[nodiscard]] size_t encoded_size() const { return entries_.size() * kEntrySize; }
  void encode(BytesBuffer& out) const;
  // `log_end`: of the segment; an offset at or above it is beyond_log. A zero tail is dropped as in OffsetIndex.
  static FormatResult<TimeIndex> decode(Offset base, Offset log_end, BytesView bytes);

 private:
  struct Entry {
    int64_t timestamp_ms;
    uint32_t relative_offset;
  };
  Offset base_;
  std::vector<Entry> entries_;
};

}  // namespace ottla
