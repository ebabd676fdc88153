#include <algorithm>
#include <utility>

#include "core/log/cold_read.h"
#include "core/log/header_walk.h"
#include "core/log/log.h"
#include "core/log/mutants.h"
#include "core/log/offset_for_time.h"

namespace ottla {

LogResult<Log::Lookup> Log::locate(Segment& segment, const File& file, Offset offset, bool may_block, Located& out) {
  const int64_t start = segment.content().indexes()->offsets.floor(offset).position;
  const int64_t reach = readable_end(segment, start);
  HeaderWalk walk(file, start, reach, may_block);
  HeaderWalk::Header header;
  while (true) {
    const auto more = walk.next(header);
    if (!more.ok()) return lookup_failed(segment, more.error());
    if (!*more) break;
    if (header.last < offset) continue;
    out = {.position = header.position, .base = header.base, .size = header.size};
    return Lookup::found;
  }
  if (reach < segment.size()) return Lookup::cold;
  out = {.position = segment.size(), .base = segment.end(), .size = 0};
  return Lookup::found;
}

LogResult<Log::Lookup> Log::boundary_below(Segment& segment, const File& file, int64_t from, int64_t limit,
                                           bool may_block, int64_t& out) {
  int64_t start = segment.content().indexes()->offsets.floor_position(limit).position;
  if (start < from) start = from;
  HeaderWalk walk(file, start, readable_end(segment, start), may_block);
  HeaderWalk::Header header;
  out = start;
  while (out < limit) {
    const auto more = walk.next(header);
    if (!more.ok()) return lookup_failed(segment, more.error());
    if (!*more || header.position + header.size > limit) break;
    out = header.position + header.size;
  }
  return Lookup::found;
}

// How far the bytes from `position` on are known to be good.
int64_t Log::readable_end(const Segment& segment, int64_t position) {
  if constexpr (is_planted(Mutant::cold_read_unchecked)) return segment.size();
  return segment.verified().reach(position);
}

LogResult<Log::Lookup> Log::lookup_failed(const Segment& segment, IoError error) {
  if (error == IoError::would_block) return Lookup::cold;
  if (error != IoError::short_read) return Failure(LogError(error));
  // The bytes were good when they were written or looked at, and are not now. While some of them are not synced, this may
  // be a sync that failed and has not been told yet: the cache forgot what the disk never got, and memory still has it.
  if (segment.file.is_pinned()) return Failure(LogError::io);
  quarantine("batch headers damaged in " + path_of(segment));
  return Failure(LogError::quarantined);
}

LogResult<LogRead> Log::read(const ReadRequest& request) {
  OTTLA_TRY_DONE(check_ready());
  if (request.offset < log_start_ || request.offset > log_end_) return Failure(LogError::offset_out_of_range);
  const Offset end = std::min(request.end, log_end_);
  const LogRead nothing{.records = {}, .first_base = request.offset};
  const size_t index = segment_at(request.offset);
  if (request.offset >= end || index == segments_.size()) return nothing;

  Segment& segment = *segments_[index];
  const LogRead cold{.records = {}, .first_base = request.offset, .needs_cold_read = true};
  if (segment.content().indexes() == nullptr) return cold;
  const auto opened = open_segment(index);
  if (!opened.ok()) return Failure(LogError(opened.error()));
  const File& file = **opened;

  Located first;
  OTTLA_TRY(Lookup lookup, locate(segment, file, request.offset, request.may_block, first));
  if (lookup == Lookup::cold) return cold;
  if (first.size == 0 || first.base >= end) return nothing;

  int64_t last = readable_end(segment, first.position);
  if (end < segment.end()) {
    Located beyond;
    OTTLA_TRY(lookup, locate(segment, file, end, request.may_block, beyond));
    if (lookup == Lookup::cold) return cold;
    last = std::min(last, beyond.position);
  }
  if (last <= first.position) return nothing;
  if (last - first.position > request.size_max) {
    if (first.size >= request.size_max) {
      if (first.size > request.size_max && !request.at_least_one) return nothing;
      last = first.position + first.size;
    } else {
      OTTLA_TRY(lookup, boundary_below(segment, file, first.position, first.position + request.size_max,
                                       request.may_block, last));
      if (lookup == Lookup::cold) return cold;
    }
  }
  // What is not on the disk yet is in memory. Of the rest the headers alone were looked at: who sends it must not wait.
  if (!request.may_block && !segment.dirty && !is_cached(file, first.position, last - first.position)) return cold;
  segment.served(last);
  return LogRead{.records = {.file = *opened, .position = first.position, .size = last - first.position},
                 .first_base = first.base,
                 .end_max = std::min(end, segment.end())};
}

LogResult<JobId> Log::start_cold_read(const ReadRequest& request) {
  OTTLA_TRY_DONE(check_ready());
  const size_t index = segment_at(request.offset);
  if (index == segments_.size()) return Failure(LogError::offset_out_of_range);
  const auto file = open_segment(index);
  if (!file.ok()) return Failure(LogError(file.error()));
  return start_cold_read(*segments_[index], *file, request.offset, request.size_max, false);
}

LogResult<JobId> Log::start_scrub(size_t index) {
  OTTLA_TRY_DONE(check_ready());
  const auto file = open_segment(index);
  if (!file.ok()) return Failure(LogError(file.error()));
  return start_cold_read(*segments_[index], *file, segments_[index]->base(), segments_[index]->size(), true);
}

JobId Log::start_cold_read(const Segment& segment, FilePtr file, Offset offset, int64_t size_max, bool whole) {
  const SegmentIndexes* indexes = segment.content().indexes();
  ColdRead::Input input{.disk = &host_.disk,
                        .marks = &host_.marks,
                        .folder = folder(),
                        .file = std::move(file),
                        .generation = generation_,
                        .summary = segment.content().summary(),
                        .has_indexes = indexes != nullptr,
                        .floor = indexes != nullptr ? indexes->offsets.floor(offset).position : 0,
                        .offset = offset,
                        .size_max = size_max,
                        .whole = whole,
                        .index_interval = settings_->index_interval};
  const JobId id = host_.start(number_, std::make_unique<ColdRead>(std::move(input)));
  read_jobs_.push_back(id);
  return id;
}

// What the job found is taken up as far as the segment is still the one that it read: the same base, no truncation, and not
// replaced by compaction, whose indexes it may have met.
void Log::cold_read_done(ColdRead& job) {
  if (job.generation() != generation_) return;
  const auto found = std::find_if(segments_.begin(), segments_.end(), [&](const auto& segment) {
    if (segment->base() != job.base()) return false;
    if (segment == segments_.back()) return segment->size() >= job.size();
    return segment->size() == job.size() && segment->content().sums().all() == job.chunks();
  });
  if (found == segments_.end()) return;
  if (job.error().has_value()) {
    host_.sink.warn("log", "cold read failed", {{"error", describe(*job.error(), path_of(**found))}});
    return;
  }
  if (job.damage().has_value()) {
    if (!(*found)->file.is_pinned()) quarantine(*job.damage());  // see lookup_failed()
    return;
  }
  if ((*found)->content().indexes() == nullptr) {
    (*found)->content().set_indexes(job.take_indexes());
    if (job.rebuilt()) (*found)->set_sealed(false);  // to be written again
  }
  for (const auto& [start, end] : job.verified()) (*found)->verify(start, end);
}

void Log::search_done(const OffsetForTime& job) {
  if (job.generation() != generation_ || !job.damage().has_value()) return;
  const size_t index = segment_at(job.damaged_base());
  if (index < segments_.size()) damage_found(*segments_[index], *job.damage());
}

// Bytes on their way to the disk that turn out wrong: it failed to take them, which the sync is going to say, and they are
// written again from memory. Where it says nothing the next reader comes here again.
void Log::damage_found(const Segment& segment, const std::string& what) {
  if (!segment.dirty && !segment.syncing) return quarantine(what);
  host_.sink.warn("log", "damage before a sync", {{"partition", partition_.text()}, {"what", what}});
}

LogResult<Log::AbortedRead> Log::aborted_in(Offset start, Offset end) {
  OTTLA_TRY_DONE(check_ready());
  AbortedRead read;
  for (size_t index = segment_at(start); index < segments_.size(); ++index) {
    const Segment& segment = *segments_[index];
    // Nothing counts of compaction's file where the first original that is left begins before its first batch: nobody can
    // ask for an offset in it, so nobody could have its indexes read.
    if (segment.empty()) continue;
    if (segment.content().indexes() == nullptr) {
      // What is written down of a closed segment tells that no transaction was aborted there.
      if (segment.content().aborted_index_sum().size == 0) continue;
      read.needs_cold_read = true;
      read.cold_offset = std::max(segment.base(), start);
      return read;
    }
    if (segment.content().indexes()->aborted.collect(start, end, read.aborted)) break;
  }
  return read;
}

LogResult<JobId> Log::start_offset_for_time(Timestamp timestamp, Offset end) {
  OTTLA_TRY_DONE(check_ready());
  std::vector<size_t> segments;
  for (size_t index = 0; index < segments_.size(); ++index) {
    const SegmentContent& content = segments_[index]->content();
    if (content.largest_timestamp() < timestamp || content.base() >= end) continue;
    if (content.largest_timestamp_offset() < Offset(0) || content.end() <= log_start_) continue;
    segments.push_back(index);
    // A segment may reach the timestamp with records below the log start only: then the next one answers.
    if (segments.size() == OffsetForTime::kPartsMax) break;
  }
  return start_search(segments, SearchFor::first, timestamp, end);
}

// Of a segment that lies whole within the bounds it is known what is the latest there: one of those is enough. Only those
// that reach over a bound are looked into besides.
LogResult<JobId> Log::start_latest_record(Offset end) {
  OTTLA_TRY_DONE(check_ready());
  end = std::min(end, log_end_);
  std::vector<size_t> segments;
  std::optional<size_t> latest;
  for (size_t index = 0; index < segments_.size(); ++index) {
    const SegmentContent& content = segments_[index]->content();
    if (content.largest_timestamp_offset() < Offset(0) || content.end() <= log_start_ || content.base() >= end)
      continue;
    if (content.base() < log_start_ || content.end() > end) {
      segments.push_back(index);
    } else if (!latest || content.largest_timestamp() > segments_[*latest]->content().largest_timestamp()) {
      latest = index;
    }
  }
  Timestamp known = Timestamp::from_ms(0);
  if (latest) {
    known = std::max(known, segments_[*latest]->content().largest_timestamp());
    segments.insert(std::upper_bound(segments.begin(), segments.end(), *latest), *latest);
  }
  for (const size_t index : segments) {
    const SegmentIndexes* indexes = segments_[index]->content().indexes();
    if (indexes != nullptr) known = std::max(known, OffsetForTime::known_latest(*indexes, log_start_, end));
  }
  return start_search(segments, SearchFor::latest, known, end);
}

LogResult<JobId> Log::start_search(std::span<const size_t> segments, SearchFor wanted, Timestamp timestamp,
                                   Offset end) {
  std::vector<OffsetForTime::Part> parts;
  for (const size_t index : segments) {
    const SegmentContent& content = segments_[index]->content();
    const auto file = open_segment(index);
    if (!file.ok()) return Failure(LogError(file.error()));
    parts.push_back({.file = *file, .summary = content.summary(), .start = std::nullopt});
    if (content.indexes() != nullptr) {
      parts.back().start = OffsetForTime::search_start(*content.indexes(), timestamp);
    }
  }
  const JobId id = host_.start(
      number_, std::make_unique<OffsetForTime>(host_.disk, host_.marks, folder(), std::move(parts), wanted, timestamp,
                                               log_start_, std::min(end, log_end_), generation_));
  read_jobs_.push_back(id);
  return id;
}

}  // namespace ottla
