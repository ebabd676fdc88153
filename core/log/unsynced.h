// The batches that a persisted log wrote and did not yet sync, kept in memory for the case that the sync fails: then the
// page cache is not believed, and these are written again, to a new file. References to the clients' bytes, plus a copy
// of the header that was patched; nothing is allocated once the ring has grown to what a sync round lets gather.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/model/ids.h"
#include "core/record/batch_format.h"

namespace ottla {

struct UnsyncedBatch {
  std::array<uint8_t, batch_format::kHeaderSize> header{};  // as it stands in the file
  Bytes body;                                               // what follows it
  Offset base_offset;
};

class UnsyncedBatches {
 public:
  void push(const std::array<uint8_t, batch_format::kHeaderSize>& header, Bytes body, Offset base_offset);
  // Drops what lies below `durable_end`.
  void release(Offset durable_end);
  void clear();
  // Drops all. What lies below `end` is missing from here on, until that is durable; what comes after is kept again.
  void forget(Offset end) {
    clear();
    missing_end_ = end;
  }
  // Gives the ring's memory back where it is empty: the partition rests.
  void shrink() {
    if (count_ == 0) ring_ = {};
  }
  // All of them, in order; none is left here.
  std::vector<UnsyncedBatch> take();

  // False when something between the durable end and the log end is not here: it went over limits::kUnsyncedKeptMax.
  [[nodiscard]] bool complete() const { return !missing_end_.has_value(); }
  [[nodiscard]] size_t count() const { return count_; }
  [[nodiscard]] size_t size() const { return size_; }

 private:
  std::vector<UnsyncedBatch> ring_;
  size_t first_ = 0;
  size_t count_ = 0;
  size_t size_ = 0;
  std::optional<Offset> missing_end_;
};

}  // namespace ottla
