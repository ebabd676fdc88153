#include "core/log/byte_ranges.h"

#include <algorithm>

namespace ottla {

void ByteRanges::add(int64_t start, int64_t end) {
  if (start >= end) return;
  // Appends extend the last range: the common case moves nothing.
  if (!ranges_.empty() && ranges_.back().end == start) {
    ranges_.back().end = end;
    return;
  }
  const auto first = std::lower_bound(ranges_.begin(), ranges_.end(), start,
                                      [](const Range& range, int64_t at) { return range.end < at; });
  auto last = first;
  while (last != ranges_.end() && last->start <= end) {
    start = std::min(start, last->start);
    end = std::max(end, last->end);
    ++last;
  }
  if (first == last) {
    ranges_.insert(first, {start, end});
  } else {
    *first = {start, end};
    ranges_.erase(first + 1, last);
  }
}

void ByteRanges::truncate(int64_t end) {
  while (!ranges_.empty() && ranges_.back().start >= end) ranges_.pop_back();
  if (!ranges_.empty()) ranges_.back().end = std::min(ranges_.back().end, end);
}

int64_t ByteRanges::reach(int64_t position) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), position,
                                      [](int64_t at, const Range& range) { return at < range.start; });
  if (after == ranges_.begin()) return position;
  return std::max(position, std::prev(after)->end);
}

}  // namespace ottla
