#include "core/log/segment_scan.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/endian.h"
#include "core/log/mutants.h"
#include "core/model/limits.h"

namespace ottla {

using namespace batch_format;

SegmentScan::SegmentScan(std::shared_ptr<const File> file, Offset base, const Bounds& bounds, Visitor* visitor)
    : file_(std::move(file)), bounds_(bounds), visitor_(visitor), content_(base), epoch_(bounds.epoch_min) {}

// Makes the window hold `wanted` bytes from the next batch on, or all that the file has.
IoResult<> SegmentScan::fill(size_t wanted) {
  const size_t have = window_.size() - window_at_;
  const int64_t read_from = content_.size() + static_cast<int64_t>(have);
  const auto left = static_cast<size_t>(std::max<int64_t>(0, file_size_ - read_from));
  if (have >= wanted || left == 0) return {};
  if (window_at_ > 0 && have > 0) std::memmove(window_.data(), window_.data() + window_at_, have);
  window_at_ = 0;
  // Never more than the file has: a length that lies makes us allocate nothing.
  const size_t size = have + std::min(left, std::max(wanted, kWindow) - have);
  window_.resize(size);
  const auto count = file_->read(read_from, {window_.data() + have, size - have});
  if (!count.ok()) {
    window_.resize(have);
    return Failure(count.error());
  }
  window_.resize(have + *count);
  return {};
}

bool SegmentScan::only_zeros(BytesView bytes) const {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

IoResult<bool> SegmentScan::step() {
  if (stopped_) return false;
  if (file_size_ < 0) {
    OTTLA_TRY(file_size_, file_->size());
    file_size_ = std::min(file_size_, bounds_.size_max);
  }
  const int64_t step_end = content_.size() + static_cast<int64_t>(kWindow);
  while (content_.size() < step_end) {
    std::optional<Stop> stop;
    if (content_.size() >= file_size_) {
      stop = Stop::end;
    } else if (content_.end() >= bounds_.offset_max) {
      stop = Stop::bound;
    } else {
      OTTLA_TRY_DONE(fill(kHeaderSize));
      const BytesView head = window_.view().from(window_at_);
      if (head.size() >= kLengthEnd) {
        const auto length = load_be<int32_t>(head.data() + kLength);
        if (length > 0 && kLengthEnd + static_cast<size_t>(length) <= limits::kBatchSizeMax) {
          OTTLA_TRY_DONE(fill(kLengthEnd + static_cast<size_t>(length)));
        }
      }
      stop = take_batch();
    }
    if (stop.has_value()) {
      stop_ = *stop;
      stopped_ = true;
      window_ = BytesBuffer();
      return false;
    }
  }
  return true;
}

std::optional<SegmentScan::Stop> SegmentScan::take_batch() {
  const BytesView rest = window_.view().from(window_at_);
  const auto parsed = BatchView::first_of(rest);
  if (!parsed.ok()) {
    if (only_zeros(rest)) return Stop::zeros;
    return parsed.error().flaw == BatchFlaw::truncated ? Stop::cut_off : Stop::damaged;
  }
  const BatchView& batch = *parsed;
  if (batch.base_offset() < Offset(0) || batch.last_offset_delta() < 0 || batch.last_offset() < batch.base_offset() ||
      batch.last_offset() - content_.base() > INT32_MAX) {
    return Stop::damaged;
  }
  if constexpr (!is_planted(Mutant::torn_tail_kept)) {
    if (!batch.crc_matches()) return Stop::damaged;
  }
  if (batch.last_offset() >= bounds_.offset_max) return Stop::bound;
  if (batch.base_offset() < content_.end() || batch.leader_epoch() < epoch_) return Stop::back;
  if (visitor_ != nullptr) {
    if (!visitor_->accept(batch)) return Stop::damaged;
    visitor_->visit(batch, content_);
  }
  content_.append(PlacedBatch::of(batch.bytes()), bounds_.index_interval);
  epoch_ = batch.leader_epoch();
  window_at_ += batch.size();
  return std::nullopt;
}

}  // namespace ottla
