#include <algorithm>
#include <utility>

#include "core/base/crc32c.h"
#include "core/log/log.h"
#include "core/log/mutants.h"
#include "core/log/seal_job.h"

namespace ottla {

bool Log::has_unsynced(SyncWhat what) const {
  if (what == SyncWhat::all) return dirty();
  if (what == SyncWhat::names) return folder_dirty_;
  return std::any_of(segments_.begin(), segments_.end() - 1, [](const auto& segment) { return segment->dirty; });
}

SyncItem Log::sync_item(SyncWhat what) {
  OTTLA_ASSERT(!sync_running_);
  SyncItem item;
  item.log = number_;
  item.generation = generation_;
  item.end = synced_end_;
  if (what == SyncWhat::all) item.end = log_end_;
  if (what == SyncWhat::closed) item.end = std::min(active().base(), log_end_);
  for (const auto& segment : segments_) {
    const bool wanted = what == SyncWhat::all || (what == SyncWhat::closed && segment != segments_.back());
    if (!wanted || !segment->dirty) continue;
    // Pinned since it was written: a failed write-back is told to a File that was open when it happened.
    auto file = host_.files.use(segment->file, Access::read_write, [&] { return path_of(*segment); });
    OTTLA_ASSERT(file.ok());
    segment->dirty = false;
    segment->syncing = true;
    item.bases.push_back(segment->base());
    item.files.push_back(std::move(*file));
  }
  item.all = std::exchange(metadata_closed_, false);
  if (metadata_file_.is_open()) {
    auto file = host_.files.use(metadata_file_, Access::read_write, [&] { return std::string(); });
    OTTLA_ASSERT(file.ok());
    item.files.push_back(std::move(*file));
    metadata_file_.close();
  }
  if (folder_dirty_) item.folder = folder();
  item.folder_is_new = folder_is_new_;
  folder_dirty_ = false;
  folder_is_new_ = false;
  if (what == SyncWhat::all) dirty_ = false;
  sync_running_ = true;
  return item;
}

void Log::synced(const SyncItem& item, bool succeeded) {
  sync_running_ = false;
  if (item.generation != generation_) return late_sync(item, succeeded);
  for (const auto& segment : segments_) {
    if (std::find(item.bases.begin(), item.bases.end(), segment->base()) == item.bases.end()) continue;
    segment->syncing = false;
    if (succeeded && !segment->dirty) host_.files.unpin(segment->file);
  }
  if constexpr (is_planted(Mutant::cache_believed_after_failure)) {
    if (!succeeded) {
      for (const auto& segment : segments_) {
        if (std::find(item.bases.begin(), item.bases.end(), segment->base()) != item.bases.end()) mark_dirty(*segment);
      }
      return;
    }
  }
  if (!succeeded) return sync_failed();
  sync_failures_ = 0;
  if (!item.folder.empty()) first_name_durable_ = true;
  if (item.end <= synced_end_) return;
  synced_end_ = item.end;
  unsynced_.release(synced_end_);
  host_.noticed(*this);
}

// The log is to be cut, and waits with that for this; or it was quarantined.
//
// Were the cut not to wait, it would sync the same files itself: after a failure here that second sync succeeds and says
// nothing (file.h), and batches below the cut would be called durable that the disk never got. And what was appended
// after the cut could stand at offsets below item.end: that the old bytes there reached the disk says nothing of them.
void Log::late_sync(const SyncItem& item, bool succeeded) {
  host_.marks.hit(Mark::late_sync_dropped);
  if constexpr (is_planted(Mutant::late_sync_believed)) {
    if (succeeded && state_ == LogState::ready) synced_end_ = std::max(synced_end_, std::min(item.end, log_end_));
    return;
  }
  if (state_ != LogState::loading) return;
  if (!succeeded && planned_load_.has_value() && !planned_load_->restart_at.has_value()) {
    if (!settings_->persisted || !unsynced_.complete()) {
      host_.marks.hit(Mark::failed_sync_offline);
      return go_offline("a sync failed");
    }
    // Two cuts in one: to the synced end, and what memory has between that and the one that was asked for comes back.
    rewriting_ = true;
    rewrite_below_ = planned_load_->truncate_to;
    const Offset end = std::min(synced_end_, planned_load_->truncate_to.value_or(synced_end_));
    // A lower cut than was planned: the checkpoints may have to be lowered further, too.
    return plan_load({.truncate_to = end, .rewrite = true});
  }
  begin_planned_load();
}

void Log::sync_failed() {
  const bool kept = settings_->persisted && unsynced_.complete();
  if (!kept || ++sync_failures_ > kSyncFailuresMax) {
    host_.marks.hit(Mark::failed_sync_offline);
    return go_offline("a sync failed");
  }
  host_.sink.warn("log", "sync failed, rewriting", {{"partition", partition_.text()}, {"from", synced_end_.value()}});
  rewriting_ = true;
  plan_load({.truncate_to = synced_end_, .rewrite = true});
}

PartitionCheckpoint Log::checkpoint() const {
  Offset recovery_point = epochs_unsaved_from_.has_value() ? std::min(synced_end_, *epochs_unsaved_from_) : synced_end_;
  if (recovery_point_max_.has_value()) recovery_point = std::min(recovery_point, *recovery_point_max_);
  const bool open = !segments_.empty();
  // A log that went offline while it was rewritten may end below its start. One that nobody loaded since an unclean stop
  // ends anywhere above the recovery point: were it to say that it ends there, and the directory that it stopped clean,
  // the next start would cut off what lies above. Nor may one say so that is in trouble, or loading: its names and bytes
  // need not be durable, and a start that is told where it ends makes none of them so.
  const bool exact = open ? state_ == LogState::ready : ends_known_;
  return {.partition = partition_,
          .topic_id = topic_id_,
          .log_start = log_start_,
          .recovery_point = std::max(recovery_point, Offset(0)),
          .active_base = open ? segments_.back()->base() : dormant_active_base_,
          .log_end = exact ? std::max(log_end_, log_start_) : Offset(INT64_MAX),
          .active_size = open ? segments_.back()->size() : dormant_active_size_,
          .total_size = size(),
          .oldest = state_ == LogState::ready || !open ? oldest_segment() : std::nullopt};
}

std::optional<JobId> Log::seal(Instant now, bool all) {
  auto job = make_seal(now, all);
  if (job == nullptr) return std::nullopt;
  seal_begun(host_.start(number_, std::move(job)));
  return seal_job_;
}

std::unique_ptr<SealJob> Log::make_seal(Instant now, bool all) {
  if (state_ != LogState::ready || seal_job_.has_value() || load_job_.has_value() || planned_load_.has_value()) {
    return nullptr;
  }
  SealJob::Input input;
  input.disk = &host_.disk;
  input.folder = folder();
  input.generation = generation_;
  input.durable = all;
  // Where nothing was ever appended there is nothing to say, and a start is as quick without.
  const bool blank = log_start_ == log_end_ && segments_.size() == 1 && active().empty() && producers_.empty();
  const bool closes_active = all && !blank;
  if (closes_active) take_snapshot();
  if (all) give_back_reserve();
  for (const auto& segment : segments_) {
    const bool active = segment == segments_.back();
    if (segment->sealed() || (active && !closes_active)) continue;
    SegmentContent& content = segment->content();
    OTTLA_ASSERT(content.indexes() != nullptr);
    content.complete_time_index();
    EncodedIndexes encoded = EncodedIndexes::of(*content.indexes());
    content.set_file_sums(EncodedIndexes::sum(encoded.index), EncodedIndexes::sum(encoded.time_index),
                          EncodedIndexes::sum(encoded.aborted_index));
    input.indexes.emplace_back(segment->base(), std::move(encoded));
    input.segments.push_back(segment->base());
  }
  // In the order in which they left: what compaction put in the place of others goes after those.
  for (const Condemned& condemned : condemned_) {
    if (condemned.due > now && !all) break;
    input.to_unlink.push_back(condemned.base);
    OTTLA_ASSERT(std::none_of(segments_.begin(), segments_.end(),
                              [&](const auto& segment) { return segment->base() == condemned.base; }),
                 condemned.base);
  }
  const bool snapshot_waits = snapshot_.has_value() && !snapshot_->written;
  input.to_unmark = marks_to_unlink(input.segments, input.to_unlink);
  if (input.indexes.empty() && input.to_unlink.empty() && !snapshot_waits && !side_file_dirty_ && !epochs_dirty() &&
      input.to_unmark.empty()) {
    return nullptr;
  }
  BytesBuffer bytes;
  epochs_.encode(bytes);
  input.epochs = bytes.freeze();
  input.epochs_end = log_end_;
  input.side.topic_id = topic_id_;
  input.side.leader_epochs_crc = crc32c(*input.epochs);
  for (const auto& segment : segments_) {
    const bool sealed = segment->sealed() || std::find(input.segments.begin(), input.segments.end(), segment->base()) !=
                                                 input.segments.end();
    // One whose bytes are not synced is not vouched for: what a crash leaves of it is for recovery to say.
    if (sealed && (segment->end() <= synced_end_ || all)) input.side.segments.push_back(segment->content().summary());
  }
  if (snapshot_.has_value()) {
    if (snapshot_waits) input.snapshot.emplace(snapshot_->offset, snapshot_->bytes);
    input.side.windows_offset = snapshot_->offset;
    input.side.windows = snapshot_->windows;
  }
  side_file_dirty_ = false;
  return std::make_unique<SealJob>(std::move(input));
}

// Compaction's marks, of segments that the side file will know. Not while a pass runs, which may write one at any moment;
// nor while originals that it stands for are left.
std::vector<Offset> Log::marks_to_unlink(const std::vector<Offset>& sealing, const std::vector<Offset>& unlinking) {
  marked_.insert(sealing.begin(), sealing.end());
  if (pass_unwanted_ != nullptr) return {};
  std::vector<Offset> free;
  for (size_t index = 0; index < segments_.size(); ++index) {
    const Offset base = segments_[index]->base();
    const Offset end = index + 1 < segments_.size() ? segments_[index + 1]->base() : log_end_;
    const bool original_left = std::any_of(condemned_.begin(), condemned_.end(), [&](const Condemned& one) {
      return one.base > base && one.base < end &&
             std::find(unlinking.begin(), unlinking.end(), one.base) == unlinking.end();
    });
    if (marked_.contains(base) && !original_left) free.push_back(base);
  }
  std::erase_if(marked_, [&](Offset base) {
    return std::find(free.begin(), free.end(), base) != free.end() || base < segments_.front()->base();
  });
  return free;
}

// As producer state is now, for the files to come: at the end of the log, where a segment begins or a stop is.
void Log::take_snapshot() {
  unsnapped_size_ = 0;
  if (snapshot_.has_value() && snapshot_->offset == log_end_) return;
  BytesBuffer bytes;
  producers_.encode_snapshot(bytes);
  Snapshot snapshot{.offset = log_end_, .bytes = bytes.freeze()};
  producers_.encode_windows(bytes);
  snapshot.windows = bytes.freeze();
  snapshot_ = std::move(snapshot);
}

void Log::sealed(SealJob& job) {
  const SealJob::Input& input = job.input();
  if (job.error().has_value()) {
    // Nothing depends on it but the time that a start takes; the next tick tries again.
    side_file_dirty_ = true;
    host_.sink.warn("log", "seal failed", {{"error", describe(*job.error(), input.folder)}});
    return;
  }
  std::erase_if(condemned_, [&](const Condemned& condemned) {
    return std::find(input.to_unlink.begin(), input.to_unlink.end(), condemned.base) != input.to_unlink.end();
  });
  if (input.generation != generation_) {
    side_file_dirty_ = true;
    return;
  }
  for (const auto& segment : segments_) {
    if (std::find(input.segments.begin(), input.segments.end(), segment->base()) == input.segments.end()) continue;
    // The active one may have grown since; then it is written again when it closes.
    const auto listed = std::find_if(input.side.segments.begin(), input.side.segments.end(),
                                     [&](const SegmentSummary& summary) { return summary.base == segment->base(); });
    // Or compaction replaced it, by one that may be as long.
    if (listed != input.side.segments.end() && listed->size == segment->size() &&
        listed->chunks == segment->content().sums().all()) {
      segment->set_sealed(true);
    }
    if (listed == input.side.segments.end()) side_file_dirty_ = true;
  }
  if (input.snapshot.has_value() && snapshot_.has_value() && snapshot_->offset == input.snapshot->first) {
    snapshot_->written = true;
    snapshot_->bytes = Bytes();
  }
  if (!epochs_unsaved_from_.has_value()) return;
  BytesBuffer bytes;
  epochs_.encode(bytes);
  if (bytes.view() == input.epochs->view()) {
    epochs_unsaved_from_.reset();
  } else if (*epochs_unsaved_from_ < input.epochs_end) {
    epochs_unsaved_from_ = input.epochs_end;
  }
}

}  // namespace ottla
