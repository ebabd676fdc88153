// What goes into a log and comes out of it (log.h): values, which mean something without it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/io/file.h"
#include "core/log/checkpoints.h"
#include "core/log/log_host.h"
#include "core/log/producer_state.h"
#include "core/record/batch_view.h"

namespace ottla {

enum class LogState : uint8_t { dormant, loading, ready, quarantined, offline };
std::string_view text(LogState state);

// A producer's or coordinator's batch, checked (check_append) and not yet placed.
struct LeaderAppend {
  Bytes batch;  // one, verbatim; kept while it is unsynced
  LeaderEpoch epoch = kNoLeaderEpoch;
  BatchOrigin origin = BatchOrigin::client;
  VerificationGuard guard{0};
  bool verification_required = false;
  int16_t transaction_version = 0;  // of the request that asked for a marker; see ProducerBatch::Marker
  // What the header shall say: the broker's time under log_append_time, else the latest of the records' own
  // (BatchFacts::max_timestamp).
  TimestampType timestamp_type = TimestampType::create_time;
  Timestamp max_timestamp = Timestamp::none();
  Timestamp now = Timestamp::none();  // for rolling by time where batches have no timestamps
};

struct AppendedBatch {
  Offset first_offset;
  Offset last_offset;
  Timestamp timestamp = Timestamp::none();
  bool duplicate = false;  // it stood in the log before; these are its original offsets
};

struct ReadRequest {
  Offset offset;  // of the first record wanted
  Offset end;     // no batch that reaches this or beyond: a high watermark, a stable end, log_end
  int64_t size_max = 0;
  bool at_least_one = true;  // a batch larger than size_max is given alone rather than nothing
  // After a cold read of the same place completed: reads that are not in memory wait for the device now.
  bool may_block = false;
};

struct LogRead {
  // Whole batches of one segment; the first holds the offset asked for or is the next after it. Empty: nothing there
  // below `end`, or it is larger than size_max.
  FileSlice records;
  Offset first_base;
  Offset end_max{0};  // the records end here, or before
  // Nothing is known to be wrong, but the bytes (or an index that leads to them) have to be fetched and checked first:
  // start_cold_read() with the same request, then ask again.
  bool needs_cold_read = false;
};

// What a sync round takes from a log. `files` are all that have bytes below `end` which were not synced.
struct SyncItem {
  LogNumber log{0};
  uint64_t generation = 0;
  Offset end;
  std::vector<Offset> bases;  // of the segments that the files are
  std::vector<FilePtr> files;
  std::string folder;          // whose names are not durable yet; empty: they are
  bool folder_is_new = false;  // nor is the folder's own name
  bool all = false;            // sync everything: there were too many new partitions to keep a file of each open
};

// What a log knows about itself without a file being open: what a checkpoint writes, and how it begins.
struct LogOrigin {
  TopicPartition partition;
  TopicId topic_id;
  Offset log_start;
  Offset recovery_point;
  // Exact ends after a clean stop; otherwise what recovery finds.
  std::optional<PartitionCheckpoint> exact;
  // Of the segment that was active at the last checkpoint: it is where the recovery point is.
  std::optional<SyncedPosition> synced = std::nullopt;
};

}  // namespace ottla
