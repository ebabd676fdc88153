#include "core/log/time_index.h"

#include <algorithm>

#include "core/base/endian.h"
#include "core/log/index_bytes.h"

namespace ottla {

void TimeIndex::append_if_later(Timestamp largest, Offset offset) {
  const int64_t relative = offset - base_;
  OTTLA_ASSERT(relative >= 0 && relative <= INT32_MAX, offset, base_);
  const Entry entry{largest.ms(), static_cast<uint32_t>(relative)};
  if (largest <= last().timestamp) return;
  if (!entries_.empty() && entry.relative_offset <= entries_.back().relative_offset) return;
  entries_.push_back(entry);
}

TimeEntry TimeIndex::before(Timestamp timestamp) const {
  const auto from = std::partition_point(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return Timestamp::from_ms(entry.timestamp_ms) < timestamp;
  });
  if (from == entries_.begin()) return {Timestamp::none(), base_};
  return at(static_cast<size_t>(from - entries_.begin()) - 1);
}

TimeEntry TimeIndex::below(Offset end) const {
  const auto from = std::partition_point(entries_.begin(), entries_.end(),
                                         [&](const Entry& entry) { return base_ + entry.relative_offset < end; });
  if (from == entries_.begin()) return {Timestamp::none(), base_};
  return at(static_cast<size_t>(from - entries_.begin()) - 1);
}

TimeEntry TimeIndex::last() const { return entries_.empty() ? TimeEntry{Timestamp::none(), base_} : at(count() - 1); }

void TimeIndex::truncate(Offset end) {
  while (!entries_.empty() && last().offset >= end) entries_.pop_back();
}

TimeEntry TimeIndex::at(size_t index) const {
  OTTLA_ASSERT(index < entries_.size(), index);
  return {Timestamp::from_ms(entries_[index].timestamp_ms), base_ + entries_[index].relative_offset};
}

void TimeIndex::encode(BytesBuffer& out) const {
  uint8_t* to = out.extend(encoded_size());
  for (const Entry& entry : entries_) {
    store_be(to, entry.timestamp_ms);
    store_be(to + 8, entry.relative_offset);
    to += kEntrySize;
  }
}

FormatResult<TimeIndex> TimeIndex::decode(Offset base, Offset log_end, BytesView bytes) {
  OTTLA_TRY(const size_t count, index_entry_count(bytes, kEntrySize));
  TimeIndex index(base);
  index.entries_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* from = bytes.data() + i * kEntrySize;
    const Entry entry{load_be<int64_t>(from), load_be<uint32_t>(from + 8)};
    if (entry.timestamp_ms < 0 || entry.relative_offset > INT32_MAX) return Failure(FormatFlaw::bad_number);
    if (base.value() > INT64_MAX - entry.relative_offset) return Failure(FormatFlaw::bad_number);
    if (!index.entries_.empty()) {
      const Entry& last = index.entries_.back();
      if (entry.timestamp_ms <= last.timestamp_ms || entry.relative_offset <= last.relative_offset) {
        return Failure(FormatFlaw::not_ascending);
      }
    }
    if (base + entry.relative_offset >= log_end) return Failure(FormatFlaw::beyond_log);
    index.entries_.push_back(entry);
  }
  return index;
}

}  // namespace ottla
