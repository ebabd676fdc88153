// What Kafka's two memory-mapped indexes have in common as bytes: entries of one size, and behind them, while their
// segment is the active one, zeros up to the size that segment.index.bytes gives.
#pragma once

#include "core/base/bytes.h"
#include "core/log/log_error.h"
#include "core/model/limits.h"

namespace ottla {

// How many entries the bytes hold, without the entries of zeros at the end. An honest entry of zeros says no more than
// an empty index does (the segment's base is at position 0; nothing is known of times), so nothing is lost with one.
inline FormatResult<size_t> index_entry_count(BytesView bytes, size_t entry_size) {
  if (bytes.size() > limits::kIndexFileSizeMax) return Failure(FormatFlaw::too_large);
  if (bytes.size() % entry_size != 0) return Failure(FormatFlaw::size_mismatch);
  size_t size = bytes.size();
  while (size > 0 && bytes[size - 1] == 0) --size;
  return (size + entry_size - 1) / entry_size;
}

}  // namespace ottla
