#include "core/log/retention.h"

#include "core/log/log.h"

namespace ottla {

RetentionPlan plan_retention(std::span<const SegmentFacts> segments, Offset log_start, Offset high_watermark,
                             const LogSettings& settings, Timestamp now) {
  RetentionPlan plan{.log_start = log_start};
  int64_t excess = 0;
  if (settings.deletes && settings.retention_size >= 0) {
    for (const SegmentFacts& segment : segments) excess += segment.size;
    excess -= settings.retention_size;
  }
  for (const SegmentFacts& segment : segments) {
    const bool active = &segment == &segments.back();
    if (segment.end > high_watermark || (active && segment.size == 0)) break;
    if (segment.end <= log_start && !active) {
      ++plan.by_log_start;
    } else if (settings.deletes && settings.retention_size >= 0 && excess >= segment.size) {
      ++plan.by_size;
    } else if (settings.deletes && settings.retention_ms >= 0 && segment.largest_timestamp >= Timestamp::from_ms(0) &&
               now - segment.largest_timestamp > Duration::from_ms(settings.retention_ms)) {
      ++plan.by_time;
    } else {
      break;
    }
    excess -= segment.size;
    plan.roll = active;
    if (segment.end > plan.log_start) plan.log_start = segment.end;
  }
  return plan;
}

bool wants_retention(const Log& dormant, Timestamp now) {
  if (!dormant.ends_known()) return true;
  if (dormant.size() == 0) return false;
  const std::optional<OldestSegment> oldest = dormant.oldest_segment();
  if (!oldest.has_value()) return true;
  const SegmentFacts facts[] = {
      {.base = dormant.log_start(),
       .end = oldest->end,
       .size = oldest->size,
       .largest_timestamp = oldest->largest_timestamp},
      {.base = oldest->end, .end = dormant.log_end(), .size = dormant.size() - oldest->size},
  };
  const size_t count = oldest->end == dormant.log_end() && oldest->size == dormant.size() ? 1 : 2;
  const std::span<const SegmentFacts> known = std::span(facts).first(count);
  return plan_retention(known, dormant.log_start(), dormant.log_end(), dormant.settings(), now).count() > 0;
}

LogResult<size_t> apply_retention(Log& log, Offset high_watermark, Timestamp wall, Instant now, Marks& marks) {
  if (log.state() != LogState::ready) return Failure(LogError::not_ready);
  const RetentionPlan plan = plan_retention(segment_facts(log), log.log_start(), high_watermark, log.settings(), wall);
  if (plan.count() == 0) return size_t{0};
  if (plan.roll) OTTLA_TRY_DONE(log.roll());
  OTTLA_TRY_DONE(log.raise_log_start(plan.log_start));
  for (size_t i = 0; i < plan.by_log_start; ++i) marks.hit(Mark::retention_by_log_start);
  for (size_t i = 0; i < plan.by_size; ++i) marks.hit(Mark::retention_by_size);
  for (size_t i = 0; i < plan.by_time; ++i) marks.hit(Mark::retention_by_time);
  return log.release_below_log_start(now);
}

}  // namespace ottla
