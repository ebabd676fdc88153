// A log that nobody uses gives back what it holds (Log::sleep).
//
// It is a clean stop of one log: what a stop writes is written, and then memory keeps what a checkpoint would say. So the
// wake is a start after a clean stop, and what holds for that holds here. Some things differ, since the process goes on:
//
//   Slices of its files may still be with readers. Say a segment slept and woke, and was cut in place: a reader that got its
//   slice before would read what was appended since. So after a wake all that lies in the files counts as served.
//
//   A file that goes on above its segment's end, since a cut left there what readers had, is told from one that grew: the
//   side file is known to be of the same moment.
//
//   The generation stays, for no job of before the sleep is left whose result could come; how far the log is clean, which
//   the cleaner keeps by generation, holds on.
#include <algorithm>
#include <utility>

#include "core/log/log.h"

namespace ottla {

bool Log::may_sleep() const {
  if (state_ != LogState::ready || dirty_ || folder_dirty_ || waits_for_jobs() || !read_jobs_.empty()) return false;
  if (log_end_ != synced_end_ || planned_load_.has_value() || pass_unwanted_ != nullptr) return false;
  // A start drops what lies below the log start, which it has from a checkpoint; this one may be in none yet.
  if (segments_.size() > 1 && segments_[1]->base() <= log_start_) return false;
  return condemned_.empty() && !producers_.has_verifications();
}

bool Log::sleep(Instant now) {
  if (!may_sleep() || seal(now, true).has_value()) return false;
  const PartitionCheckpoint at = checkpoint();
  OTTLA_ASSERT(at.recovery_point == log_end_, at.recovery_point, log_end_);
  for (const auto& segment : segments_) was_served_ |= segment->served_end() > 0;
  dormant_active_base_ = at.active_base;
  dormant_active_size_ = at.active_size;
  dormant_total_size_ = at.total_size;
  dormant_oldest_ = at.oldest;
  dormant_synced_.reset();
  clean_ = true;
  asleep_ = true;
  segments_ = decltype(segments_)();
  epochs_ = {};
  producers_ = ProducerState(settings_->producers_max);
  unsynced_ = {};
  marked_ = {};
  snapshot_.reset();
  side_file_dirty_ = false;
  state_ = LogState::dormant;
  host_.marks.hit(Mark::fell_asleep);
  return true;
}

// Nothing where it is not known: since an unclean stop.
std::optional<OldestSegment> Log::oldest_segment() const {
  if (segments_.empty()) return dormant_oldest_;
  const Segment& oldest = *segments_.front();
  return OldestSegment{.end = segments_.size() > 1 ? segments_[1]->base() : log_end_,
                       .size = oldest.size(),
                       .largest_timestamp = oldest.content().largest_timestamp()};
}

}  // namespace ottla
