// Which transactions with data in a segment were aborted: Kafka's <base>.txnindex, kept beside the segment that has the
// abort marker. Readers of committed data get the list and skip those records themselves.
//
// Bytes: 34 an entry, big-endian: int16 version 0, int64 producer id, first offset, last offset (the marker's), last
// stable offset at the time of the marker.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/bytes.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"

namespace ottla {

struct AbortedTransaction {
  ProducerId producer_id = kNoProducer;
  Offset first_offset;
  Offset last_offset;  // of the abort marker
  Offset last_stable_offset;

  friend bool operator==(const AbortedTransaction&, const AbortedTransaction&) = default;
};

class AbortedIndex {
 public:
  static constexpr size_t kEntrySize = 34;

  void append(const AbortedTransaction& aborted);  // last offsets rise (asserted)

  // Adds to `out` those whose span touches [start, end). False when a later segment may hold more of them: none here
  // has a last stable offset at or above `end`.
  bool collect(Offset start, Offset end, std::vector<AbortedTransaction>& out) const;

  void truncate(Offset end);  // drops entries whose marker is at or above `end`

  [[nodiscard]] size_t count() const { return entries_.size(); }
  [[nodiscard]] const AbortedTransaction& at(size_t index) const { return entries_[index]; }
  [[nodiscard]] size_t encoded_size() const { return entries_.size() * kEntrySize; }
  void encode(BytesBuffer& out) const;
  // Entries lie within [base, log_end), or beyond_log; a transaction may have begun in an earlier segment.
  static FormatResult<AbortedIndex> decode(Offset base, Offset log_end, BytesView bytes);

 private:
  std::vector<AbortedTransaction> entries_;
};

}  // namespace ottla
