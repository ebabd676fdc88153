// What of a log may be cleaned, whether it is worth it, and which segments become one. Pure: the same numbers give the
// same plan.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/time.h"
#include "core/log/log_settings.h"
#include "core/model/ids.h"

namespace ottla {

class Log;

// What retention and compaction want to know of a segment.
struct SegmentFacts {
  Offset base;
  Offset end;  // the next segment's base; of the active one the log end
  int64_t size = 0;
  Timestamp first_timestamp = Timestamp::none();
  Timestamp largest_timestamp = Timestamp::none();
  int64_t index_size = 0;
  int64_t time_index_size = 0;
};
// Of all segments of a ready log; the last is the active one.
std::vector<SegmentFacts> segment_facts(const Log& log);

struct CleanRange {
  Offset first_dirty;        // below it no two records share a key, as far as passes before this could tell
  Offset first_uncleanable;  // a segment's base
  int64_t clean_size = 0;
  int64_t dirty_size = 0;
  bool overdue = false;  // max.compaction.lag.ms: something waits longer than it may

  [[nodiscard]] double dirty_ratio() const {
    const int64_t total = clean_size + dirty_size;
    return total == 0 ? 0 : static_cast<double>(dirty_size) / static_cast<double>(total);
  }
  // Whether a pass should be made now.
  [[nodiscard]] bool wants_cleaning(double min_dirty_ratio) const {
    return dirty_size > 0 && (overdue || dirty_ratio() > min_dirty_ratio);
  }
};
// `cleaned_end` is what the checkpoint says; one that cannot be (below the log start, above its end) means that all is
// dirty. Nothing at or above `stable_end` is cleaned, nor the active segment, nor what is younger than
// min.compaction.lag.ms.
CleanRange cleanable(std::span<const SegmentFacts> segments, Offset log_start, Offset stable_end, Offset cleaned_end,
                     const LogSettings& settings, Timestamp now);

// Runs of segments, as [first, end) of `segments`, each to become one segment: as many as stay within segment.bytes,
// segment.index.bytes and offsets that fit an index, which are 31 bits above the base.
struct SegmentGroup {
  size_t first = 0;
  size_t end = 0;

  friend bool operator==(const SegmentGroup&, const SegmentGroup&) = default;
};
std::vector<SegmentGroup> group_segments(std::span<const SegmentFacts> segments, Offset end,
                                         const LogSettings& settings);

}  // namespace ottla
