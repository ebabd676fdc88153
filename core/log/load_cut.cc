// The later half of a load: what does not count goes from the disk, and what counts becomes durable.
#include <algorithm>
#include <utility>

#include "core/io/whole_file.h"
#include "core/log/companions.h"
#include "core/log/load_job.h"
#include "core/log/mutants.h"

namespace ottla {

// A cut into a segment that compaction put in the place of several: were its originals left, they would go on behind it.
// And its mark would have a start drop what is appended there, or call the rest damaged. What the side file says of it is
// not believed, for it reaches above the recovery point, which was lowered.
Job::Step LoadJob::drop_originals() {
  std::sort(not_ours_.begin(), not_ours_.end());
  for (const Offset base : not_ours_) {
    if (base < found_.back().base) continue;
    if (const auto gone = unlink_segment(disk_, input_.folder, base); !gone.ok()) return fail(gone.error());
    const auto synced = disk_.sync_directory(input_.folder);
    if (!synced.ok()) return fail(synced.error());
  }
  const auto gone = unlink_mark();
  return gone.ok() ? go_on(&LoadJob::cut) : fail(gone.error());
}

// Of the segment that is the last one from here on.
IoResult<> LoadJob::unlink_mark() {
  const std::string mark = companion_path(input_.folder, found_[output_.segments.size() - 1].base, kReplacedSuffix);
  if (!disk_.status(mark).ok()) return {};
  OTTLA_TRY_DONE(disk_.unlink(mark));
  return disk_.sync_directory(input_.folder);
}

// The log ends inside a file that goes on, or before files that follow.
Job::Step LoadJob::cut() {
  for (size_t index = output_.segments.size(); index < found_.size(); ++index) to_drop_.push_back(found_[index].base);
  std::sort(to_drop_.begin(), to_drop_.end());
  const size_t last = output_.segments.size() - 1;
  const SegmentContent& content = output_.segments[last].content;
  // The last segment's file may be longer than what counts of it, and no reader can have a slice of the rest. In the others
  // the rest stays: a batch behind the next one's base says that nothing is missing up to there, as where compaction took
  // what stood there and its originals are not all gone.
  if (starting() && found_[last].scan) {
    const FilePtr& file = to_sync_.back();
    const auto file_size = file->size();
    if (!file_size.ok()) return fail(file_size.error());
    if (*file_size > content.size()) {
      // make_durable syncs it, before anything is appended.
      if (const auto done = file->truncate(content.size()); !done.ok()) return fail(done.error());
      if (const auto done = before_dropping(*file); !done.ok()) return fail(done.error());
    }
  }
  if (starting() || !found_[last].scan) return go_on(&LoadJob::drop_later);

  const Offset base = content.base();
  const Offset end = content.end();
  if (!input_.rewrite && content.size() >= found_[last].served_end) {
    marks_.hit(Mark::truncated_in_place);
    if (const auto done = to_sync_.back()->truncate(content.size()); !done.ok()) return fail(done.error());
    if (const auto done = before_dropping(*to_sync_.back()); !done.ok()) return fail(done.error());
    return go_on(&LoadJob::drop_later);
  }
  // Somebody may read on above the cut, so those bytes stay, and a new file begins where the old one ends.
  marks_.hit(Mark::truncated_to_new_file);
  const std::string fresh = log_path(end);
  const std::string made = fresh + std::string(kReplacementSuffix);
  if (const auto gone = unlink_if_there(disk_, made); !gone.ok()) return fail(gone.error());
  const auto file = disk_.create(made);
  if (!file.ok()) return fail(file.error());
  // Where it takes the place of one that goes: compaction's mark of that one would have a start call this one damaged.
  if (const auto gone = unlink_if_there(disk_, companion_path(input_.folder, end, kReplacedSuffix)); !gone.ok()) {
    return fail(gone.error());
  }
  if (const auto renamed = disk_.rename(made, fresh); !renamed.ok()) return fail(renamed.error());
  if (!to_drop_.empty()) {
    if (const auto synced = disk_.sync_directory(input_.folder); !synced.ok()) return fail(synced.error());
  }
  names_changed_ = true;
  output_.segments[last].content.complete_time_index();
  if (end == base) {
    // The old file lives on for its readers only.
    output_.segments.pop_back();
    output_.kept.pop_back();
    to_sync_.pop_back();
  }
  std::erase(to_drop_, end);
  output_.segments.push_back({.content = SegmentContent(end), .verified = true, .sealed = false});
  output_.kept.push_back(false);
  return go_on(&LoadJob::drop_later);
}

// A segment's file may go on above its end, where an earlier cut left bytes that a reader had; the next one's base says
// where it ends. Before that one goes the bytes do, durably, or a crash would bring them back.
IoResult<> LoadJob::before_dropping(File& cut) {
  if (to_drop_.empty()) return {};
  return cut.sync();
}

// Oldest first and each durably, so that a crash leaves a row without a gap, or one with the gap above the believed end;
// and no file that goes on above its end without the one whose base says where that is.
Job::Step LoadJob::drop_later() {
  if (to_drop_.empty()) {
    if (input_.restart_at.has_value()) return no_segments();
    return go_on(&LoadJob::forget_what_was_cut);
  }
  const Offset base = to_drop_.front();
  to_drop_.erase(to_drop_.begin());
  if (const auto gone = unlink_segment(disk_, input_.folder, base); !gone.ok()) return fail(gone.error());
  const auto synced = disk_.sync_directory(input_.folder);
  return synced.ok() ? Step::more : fail(synced.error());
}

// The side file and snapshots that speak of more than there is would be believed once the recovery point has passed them.
Job::Step LoadJob::forget_what_was_cut() {
  if (output_.segments.empty()) return no_segments();
  output_.log_end = output_.segments.back().content.end();
  if (starting() && input_.log_start > output_.log_end) {
    // Everything up to the log start was deleted, durably, and the batches beneath it never got as far.
    input_.restart_at = input_.log_start;
    for (const LoadedSegment& segment : output_.segments) to_drop_.push_back(segment.content.base());
    output_.segments.clear();
    output_.kept.clear();
    to_sync_.clear();
    return go_on(&LoadJob::drop_later);
  }
  const Offset newest = starting() && !exact_ ? std::min(input_.believed_end, output_.log_end) : output_.log_end;
  std::erase_if(snapshots_, [&](const OffsetFileName& name) { return name.base <= newest; });
  for (const OffsetFileName& name : snapshots_) {
    if (starting()) marks_.hit(Mark::snapshot_ahead);
    if (const auto gone = unlink_if_there(disk_, companion_path(input_.folder, name.base, kSnapshotSuffix));
        !gone.ok()) {
      return fail(gone.error());
    }
    names_changed_ = true;
  }
  if (epochs_.truncate_end(output_.log_end) || !starting()) {
    auto& unsaved = output_.epochs_unsaved_from;
    if (!unsaved.has_value() || output_.log_end < *unsaved) unsaved = output_.log_end;
  }
  if (!side_.has_value()) return go_on(&LoadJob::forget_mark);
  // A segment that was read is sealed anew, and an index file made anew is not the one that is written down.
  const size_t dropped = std::erase_if(side_->segments, [&](const SegmentSummary& summary) {
    if (summary.end > output_.log_end) return true;
    const auto kept = std::find_if(output_.segments.begin(), output_.segments.end(),
                                   [&](const LoadedSegment& one) { return one.content.base() == summary.base; });
    return kept == output_.segments.end() || !kept->sealed;
  });
  if (dropped == 0 && side_->windows_offset <= output_.log_end) return go_on(&LoadJob::forget_mark);
  if (side_->windows_offset > output_.log_end) {
    side_->windows_offset = Offset(-1);
    side_->windows = Bytes();
  }
  BytesBuffer bytes;
  encode_side_file(*side_, bytes);
  if (const auto done = replace_file(disk_, path(kSideFile), bytes.view()); !done.ok()) return fail(done.error());
  return go_on(&LoadJob::forget_mark);
}

// A start may have to go on with a segment that compaction had closed: then its mark knows no more what it is.
Job::Step LoadJob::forget_mark() {
  if (!starting()) return go_on(&LoadJob::make_durable);
  const auto gone = unlink_mark();
  return gone.ok() ? go_on(&LoadJob::make_durable) : fail(gone.error());
}

Job::Step LoadJob::make_durable() {
  // After a failed sync nothing says that this file's bytes are on the disk, and the next sync succeeds.
  if (input_.rewrite && !input_.topic_id.is_zero() && !std::exchange(metadata_written_, true)) {
    BytesBuffer bytes;
    encode_partition_metadata(input_.topic_id, bytes);
    const auto written = replace_file(disk_, path(kPartitionMetadataFile), bytes.view());
    return written.ok() ? Step::more : fail(written.error());
  }
  if (!to_sync_.empty()) {
    const auto synced = to_sync_.back()->sync();
    if (!synced.ok()) return fail(synced.error());
    to_sync_.pop_back();
    return Step::more;
  }
  // Names, too: a segment that a killed process created is in the directory and perhaps not on the disk. So is the
  // partition's folder.
  if (!exact_) {
    if (const auto synced = disk_.sync_directory(input_.folder); !synced.ok()) return fail(synced.error());
    if (const auto synced = disk_.sync_directory(""); !synced.ok()) return fail(synced.error());
  }
  return go_on(&LoadJob::finish);
}

Job::Step LoadJob::finish() {
  output_.log_start = std::max(input_.log_start, output_.segments.front().content.base());
  if constexpr (is_planted(Mutant::dedup_window_lost_at_restart))
    producers_ = ProducerState(input_.settings->producers_max);
  producers_.set_map_end(output_.log_end);
  // Where batches were read from before the last snapshot on, and nothing came after it.
  if (side_.has_value() && side_->windows_offset == output_.log_end) (void)producers_.restore_windows(side_->windows);
  if (starting() && epochs_.truncate_start(output_.log_start) && !output_.epochs_unsaved_from.has_value()) {
    output_.epochs_unsaved_from = output_.log_start;
  }
  // The next side file goes on saying so, as long as the snapshot they belong to stands; else that is to be written again.
  if (side_.has_value() && side_->windows_offset >= Offset(0) && snapshot_is_whole(side_->windows_offset)) {
    output_.windows.emplace(side_->windows_offset, std::move(side_->windows));
  }
  output_.epochs = std::move(epochs_);
  output_.producers = std::move(producers_);
  return Step::done;
}

}  // namespace ottla
