#include "core/log/offset_index.h"

#include <algorithm>

#include "core/base/endian.h"
#include "core/log/index_bytes.h"
#include "core/model/limits.h"

namespace ottla {

void OffsetIndex::append(Offset last_offset_of_batch, int64_t batch_position) {
  const int64_t relative = last_offset_of_batch - base_;
  OTTLA_ASSERT(relative >= 0 && relative <= INT32_MAX, last_offset_of_batch, base_);
  OTTLA_ASSERT(batch_position >= 0 && batch_position <= INT32_MAX, batch_position);
  const Entry entry{static_cast<uint32_t>(relative), static_cast<uint32_t>(batch_position)};
  if (!entries_.empty()) {
    OTTLA_ASSERT(entry.relative_offset > entries_.back().relative_offset, last_offset_of_batch, base_);
    OTTLA_ASSERT(entry.position > entries_.back().position, entry.position, entries_.back().position);
  }
  entries_.push_back(entry);
}

IndexEntry OffsetIndex::floor(Offset offset) const {
  const auto above = std::partition_point(entries_.begin(), entries_.end(),
                                          [&](const Entry& entry) { return base_ + entry.relative_offset <= offset; });
  if (above == entries_.begin()) return {base_, 0};
  return at(static_cast<size_t>(above - entries_.begin()) - 1);
}

IndexEntry OffsetIndex::floor_position(int64_t position) const {
  const auto above = std::partition_point(entries_.begin(), entries_.end(),
                                          [&](const Entry& entry) { return entry.position <= position; });
  if (above == entries_.begin()) return {base_, 0};
  return at(static_cast<size_t>(above - entries_.begin()) - 1);
}

void OffsetIndex::truncate(int64_t position) {
  while (!entries_.empty() && entries_.back().position >= position) entries_.pop_back();
}

IndexEntry OffsetIndex::at(size_t index) const {
  OTTLA_ASSERT(index < entries_.size(), index);
  return {base_ + entries_[index].relative_offset, entries_[index].position};
}

void OffsetIndex::encode(BytesBuffer& out) const {
  uint8_t* to = out.extend(encoded_size());
  for (const Entry& entry : entries_) {
    store_be(to, entry.relative_offset);
    store_be(to + 4, entry.position);
    to += kEntrySize;
  }
}

FormatResult<OffsetIndex> OffsetIndex::decode(Offset base, int64_t log_size, BytesView bytes) {
  OTTLA_TRY(const size_t count, index_entry_count(bytes, kEntrySize));
  OffsetIndex index(base);
  index.entries_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* from = bytes.data() + i * kEntrySize;
    const Entry entry{load_be<uint32_t>(from), load_be<uint32_t>(from + 4)};
    if (entry.relative_offset > INT32_MAX || entry.position > INT32_MAX) return Failure(FormatFlaw::bad_number);
    if (base.value() > INT64_MAX - entry.relative_offset) return Failure(FormatFlaw::bad_number);
    if (!index.entries_.empty()) {
      const Entry& last = index.entries_.back();
      if (entry.relative_offset <= last.relative_offset || entry.position <= last.position) {
        return Failure(FormatFlaw::not_ascending);
      }
    }
    if (entry.position >= log_size) return Failure(FormatFlaw::beyond_log);
    index.entries_.push_back(entry);
  }
  return index;
}

}  // namespace ottla
