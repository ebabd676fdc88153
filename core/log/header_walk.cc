#include "core/log/header_walk.h"

#include <algorithm>

#include "core/base/endian.h"
#include "core/model/limits.h"
#include "core/record/batch_format.h"

namespace ottla {

using namespace batch_format;

IoResult<bool> HeaderWalk::next(Header& out) {
  constexpr size_t kWanted = kHeaderSize;
  if (position_ >= end_) return false;
  const auto left = static_cast<size_t>(std::min<int64_t>(end_ - position_, kWindow));
  if (left < kWanted) return Failure(IoError(IoError::short_read, IoOperation::read_cached));
  const bool there = position_ >= window_start_ &&
                     position_ - window_start_ + static_cast<int64_t>(kWanted) <= static_cast<int64_t>(window_size_);
  if (!there) {
    const std::span<uint8_t> window(window_.data(), left);
    OTTLA_TRY(const size_t count, may_block_ ? file_.read(position_, window) : file_.read_cached(position_, window));
    if (count < kWanted) return Failure(IoError(IoError::short_read, IoOperation::read_cached));
    window_start_ = position_;
    window_size_ = count;
  }
  const uint8_t* header = window_.data() + (position_ - window_start_);
  const auto length = load_be<int32_t>(header + kLength);
  const auto delta = load_be<int32_t>(header + kLastOffsetDelta);
  const auto base = load_be<int64_t>(header + kBaseOffset);
  const int64_t size = static_cast<int64_t>(kLengthEnd) + length;
  if (size < static_cast<int64_t>(kHeaderSize) || size > end_ - position_ || delta < 0 || base < 0) {
    return Failure(IoError(IoError::short_read, IoOperation::read_cached));
  }
  out = {.position = position_, .size = size, .base = Offset(base), .last = Offset(base) + delta};
  position_ += size;
  return true;
}

}  // namespace ottla
