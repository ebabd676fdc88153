// What follows from a segment's batches: its ends, timestamps, indexes and checksums. Grown batch by batch, by an append
// and by recovery's scan alike, so that both come to the same.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "core/base/time.h"
#include "core/log/aborted_index.h"
#include "core/log/checksums.h"
#include "core/log/offset_index.h"
#include "core/log/time_index.h"
#include "core/model/ids.h"
#include "core/record/batch_format.h"

namespace ottla {

struct SegmentIndexes {
  explicit SegmentIndexes(Offset base) : offsets(base), times(base) {}
  OffsetIndex offsets;
  TimeIndex times;
  AbortedIndex aborted;
};

// A batch as it stands in the file, by its first bytes.
struct PlacedBatch {
  // The bytes that the batch's own checksum leaves out.
  static constexpr size_t kUncheckedSize = batch_format::kAttributes;

  Offset base_offset;
  Offset last_offset;
  Timestamp largest = Timestamp::none();
  BytesView unchecked;  // the first kUncheckedSize bytes
  uint32_t crc = 0;
  int64_t size = 0;
  bool has_records = true;  // compaction did not take all of them

  // Of at least a header's bytes.
  static PlacedBatch of(BytesView header);
};

class SegmentContent {
 public:
  // Without batches, and with indexes to fill.
  explicit SegmentContent(Offset base);
  // As it was written down; without indexes.
  explicit SegmentContent(const SegmentSummary& summary);

  // The next batch. An index entry is made where more than `index_interval` bytes came since the last one.
  void append(const PlacedBatch& batch, int64_t index_interval);
  void append_aborted(const AbortedTransaction& aborted) { indexes_->aborted.append(aborted); }
  // The time index ends with the largest timestamp: to be called before its files are written.
  void complete_time_index();

  [[nodiscard]] Offset base() const { return base_; }
  [[nodiscard]] Offset end() const { return end_; }  // the offset after the last batch
  [[nodiscard]] int64_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Timestamp first_timestamp() const { return first_timestamp_; }
  [[nodiscard]] Timestamp largest_timestamp() const { return largest_timestamp_; }
  // The last offset of the first batch that has it; -1 when no record is left, and the timestamp is what emptied batches
  // say: for retention, which goes by age, and of no use to a search.
  [[nodiscard]] Offset largest_timestamp_offset() const { return largest_timestamp_offset_; }

  // Null while they are not in memory.
  [[nodiscard]] const SegmentIndexes* indexes() const { return indexes_.get(); }
  void set_indexes(std::unique_ptr<SegmentIndexes> indexes) { indexes_ = std::move(indexes); }
  [[nodiscard]] std::unique_ptr<SegmentIndexes> take_indexes() { return std::move(indexes_); }
  void drop_indexes() { indexes_.reset(); }

  [[nodiscard]] const ChunkSums& sums() const { return sums_; }
  [[nodiscard]] const FileSum& index_sum() const { return index_sum_; }
  [[nodiscard]] const FileSum& time_index_sum() const { return time_index_sum_; }
  [[nodiscard]] const FileSum& aborted_index_sum() const { return aborted_index_sum_; }
  void set_file_sums(const FileSum& index, const FileSum& time_index, const FileSum& aborted_index);

  [[nodiscard]] SegmentSummary summary() const;

 private:
  Offset base_;
  Offset end_;
  int64_t size_ = 0;
  int64_t unindexed_size_ = 0;  // since the last entry of the offset index
  Timestamp first_timestamp_ = Timestamp::none();
  Timestamp largest_timestamp_ = Timestamp::none();
  Offset largest_timestamp_offset_{-1};
  std::unique_ptr<SegmentIndexes> indexes_;
  ChunkSums sums_;
  FileSum index_sum_;  // of the files as they were written last
  FileSum time_index_sum_;
  FileSum aborted_index_sum_;
};

}  // namespace ottla
