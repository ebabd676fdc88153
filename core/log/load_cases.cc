// What a crash, a stop or damage leaves in a partition's folder, a function a case.
#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "core/base/crc32c.h"
#include "core/io/whole_file.h"
#include "core/log/companions.h"
#include "core/log/load_job.h"
#include "core/log/mutants.h"
#include "core/log/replaced_mark.h"
#include "core/model/limits.h"

namespace ottla {

namespace {

// A file whose content is gone, for whatever reason: it is read as one that is not there.
bool is_unreadable(IoError error) { return error == IoError::too_large || error == IoError::short_read; }

}  // namespace

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

IoResult<> LoadJob::read_side_file() {
  const auto bytes = read_whole_file(disk_, path(kSideFile), limits::kSideFileSizeMax);
  if (!bytes.ok()) {
    if (bytes.error() == IoError::not_found) {
      marks_.hit(Mark::side_file_missing);
      return {};
    }
    if (!is_unreadable(bytes.error())) return Failure(bytes.error());
    marks_.hit(Mark::side_file_damaged);
    return {};
  }
  auto content = decode_side_file(*bytes);
  if (!content.ok()) {
    marks_.hit(Mark::side_file_damaged);
    return {};
  }
  if (!output_.topic_id.is_zero() && !content->topic_id.is_zero() && content->topic_id != output_.topic_id) {
    marks_.hit(Mark::foreign_partition_metadata);
    damage_ = path(kSideFile) + " belongs to topic " + content->topic_id.text();
    return {};
  }
  if (output_.topic_id.is_zero()) output_.topic_id = content->topic_id;
  side_ = std::move(*content);
  return {};
}

// Epoch lines below the believed end were durable before the recovery point passed them. Their file has no checksum, so
// the side file has it; where that does not vouch for it, the lines are made anew from the batches' own epochs.
IoResult<> LoadJob::read_epochs() {
  const auto bytes = read_whole_file(disk_, path(kLeaderEpochFile), limits::kLeaderEpochFileSizeMax);
  if (!bytes.ok() && bytes.error() != IoError::not_found && !is_unreadable(bytes.error())) {
    return Failure(bytes.error());
  }
  const bool vouched = side_.has_value() && side_->leader_epochs_crc == (bytes.ok() ? crc32c(*bytes) : 0);
  auto lines = bytes.ok() && vouched ? decode_leader_epochs_or_nothing(*bytes) : std::nullopt;
  if (!lines.has_value() && !(vouched && !bytes.ok())) {
    if (side_.has_value()) {
      marks_.hit(bytes.ok() ? Mark::epoch_checkpoint_damaged : Mark::epoch_checkpoint_missing);
    }
    rebuild_epochs_ = true;
    output_.epochs_unsaved_from = Offset(0);
    return {};
  }
  if (lines.has_value()) epochs_ = std::move(*lines);
  return {};
}

std::optional<LeaderEpochs> LoadJob::decode_leader_epochs_or_nothing(BytesView bytes) {
  auto lines = LeaderEpochs::decode(bytes);
  if (!lines.ok()) return std::nullopt;
  return std::move(*lines);
}

// An epoch line is written when a leader begins, perhaps long before its first batch is durable. Say the log was cut to
// 8 and the line (3, from 10) went with that, in memory; then epoch 4 wrote from 8 to 20 and the crash came before the
// file was written again. The line for 10 is still in it and would claim epoch 4's batches for epoch 3: followers would
// be told to cut where nothing parts, or not to cut where it does. So lines from the believed end on go, and the batches
// above it, which carry their epochs, put them back where they are true.
void LoadJob::epoch_line_ahead_of_log() {
  if constexpr (is_planted(Mutant::stale_epoch_line_believed)) return;
  if (!epochs_.truncate_end(input_.believed_end)) return;
  marks_.hit(Mark::epoch_line_ahead_of_log);
  if (!output_.epochs_unsaved_from.has_value()) output_.epochs_unsaved_from = input_.believed_end;
}

// After a clean stop everything is written down, and nothing needs to be read but that. Only the sizes are compared.
void LoadJob::checkpoint_is_exact() {
  if (!input_.exact.has_value()) return epoch_line_ahead_of_log();
  const PartitionCheckpoint& exact = *input_.exact;
  exact_ = !found_.empty() && found_.back().base == exact.active_base && found_.back().file_size >= exact.active_size &&
           side_.has_value();
  input_.believed_end = std::max(input_.believed_end, exact.log_end);
  if (exact_) {
    marks_.hit(Mark::clean_shutdown);
  } else {
    marks_.hit(Mark::size_differs_from_checkpoint);
  }
}

// The side file lists a segment, with an end that was synced, and there is no such file. Retention and compaction take
// a segment out of the side file, durably, before they unlink it, so this one was lost. One without batches counts too:
// it says where the one before ends.
void LoadJob::segments_missing() {
  if (!side_.has_value()) return;
  for (const SegmentSummary& summary : side_->segments) {
    if (summary.end > input_.believed_end) continue;
    if (summary.size == 0 ? summary.end < input_.log_start : summary.end <= input_.log_start) continue;
    // Where a cut is cut short by a crash, an empty one at the very end may be gone.
    if (summary.size == 0 && summary.end == input_.believed_end && !input_.exact.has_value()) continue;
    const bool there = std::any_of(found_.begin(), found_.end(),
                                   [&](const FoundSegment& segment) { return segment.base == summary.base; });
    const bool swapped = std::any_of(swapped_.begin(), swapped_.end(), [&](const auto& range) {
      return range.first < summary.base && summary.base < range.second;
    });
    const bool dropped = std::find(to_drop_.begin(), to_drop_.end(), summary.base) != to_drop_.end();
    if (there || swapped || dropped) continue;
    marks_.hit(Mark::gap_below_recovery_point);
    damage_ = log_path(summary.base) + " is missing";
    return;
  }
}

// Whether a segment is taken as it is written down. Not the active one after a crash: what it held when the side file was
// written says nothing of today. Nor one whose end is not below the believed end, or reaches into the next.
void LoadJob::believe_summary(size_t index) {
  FoundSegment& segment = found_[index];
  const bool last = index + 1 == found_.size();
  segment.scan = true;
  std::span<const SegmentSummary> summaries;
  if (!starting()) {
    summaries = input_.known->segments;
  } else if (side_.has_value()) {
    summaries = side_->segments;
  }
  const auto summary = std::find_if(summaries.begin(), summaries.end(),
                                    [&](const SegmentSummary& one) { return one.base == segment.base; });
  if (summary == summaries.end()) return;
  if (!starting()) {
    segment.summary = &*summary;
    segment.served_end = input_.known->served_ends[static_cast<size_t>(summary - summaries.begin())];
    segment.scan = last;
    return;
  }
  if (rescan_.contains(segment.base) || summary->end > std::min(next_base(index), input_.believed_end)) return;
  if (segment.file_size < summary->size) {
    marks_.hit(Mark::damage_below_recovery_point);
    damage_ = log_path(segment.base) + " is shorter than it was";
    return;
  }
  // It went on growing after the side file was written; or its file goes on above its end, where a truncation left it. At
  // a clean stop the checkpoint says how much there is of the last one, and the side file is older where it could not be
  // written then. At a wake it is as new as the log.
  const bool ends_there = input_.wakes && !last && summary->end == next_base(index);
  if (last && exact_ ? summary->size != input_.exact->active_size : segment.file_size > summary->size && !ends_there) {
    marks_.hit(Mark::side_file_stale);
    return;
  }
  if (last && !exact_) return;
  // Its file has the size that was written down, and was longer when the next one began: a crash took the rest.
  if (!last && summary->end < next_base(index) && next_base(index) > input_.believed_end) return;
  segment.summary = &*summary;
  segment.scan = false;
}

// The newest snapshot at or below the believed end is where producer state starts from; batches from its offset on are
// replayed, and the segments that hold them are read for it. One above the believed end may be from before a truncation
// that a crash half undid: it would know sequences that were never kept, and refuse what a producer sends again.
IoResult<> LoadJob::read_snapshot() {
  std::sort(snapshots_.begin(), snapshots_.end(), [](const auto& a, const auto& b) { return a.base > b.base; });
  const Offset from = found_.front().base;
  Offset newest = std::min(input_.believed_end, input_.truncate_to.value_or(input_.believed_end));
  if (exact_ && (snapshots_.empty() || snapshots_.front().base < newest)) marks_.hit(Mark::snapshot_missing);
  // A segment that is read gets its aborted index from the replay of its batches, all of them.
  const auto read_first =
      std::find_if(found_.begin(), found_.end(), [](const FoundSegment& segment) { return segment.scan; });
  if (read_first != found_.end()) newest = std::min(newest, read_first->base);
  // Nor does one count that lies inside a segment, which would be read then for what comes after it.
  const auto lies_inside = [&](Offset at) {
    for (size_t index = 0; index < found_.size() && found_[index].base < at; ++index) {
      if (found_end(index) > at) return true;
    }
    return false;
  };
  for (const OffsetFileName& name : snapshots_) {
    if (name.base > newest || name.base < from || lies_inside(name.base)) continue;
    OTTLA_TRY(auto state, decode_snapshot(name.base));
    if (state.has_value()) {
      producers_ = std::move(*state);
      producers_.set_map_end(name.base);
      // Windows that do not fit are of another snapshot at the same offset: the last batch of each stays known.
      if (side_.has_value() && side_->windows_offset == name.base) (void)producers_.restore_windows(side_->windows);
      whole_snapshot_ = name.base;
      scan_from(name.base);
      return {};
    }
    marks_.hit(Mark::snapshot_damaged);
  }
  if (from > Offset(0)) marks_.hit(Mark::snapshot_missing);
  producers_.set_map_end(from);
  scan_from(from);
  return {};
}

// Nothing: it is damaged.
IoResult<std::optional<ProducerState>> LoadJob::decode_snapshot(Offset offset) {
  const auto bytes =
      read_whole_file(disk_, companion_path(input_.folder, offset, kSnapshotSuffix), limits::kProducerSnapshotSizeMax);
  if (!bytes.ok() && !is_unreadable(bytes.error())) return Failure(bytes.error());
  if (!bytes.ok()) return std::optional<ProducerState>();
  auto state = ProducerState::decode_snapshot(offset, *bytes, input_.settings->producers_max);
  return state.ok() ? std::optional<ProducerState>(std::move(*state)) : std::nullopt;
}

// One that lies above where producer state started from was not read before.
bool LoadJob::snapshot_is_whole(Offset offset) {
  if (whole_snapshot_ == offset) return true;
  const auto state = decode_snapshot(offset);
  return state.ok() && state->has_value();
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

// What it means that the batches of a segment ended where they did. Returns what is damaged.
std::optional<std::string> LoadJob::scan_stopped(size_t index) {
  const SegmentContent& content = scan_->content();
  const Offset end = content.end();
  const Offset next = next_base(index);
  const bool last = index + 1 == found_.size();
  const std::string at = log_path(content.base()) + " at " + std::to_string(content.size());
  const bool whole = scan_->stop() == SegmentScan::Stop::end || scan_->stop() == SegmentScan::Stop::bound;

  if (contradicts_side_file(index) || (last && contradicts_checkpoint(index))) {
    marks_.hit(Mark::damage_below_recovery_point);
    return "batches in " + log_path(content.base()) + " are not those that were written";
  }
  // Batches go on where the next segment is, and not where they would have to: compaction's file, and an original that it
  // stands for. Its mark would have told, and was lost; what of both counts nobody can say.
  const SegmentSummary* known = listed(content.base());
  if (starting() && scan_->stop() == SegmentScan::Stop::bound && end < next &&
      (known == nullptr || known->end <= next)) {
    marks_.hit(Mark::damage_below_recovery_point);
    return at + " goes on above " + log_path(next);
  }
  // The next segment begins where this one's last batch ended: what is left in the file does not count. A truncation
  // leaves that, which may not touch bytes that a reader was given, and an append that failed half way.
  const bool hole = !last && end < std::min(next, input_.believed_end) && !may_leave_a_hole(index);
  if (end >= next || (!last && scan_->stop() == SegmentScan::Stop::bound && !hole)) {
    if (starting() && scan_->file_size() > content.size()) marks_.hit(Mark::overlap_with_next_segment);
    return std::nullopt;
  }
  if (!starting()) {
    if (whole) return std::nullopt;
    return "batches damaged in " + at;
  }
  if (whole && hole && end < input_.believed_end) {
    marks_.hit(Mark::gap_below_recovery_point);
    return at + " is followed by " + log_path(next) + ", and batches from " + std::to_string(end.value()) +
           " on were synced";
  }
  if (!whole && end < input_.believed_end) {
    marks_.hit(Mark::damage_below_recovery_point);
    return "batches damaged in " + at + ", which was synced";
  }
  if (whole && last && end < input_.believed_end) {
    marks_.hit(Mark::checkpoint_ahead_of_log);
    return at + " is the end, but batches up to " + std::to_string(input_.believed_end.value()) + " were synced";
  }
  if (!whole) {
    tail_torn(index);
  } else if (content.empty() && !last && next - content.base() > std::numeric_limits<int32_t>::max()) {
    // Offsets jumped further than an index can say. What lost batches has a next one that is nearer.
  } else if (!last && next > input_.believed_end) {
    tail_lost_below(index);
  } else if (last && index > 0 && content.empty()) {
    // Rolled, and the crash came before its first batch reached the disk. It goes on from here.
    marks_.hit(Mark::empty_segment_at_end);
  }
  return std::nullopt;
}

// A segment goes up to where the next one begins: whoever rolls begins the next at the log end, and compaction keeps the
// last batch of what it merges. While originals are left, its file has its mark or stands in the side file, which says
// itself what must be there. Kafka's compaction keeps no last batches; in its folders there is no side file. And offsets may
// jump further than an index can say.
bool LoadJob::may_leave_a_hole(size_t index) const {
  const Offset base = found_[index].base;
  if (!starting() || !side_.has_value() || rescan_.contains(base)) return true;
  if (next_base(index) - base > std::numeric_limits<int32_t>::max() / 2) return true;
  return listed(base) != nullptr;
}

// What the side file says of the segment, if that is to be believed.
const SegmentSummary* LoadJob::listed(Offset base) const {
  if (!side_.has_value() || rescan_.contains(base)) return nullptr;
  const auto found = std::find_if(side_->segments.begin(), side_->segments.end(),
                                  [&](const SegmentSummary& one) { return one.base == base; });
  return found == side_->segments.end() ? nullptr : &*found;
}

// The active segment has no sums yet, and a base offset may have become a greater one, as behind a gap. But the last
// checkpoint knows in how many bytes the recovery point is reached, and a cut below that lowers it first. (A segment that is
// active again since a cut took the later ones may have been compacted before: then it has its mark, or is shorter.)
bool LoadJob::contradicts_checkpoint(size_t index) const {
  if (!starting() || !input_.synced.has_value() || input_.synced->base != found_[index].base) return false;
  if (rescan_.contains(found_[index].base) || scan_->file_size() < input_.synced->size) return false;
  return believed_size_ != input_.synced->size;
}

// A segment that was read all the same is held against what is written down of it: a base offset and a leader epoch stand
// outside a batch's own checksum, and a batch with another offset looks like one behind a gap.
bool LoadJob::contradicts_side_file(size_t index) const {
  const SegmentContent& content = scan_->content();
  const SegmentSummary* summary = listed(content.base());
  if (!starting() || summary == nullptr || summary->end > input_.believed_end) return false;
  const std::vector<ChunkSum> sums = content.sums().all();
  // The last chunk may have grown since.
  size_t same =
      content.size() == summary->size || summary->chunks.empty() ? summary->chunks.size() : summary->chunks.size() - 1;
  if (content.size() < summary->size) {
    // Compaction's file reaches over originals that a crash has left: it counts up to the first of them.
    if (summary->end <= next_base(index) || scan_->stop() != SegmentScan::Stop::bound) return true;
    same = std::min(summary->chunks.size(), sums.empty() ? 0 : sums.size() - 1);
  }
  return !std::equal(summary->chunks.begin(), summary->chunks.begin() + static_cast<std::ptrdiff_t>(same),
                     sums.begin());
}

// Batches were written and not synced when the crash came. Of their pages some reached the disk and some did not, and
// the file's size is another matter still: the first batch that is not whole is where the log ends. Later ones may be
// whole, but a log has no holes. Nobody was told that they are durable.
void LoadJob::tail_torn(size_t index) {
  switch (scan_->stop()) {
    case SegmentScan::Stop::zeros: marks_.hit(Mark::zero_tail); break;
    case SegmentScan::Stop::back: marks_.hit(Mark::epoch_going_back); break;
    default: marks_.hit(Mark::torn_tail); break;
  }
  cut_at_ = index;
  if (index + 1 < found_.size()) marks_.hit(Mark::gap_above_recovery_point);
}

// The tail of a closed segment was lost, exactly at a batch's end, while the next segment is there: its size reached
// the disk and this one's did not. Going on with the next would leave a hole, so it goes.
void LoadJob::tail_lost_below(size_t index) {
  marks_.hit(Mark::gap_above_recovery_point);
  cut_at_ = index;
}

}  // namespace ottla
