// What a crash, a stop or damage leaves in a partition's folder, a function a case.
#include <algorithm>

#include "core/io/whole_file.h"
#include "core/log/companions.h"
#include "core/log/load_job.h"
#include "core/log/mutants.h"
#include "core/log/replaced_mark.h"
#include "core/model/limits.h"

namespace ottla {

// The folder was made and the crash came before the file in it was durable; or somebody deleted it. Who asked for the
// log knows which topic this is.
IoResult<> LoadJob::metadata_missing() {
  marks_.hit(Mark::metadata_missing);
  if (input_.topic_id.is_zero()) return {};
  BytesBuffer bytes;
  encode_partition_metadata(input_.topic_id, bytes);
  return replace_file(disk_, path(kPartitionMetadataFile), bytes.view());
}

// The file's name survived the crash, its bytes did not; or they rotted.
IoResult<> LoadJob::metadata_damaged() {
  marks_.hit(Mark::metadata_damaged);
  if (input_.topic_id.is_zero()) return {};
  BytesBuffer bytes;
  encode_partition_metadata(input_.topic_id, bytes);
  return replace_file(disk_, path(kPartitionMetadataFile), bytes.view());
}

// A file that was being written, or being deleted, when the process ended. None of them counts: what replaces another
// file counts by its final name alone, and what is to be deleted left the log before it got its name.
IoResult<> LoadJob::leftover(const OffsetFileName& name, const std::string& file) {
  if (name.state == kSwapSuffix && name.suffix == kLogSuffix) return swap_to_finish(name.base);
  if (name.state == kSwapSuffix && name.suffix == kIndexSuffix) return replaced_by_compaction(name.base);
  if (name.state == kCleanedSuffix) {
    marks_.hit(Mark::cleaned_left_behind);
  } else if (name.state == kDeletedSuffix) {
    marks_.hit(Mark::deleted_to_remove);
  } else {
    marks_.hit(Mark::temporary_to_remove);
  }
  names_changed_ = true;
  return unlink_if_there(disk_, path(file));
}

// Compaction had written a segment that replaces one or several, had made it durable and given it its ".swap" name, and
// the crash came before that replaced the originals. All of it is there, so the replacement is finished: giving it the
// final name replaces the first original in one step, and the others go. Were it dropped instead, originals that were
// unlinked already would be missing. One that is not whole was never durable, and replaces nothing.
IoResult<> LoadJob::swap_to_finish(Offset base) {
  const std::string swap = log_path(base) + std::string(kSwapSuffix);
  names_changed_ = true;
  OTTLA_TRY(FilePtr file, disk_.open(swap, Access::read));
  SegmentScan scan(file, base, {}, nullptr);
  while (true) {
    OTTLA_TRY(const bool more, scan.step());
    if (!more) break;
  }
  OTTLA_TRY_DONE(file->sync());  // a process that was killed may have left it, and its name, in the cache alone
  file.reset();
  if (scan.stop() != SegmentScan::Stop::end) {
    marks_.hit(Mark::cleaned_left_behind);
    return disk_.unlink(swap);
  }
  marks_.hit(Mark::swap_to_finish);
  OTTLA_TRY_DONE(disk_.sync_directory(input_.folder));
  const Offset end = scan.content().end();
  for (const FoundSegment& segment : found_) {
    if (segment.base <= base || segment.base >= end) continue;
    OTTLA_TRY_DONE(unlink_segment(disk_, input_.folder, segment.base));
  }
  // The others go first, all of them durably: were some left when the new one has its name and a crash comes, it would
  // end where the first of them begins, and what it has of those that went would be lost.
  OTTLA_TRY_DONE(disk_.sync_directory(input_.folder));
  OTTLA_TRY_DONE(disk_.rename(swap, log_path(base)));
  std::erase_if(found_, [&](const FoundSegment& segment) { return segment.base >= base && segment.base < end; });
  if (std::none_of(found_.begin(), found_.end(), [&](const FoundSegment& segment) { return segment.base == base; })) {
    found_.push_back({.base = base});
  }
  rescan_.insert(base);
  swapped_.emplace_back(base, end);
  return {};
}

// Compaction was about to put another file in this segment's place, or had just done so, and the crash came before a side
// file that knows which was durable. Both files are whole; what is written down belongs to one of them. Whoever believed
// it would call the other damaged. So this one is read from its front, and the mark goes when that is written down.
//
// If it is the new one, originals that it stands for may be left, and go. They have what compaction took: were they to
// count again, a value could return whose tombstone is gone from a later segment.
IoResult<> LoadJob::replaced_by_compaction(Offset base) {
  marks_.hit(Mark::replaced_by_compaction);
  if (!disk_.status(log_path(base)).ok()) {
    // The segment went, and of its names this one was left. There may be another with its base one day.
    names_changed_ = true;
    return unlink_if_there(disk_, companion_path(input_.folder, base, kReplacedSuffix));
  }
  rescan_.insert(base);
  const auto bytes =
      read_whole_file(disk_, companion_path(input_.folder, base, kReplacedSuffix), limits::kReplacedMarkSizeMax);
  if (!bytes.ok()) {
    if (bytes.error() == IoError::not_found || is_unreadable(bytes.error())) return {};
    return Failure(bytes.error());
  }
  if constexpr (is_planted(Mutant::original_counts_again)) return {};
  const auto replacements = decode_replaced_mark(*bytes);
  if (!replacements.ok()) return {};
  OTTLA_TRY(const FilePtr file, disk_.open(log_path(base), Access::read));
  // (The one before may go on above its end, where a cut left bytes that a reader had.)
  auto known = replacements->begin();
  for (; known != replacements->end(); ++known) {
    SegmentScan::Bounds bounds;
    bounds.size_max = known->size;
    SegmentScan scan(file, base, bounds, nullptr);
    while (true) {
      OTTLA_TRY(const bool more, scan.step());
      if (!more) break;
    }
    if (known->is(scan.content())) break;
  }
  if (known == replacements->end()) {
    // Both were synced before the mark was.
    marks_.hit(Mark::damage_below_recovery_point);
    damage_ = log_path(base) + " is neither what compaction made nor what it was";
    return {};
  }
  const auto is_original = [&](const FoundSegment& segment) {
    return segment.base > base && segment.base < known->end;
  };
  // A process that was killed may have left the new one's name in the cache alone: were it lost when the originals are not,
  // what they had would be gone.
  if (std::any_of(found_.begin(), found_.end(), is_original)) OTTLA_TRY_DONE(disk_.sync_directory(input_.folder));
  for (const FoundSegment& segment : found_) {
    if (!is_original(segment)) continue;
    marks_.hit(Mark::original_left_behind);
    OTTLA_TRY_DONE(unlink_segment(disk_, input_.folder, segment.base));
    names_changed_ = true;
  }
  std::erase_if(found_, is_original);
  swapped_.emplace_back(base, known->end);
  return {};
}

// There is no segment. A new partition whose first file was not durable yet, or all that was there is gone.
Job::Step LoadJob::no_segments() {
  if (!input_.restart_at.has_value() && input_.believed_end > input_.log_start) {
    marks_.hit(Mark::missing_segment_at_recovery_point);
    return tell_damage(input_.folder + " has no segments, and had batches up to " +
                       std::to_string(input_.believed_end.value()));
  }
  const Offset start = input_.restart_at.value_or(input_.log_start);
  if (const auto gone = unlink_if_there(disk_, path(kSideFile)); !gone.ok()) return fail(gone.error());
  for (const OffsetFileName& name : snapshots_) {
    const auto gone = unlink_if_there(disk_, companion_path(input_.folder, name.base, kSnapshotSuffix));
    if (!gone.ok()) return fail(gone.error());
  }
  const auto file = disk_.create(log_path(start));
  if (!file.ok()) return fail(file.error());
  to_sync_.push_back(*file);
  epochs_ = LeaderEpochs();
  producers_ = ProducerState(input_.settings->producers_max);
  output_.epochs_unsaved_from = start;
  output_.segments.push_back({.content = SegmentContent(start), .verified = true, .sealed = false});
  output_.kept.push_back(false);
  output_.log_end = start;
  input_.log_start = start;
  exact_ = false;
  return go_on(&LoadJob::make_durable);
}

}  // namespace ottla
