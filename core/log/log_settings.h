// What a log needs of its topic's settings and its node's. Shared by all partitions of a topic and immutable: a changed
// setting is a new object, taken up by Log::set_settings between two calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "core/base/time.h"
#include "core/model/limits.h"

namespace ottla {

struct LogSettings {
  // segment.bytes, segment.ms, segment.jitter.ms, segment.index.bytes, index.interval.bytes, preallocate
  int64_t segment_size_max = int64_t{1} << 30;
  Duration segment_age_max = Duration::from_s(7 * 24 * 3600);
  Duration segment_jitter_max = Duration();
  int64_t segment_index_size_max = 10 * 1024 * 1024;
  int64_t index_interval = 4096;
  bool preallocate = false;
  // Without that, room is reserved a step ahead of a segment that has grown to this: appends into it cost the system half.
  int64_t reserve_from = int64_t{1} << 20;

  // ottla.durability=persisted, or flush.messages=1. Otherwise bytes are durable when the system writes them, at the
  // latest when their segment closes and at each checkpoint.
  bool persisted = true;

  // cleanup.policy, retention.ms, retention.bytes (-1 ms or bytes: no limit), file.delete.delay.ms
  bool deletes = true;
  bool compacts = false;
  int64_t retention_ms = int64_t{7} * 24 * 3600 * 1000;
  int64_t retention_size = -1;
  Duration file_delete_delay = Duration::from_s(60);

  // delete.retention.ms, min.compaction.lag.ms, max.compaction.lag.ms, min.cleanable.dirty.ratio
  int64_t delete_retention_ms = int64_t{24} * 3600 * 1000;
  int64_t min_compaction_lag_ms = 0;
  int64_t max_compaction_lag_ms = std::numeric_limits<int64_t>::max();
  double min_cleanable_dirty_ratio = 0.5;
  size_t batch_size_max = limits::kMaxMessageBytesDefault;  // max.message.bytes: what compaction may write

  // the node's: producer.id.expiration.ms, and the bound on producers a partition remembers
  Duration producer_expiration = Duration::from_s(24 * 3600);
  size_t producers_max = limits::kProducersMax;

  friend bool operator==(const LogSettings&, const LogSettings&) = default;
};

using LogSettingsPtr = std::shared_ptr<const LogSettings>;

}  // namespace ottla
