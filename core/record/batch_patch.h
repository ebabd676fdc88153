// What a broker may change in a batch that it stores as it came. `batch` is the bytes of one whole batch.
//
// The base offset and the leader epoch stand outside the checksum, so setting them costs two stores. The timestamp
// stands inside; its checksum is moved along by what changed and not computed anew. That costs the same for any size,
// and a batch that was damaged since it was checked still fails its checksum afterwards.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/time.h"
#include "core/model/ids.h"
#include "core/record/batch_format.h"

namespace ottla {

void set_base_offset(std::span<uint8_t> batch, Offset base_offset);
void set_leader_epoch(std::span<uint8_t> batch, LeaderEpoch epoch);

// Under log_append_time `max_timestamp` is the broker's time and becomes that of every record; under create_time it is
// the latest of the records' own (BatchFacts::max_timestamp).
void set_timestamp(std::span<uint8_t> batch, TimestampType type, Timestamp max_timestamp);
// The same where `header` is a copy of the first bytes of a batch of `batch_size`: the rest stays where it is.
void set_timestamp(std::span<uint8_t> header, size_t batch_size, TimestampType type, Timestamp max_timestamp);

}  // namespace ottla
