#include "core/log/aborted_index.h"

#include "core/base/endian.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

constexpr int16_t kVersion = 0;

}  // namespace

void AbortedIndex::append(const AbortedTransaction& aborted) {
  OTTLA_ASSERT(aborted.first_offset < aborted.last_offset, aborted.first_offset, aborted.last_offset);
  if (!entries_.empty()) {
    OTTLA_ASSERT(aborted.last_offset > entries_.back().last_offset, aborted.last_offset, entries_.back().last_offset);
  }
  entries_.push_back(aborted);
}

bool AbortedIndex::collect(Offset start, Offset end, std::vector<AbortedTransaction>& out) const {
  for (const AbortedTransaction& aborted : entries_) {
    if (aborted.last_offset >= start && aborted.first_offset < end) out.push_back(aborted);
    // Everything below this offset was decided when the marker was written: no later marker aborts any of it.
    if (aborted.last_stable_offset >= end) return true;
  }
  return false;
}

void AbortedIndex::truncate(Offset end) {
  while (!entries_.empty() && entries_.back().last_offset >= end) entries_.pop_back();
}

void AbortedIndex::encode(BytesBuffer& out) const {
  uint8_t* to = out.extend(encoded_size());
  for (const AbortedTransaction& aborted : entries_) {
    store_be(to, kVersion);
    store_be(to + 2, aborted.producer_id.value());
    store_be(to + 10, aborted.first_offset.value());
    store_be(to + 18, aborted.last_offset.value());
    store_be(to + 26, aborted.last_stable_offset.value());
    to += kEntrySize;
  }
}

FormatResult<AbortedIndex> AbortedIndex::decode(Offset base, Offset log_end, BytesView bytes) {
  if (bytes.size() > limits::kAbortedIndexSizeMax) return Failure(FormatFlaw::too_large);
  if (bytes.size() % kEntrySize != 0) return Failure(FormatFlaw::size_mismatch);
  AbortedIndex index;
  index.entries_.reserve(bytes.size() / kEntrySize);
  for (size_t at = 0; at < bytes.size(); at += kEntrySize) {
    const uint8_t* from = bytes.data() + at;
    if (load_be<int16_t>(from) != kVersion) return Failure(FormatFlaw::bad_version);
    AbortedTransaction aborted;
    aborted.producer_id = ProducerId(load_be<int64_t>(from + 2));
    aborted.first_offset = Offset(load_be<int64_t>(from + 10));
    aborted.last_offset = Offset(load_be<int64_t>(from + 18));
    aborted.last_stable_offset = Offset(load_be<int64_t>(from + 26));
    if (aborted.producer_id.value() < 0 || aborted.first_offset < Offset(0) ||
        aborted.first_offset >= aborted.last_offset) {
      return Failure(FormatFlaw::bad_number);
    }
    if (aborted.last_offset < base || aborted.last_offset >= log_end) return Failure(FormatFlaw::beyond_log);
    if (aborted.last_stable_offset < Offset(0) || aborted.last_stable_offset > aborted.last_offset + 1) {
      return Failure(FormatFlaw::bad_number);
    }
    if (!index.entries_.empty() && aborted.last_offset <= index.entries_.back().last_offset) {
      return Failure(FormatFlaw::not_ascending);
    }
    index.entries_.push_back(aborted);
  }
  return index;
}

}  // namespace ottla
