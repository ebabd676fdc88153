#include "core/log/offset_for_time.h"

#include <algorithm>

#include "core/base/crc32c.h"
#include "core/log/checkpoints.h"
#include "core/log/companions.h"
#include "core/record/record_iterator.h"

namespace ottla {

Job::Step OffsetForTime::step() {
  if (part_ == parts_.size()) return Step::done;
  Part& part = parts_[part_];
  const Step step = sums_.has_value() ? search_chunk(part) : begin_part(part);
  const bool found = found_.has_value() && wanted_ == SearchFor::first;
  if (step == Step::more || found || error_.has_value() || damage_.has_value()) return step;
  ++part_;
  sums_.reset();
  return part_ < parts_.size() ? Step::more : Step::done;
}

Timestamp OffsetForTime::known_latest(const SegmentIndexes& indexes, Offset start, Offset end) {
  // Of a segment that begins below the start the entry may speak of a record that lies there.
  return indexes.times.base() < start ? Timestamp::none() : indexes.times.below(end).timestamp;
}

int64_t OffsetForTime::search_start(const SegmentIndexes& indexes, Timestamp timestamp) {
  return indexes.offsets.floor(indexes.times.before(timestamp).offset).position;
}

Job::Step OffsetForTime::begin_part(Part& part) {
  if (part.summary.largest_timestamp < timestamp_) return Step::done;
  sums_ = ChunkSums::of(part.summary.chunks);
  if (!part.start.has_value()) {
    // Without them the search begins at the front: slower, and right.
    auto indexes = read_indexes(disk_, marks_, folder_, part.summary);
    if (!indexes.ok()) {
      error_ = indexes.error();
      return Step::done;
    }
    part.start = 0;
    if (*indexes != nullptr) {
      if (wanted_ == SearchFor::latest) timestamp_ = std::max(timestamp_, known_latest(**indexes, start_, end_));
      part.start = search_start(**indexes, timestamp_);
    }
  }
  position_ = *part.start;
  return position_ < part.summary.size ? Step::more : Step::done;
}

Job::Step OffsetForTime::search_chunk(const Part& part) {
  const auto chunk = sums_->chunk_at(position_);
  const std::string path = companion_path(folder_, part.summary.base, kLogSuffix);
  if (!chunk.has_value()) {
    damage_ = "no checksum for " + path + " at " + std::to_string(position_);
    return Step::done;
  }
  buffer_.resize(static_cast<size_t>(chunk->end - chunk->start));
  const auto count = part.file->read(chunk->start, {buffer_.data(), buffer_.size()});
  if (!count.ok()) {
    error_ = count.error();
    return Step::done;
  }
  if (*count < buffer_.size() || crc32c(buffer_.view()) != chunk->crc) {
    damage_ = "checksum does not match in " + path + " at " + std::to_string(chunk->start);
    return Step::done;
  }
  BytesView rest = buffer_.view().from(static_cast<size_t>(position_ - chunk->start));
  while (!rest.empty()) {
    size_t size = 0;
    if (search_batch(rest, size)) return Step::done;
    rest = rest.from(size);
  }
  position_ = chunk->end;
  return position_ < part.summary.size ? Step::more : Step::done;
}

// True when the search is over: found, past the end, or damage.
bool OffsetForTime::search_batch(BytesView rest, size_t& size) {
  const auto batch = BatchView::first_of(rest);
  if (!batch.ok()) {
    damage_ = "batch malformed in " + folder_;
    return true;
  }
  size = batch->size();
  if (batch->base_offset() >= end_) {
    part_ = parts_.size() - 1;  // nor does a later segment have it
    return true;
  }
  if (batch->last_offset() < start_ || batch->max_timestamp() < timestamp_) return false;
  RecordIterator records(*batch, scratch_);
  RecordView record;
  while (true) {
    const auto more = records.next(record);
    if (!more.ok()) {
      damage_ = "record malformed in " + folder_;
      return true;
    }
    if (!*more) return false;
    if (record.offset() < start_ || record.timestamp() < timestamp_) continue;
    if (record.offset() < end_) found_ = Found{record.offset(), record.timestamp(), batch->leader_epoch()};
    if (wanted_ == SearchFor::first || record.offset() >= end_) return true;
    timestamp_ = record.timestamp() + Duration::from_ms(1);
  }
}

}  // namespace ottla
