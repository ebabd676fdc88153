#include "core/log/segment_content.h"

#include <algorithm>

#include "core/base/assert.h"
#include "core/base/endian.h"

namespace ottla {

using namespace batch_format;

PlacedBatch PlacedBatch::of(BytesView header) {
  OTTLA_ASSERT(header.size() >= kHeaderSize, header.size());
  const uint8_t* from = header.data();
  const Offset base(load_be<int64_t>(from + kBaseOffset));
  return {.base_offset = base,
          .last_offset = base + load_be<int32_t>(from + kLastOffsetDelta),
          .largest = Timestamp::from_ms(load_be<int64_t>(from + kMaxTimestamp)),
          .unchecked = header.first(kUncheckedSize),
          .crc = load_be<uint32_t>(from + kCrc),
          .size = static_cast<int64_t>(kLengthEnd) + load_be<int32_t>(from + kLength),
          .has_records = load_be<int32_t>(from + kRecordCount) > 0};
}

SegmentContent::SegmentContent(Offset base)
    : base_(base), end_(base), indexes_(std::make_unique<SegmentIndexes>(base)) {}

SegmentContent::SegmentContent(const SegmentSummary& summary)
    : base_(summary.base),
      end_(summary.end),
      size_(summary.size),
      first_timestamp_(summary.first_timestamp),
      largest_timestamp_(summary.largest_timestamp),
      largest_timestamp_offset_(summary.largest_timestamp_offset),
      sums_(ChunkSums::of(summary.chunks)),
      index_sum_(summary.index),
      time_index_sum_(summary.time_index),
      aborted_index_sum_(summary.aborted_index) {}

void SegmentContent::append(const PlacedBatch& batch, int64_t index_interval) {
  OTTLA_ASSERT(batch.base_offset >= end_ && batch.last_offset >= batch.base_offset, batch.base_offset, end_);
  if (size_ == 0) first_timestamp_ = batch.largest;
  const bool of_records = largest_timestamp_offset_.value() >= 0;
  if (batch.has_records && batch.largest > (of_records ? largest_timestamp_ : Timestamp::none())) {
    largest_timestamp_ = batch.largest;
    largest_timestamp_offset_ = batch.last_offset;
  } else if (!of_records) {
    largest_timestamp_ = std::max(largest_timestamp_, batch.largest);
  }
  if (unindexed_size_ > index_interval) {
    indexes_->offsets.append(batch.last_offset, size_);
    complete_time_index();
    unindexed_size_ = 0;
  }
  sums_.append_batch(batch.unchecked, batch.crc, batch.size);
  size_ += batch.size;
  unindexed_size_ += batch.size;
  end_ = batch.last_offset + 1;
}

void SegmentContent::complete_time_index() {
  if (largest_timestamp_offset_.value() >= 0) {
    indexes_->times.append_if_later(largest_timestamp_, largest_timestamp_offset_);
  }
}

void SegmentContent::set_file_sums(const FileSum& index, const FileSum& time_index, const FileSum& aborted_index) {
  index_sum_ = index;
  time_index_sum_ = time_index;
  aborted_index_sum_ = aborted_index;
}

SegmentSummary SegmentContent::summary() const {
  return {.base = base_,
          .end = end_,
          .size = size_,
          .first_timestamp = first_timestamp_,
          .largest_timestamp = largest_timestamp_,
          .largest_timestamp_offset = largest_timestamp_offset_,
          .index = index_sum_,
          .time_index = time_index_sum_,
          .aborted_index = aborted_index_sum_,
          .chunks = sums_.all()};
}

}  // namespace ottla
