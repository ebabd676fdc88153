#include "core/log/clean_plan.h"

#include <algorithm>

#include "core/log/log.h"

namespace ottla {

std::vector<SegmentFacts> segment_facts(const Log& log) {
  std::vector<SegmentFacts> facts;
  facts.reserve(log.segment_count());
  for (size_t i = 0; i < log.segment_count(); ++i) {
    const SegmentContent& content = log.segment(i).content();
    const SegmentIndexes* indexes = content.indexes();
    facts.push_back({.base = content.base(),
                     .end = i + 1 < log.segment_count() ? log.segment(i + 1).base() : log.log_end(),
                     .size = content.size(),
                     .first_timestamp = content.first_timestamp(),
                     .largest_timestamp = content.largest_timestamp(),
                     .index_size = indexes != nullptr ? static_cast<int64_t>(indexes->offsets.encoded_size())
                                                      : int64_t{content.index_sum().size},
                     .time_index_size = indexes != nullptr ? static_cast<int64_t>(indexes->times.encoded_size())
                                                           : int64_t{content.time_index_sum().size}});
  }
  return facts;
}

CleanRange cleanable(std::span<const SegmentFacts> segments, Offset log_start, Offset stable_end, Offset cleaned_end,
                     const LogSettings& settings, Timestamp now) {
  OTTLA_ASSERT(!segments.empty());
  CleanRange range;
  range.first_dirty = cleaned_end < log_start || cleaned_end > segments.back().end ? log_start : cleaned_end;
  const std::span<const SegmentFacts> closed = segments.first(segments.size() - 1);
  const Timestamp too_young = now + Duration::from_ms(-std::max<int64_t>(settings.min_compaction_lag_ms, 0));
  const Timestamp too_old = now + Duration::from_ms(-std::max<int64_t>(settings.max_compaction_lag_ms, 0));

  range.first_uncleanable = segments.back().base;
  for (const SegmentFacts& segment : closed) {
    const bool young = settings.min_compaction_lag_ms > 0 && segment.largest_timestamp > too_young;
    if (segment.end > stable_end || (young && segment.end > range.first_dirty)) {
      range.first_uncleanable = segment.base;
      break;
    }
  }
  for (const SegmentFacts& segment : closed) {
    const bool dirty = segment.end > range.first_dirty;
    if (segment.base >= range.first_uncleanable) break;
    (dirty ? range.dirty_size : range.clean_size) += segment.size;
    if (dirty && segment.first_timestamp.ms() > 0 && segment.first_timestamp < too_old) range.overdue = true;
  }
  range.first_uncleanable = std::max(range.first_uncleanable, range.first_dirty);
  return range;
}

std::vector<SegmentGroup> group_segments(std::span<const SegmentFacts> segments, Offset end,
                                         const LogSettings& settings) {
  std::vector<SegmentGroup> groups;
  SegmentFacts sum;
  for (size_t i = 0; i < segments.size() && segments[i].base < end; ++i) {
    const SegmentFacts& next = segments[i];
    const bool joins = !groups.empty() && sum.size + next.size <= settings.segment_size_max &&
                       sum.index_size + next.index_size <= settings.segment_index_size_max &&
                       sum.time_index_size + next.time_index_size <= settings.segment_index_size_max &&
                       next.end - sum.base <= INT32_MAX;
    if (joins) {
      groups.back().end = i + 1;
      sum.size += next.size;
      sum.index_size += next.index_size;
      sum.time_index_size += next.time_index_size;
    } else {
      groups.push_back({i, i + 1});
      sum = next;
    }
  }
  return groups;
}

}  // namespace ottla
