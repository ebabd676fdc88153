// What a load makes of the files beside the batches: what is believed of them, a function a case.
#include <algorithm>
#include <span>
#include <utility>

#include "core/base/crc32c.h"
#include "core/io/whole_file.h"
#include "core/log/companions.h"
#include "core/log/load_job.h"
#include "core/log/mutants.h"
#include "core/model/limits.h"

namespace ottla {

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

}  // namespace ottla
