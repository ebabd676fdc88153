// Which segments a log need not keep any longer. Pure: from numbers to a new log start. Who owns the log raises its log
// start, has it made durable, and lets go of the segments below (Log::raise_log_start, Log::release_below_log_start), in
// that order: files that are gone are always below the log start that a crash leaves, or are found again.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/time.h"
#include "core/log/clean_plan.h"
#include "core/log/log_error.h"
#include "core/log/log_settings.h"
#include "core/log/marks.h"
#include "core/model/ids.h"

namespace ottla {

class Log;

struct RetentionPlan {
  Offset log_start;  // what it should be
  // Everything is to go, the active segment too: roll first, for it is the last segment that says where the log ends.
  bool roll = false;
  // Segments that go, and why.
  size_t by_log_start = 0;
  size_t by_size = 0;
  size_t by_time = 0;

  [[nodiscard]] size_t count() const { return by_log_start + by_size + by_time; }
  friend bool operator==(const RetentionPlan&, const RetentionPlan&) = default;
};

// Segments go whole and oldest first, up to the first that must stay: one that reaches above the high watermark, and,
// unless it lies below the log start, one that is neither beyond retention.bytes nor expired. Expired means that its
// largest timestamp is more than retention.ms ago; a segment without timestamps never is. `cleanup.policy=compact` alone
// leaves the log start as the only reason.
RetentionPlan plan_retention(std::span<const SegmentFacts> segments, Offset log_start, Offset high_watermark,
                             const LogSettings& settings, Timestamp now);

// Whether a dormant log has something that retention takes, so that it is worth to be loaded. Segments go oldest first, so
// what is written down of the oldest tells; where nothing is, it may have.
bool wants_retention(const Log& dormant, Timestamp now);

// Applies it to a ready log, and tells how many segments left it.
LogResult<size_t> apply_retention(Log& log, Offset high_watermark, Timestamp wall, Instant now, Marks& marks);

}  // namespace ottla
