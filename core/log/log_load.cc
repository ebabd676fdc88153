#include <algorithm>
#include <utility>

#include "core/log/cold_read.h"
#include "core/log/load_job.h"
#include "core/log/log.h"
#include "core/log/mutants.h"
#include "core/log/offset_for_time.h"
#include "core/log/seal_job.h"

namespace ottla {

void Log::load() {
  if (state_ == LogState::dormant) plan_load({});
}

LogResult<> Log::truncate_to(Offset end) {
  if (host_.closing) return Failure(LogError::not_ready);
  if (state_ == LogState::dormant) {
    if (ends_known_ && end >= log_end_) return {};
    plan_load({});
    truncate_when_loaded_ = end;
    return {};
  }
  OTTLA_TRY_DONE(check_ready());
  if (end < log_start_) return Failure(LogError::offset_out_of_range);
  if (end >= log_end_) return {};
  plan_load({.truncate_to = end});
  return {};
}

LogResult<> Log::restart_at(Offset start) {
  if (host_.closing) return Failure(LogError::not_ready);
  if (state_ != LogState::dormant) OTTLA_TRY_DONE(check_ready());
  plan_load({.restart_at = start});
  return {};
}

// Whatever was begun before means something else from here on: results of syncs and reads that run are of the old
// generation.
void Log::plan_load(const PlannedLoad& plan) {
  // (Of a dormant one nothing was begun, and a wake changes nothing.)
  if (state_ != LogState::dormant || plan.restart_at.has_value()) ++generation_;
  planned_load_ = plan;
  if (pass_unwanted_ != nullptr) pass_unwanted_->store(true);
  set_state(LogState::loading);
  // Where it will end is known when it is done: a batch that holds the offset goes whole. The base of the segment that will
  // be the last is below, and what is written down of that one is not to be believed meanwhile.
  recovery_point_max_.reset();
  if (plan.truncate_to.has_value()) {
    recovery_point_max_ = segments_.empty() ? *plan.truncate_to : segments_.front()->base();
    for (const auto& segment : segments_) {
      if (segment->base() < *plan.truncate_to) recovery_point_max_ = segment->base();
    }
  }
  if (plan.restart_at.has_value()) recovery_point_max_ = Offset(0);
  if constexpr (is_planted(Mutant::recovery_point_outruns_log)) {
    recovery_point_max_.reset();
    return begin_planned_load();
  }
  // While the checkpoints claim more to be synced than will be left, a crash after the first new batches would find
  // them torn below the recovery point and take that for damage; or find old batches there and believe them.
  if (recovery_point_max_.has_value() && checkpointed_recovery_point_ > *recovery_point_max_) {
    host_.marks.hit(Mark::truncation_lowers_checkpoint);
    waits_for_checkpoint_ = true;
    host_.lower_recovery_point(*this);
    return;
  }
  begin_planned_load();
}

void Log::recovery_point_lowered() {
  if (!waits_for_checkpoint_) return;
  // They were for a cut that was planned before this one.
  if (recovery_point_max_.has_value() && checkpointed_recovery_point_ > *recovery_point_max_) return;
  waits_for_checkpoint_ = false;
  begin_planned_load();
}

void Log::begin_planned_load() {
  // A seal writes the side file, as the load does: one at a time. Why not beside a sync, late_sync() tells. And a pass of
  // compaction would mark a segment that was cut since, or is another one.
  if (!planned_load_.has_value() || waits_for_checkpoint_ || seal_job_.has_value()) return;
  if (pass_unwanted_ != nullptr) return;
  if (sync_running_ && !is_planted(Mutant::late_sync_believed)) return;
  LoadJob::Input input{.disk = &host_.disk,
                       .marks = &host_.marks,
                       .folder = folder(),
                       .topic_id = topic_id_,
                       .settings = settings_,
                       .log_start = log_start_,
                       .believed_end = synced_end_,
                       .exact = std::nullopt,
                       .wakes = asleep_,
                       .synced = std::nullopt,
                       .known = std::nullopt,
                       .truncate_to = planned_load_->truncate_to,
                       .restart_at = planned_load_->restart_at,
                       .rewrite = planned_load_->rewrite};
  if (segments_.empty()) {
    if (clean_) {
      input.exact = checkpoint();
    } else {
      input.synced = dormant_synced_;
    }
  } else {
    LoadJob::Known known;
    known.epochs = epochs_;
    for (const auto& segment : segments_) {
      known.segments.push_back(segment->content().summary());
      known.served_ends.push_back(segment->served_end());
      // After a failed sync the page cache is not asked again: what counts was synced before.
      if (!planned_load_->rewrite && segment->file.is_pinned()) {
        auto file = host_.files.use(segment->file, Access::read_write, [&] { return path_of(*segment); });
        if (file.ok()) known.unsynced.push_back(std::move(*file));
      }
    }
    input.believed_end = planned_load_->truncate_to.value_or(log_end_);
    input.known = std::move(known);
  }
  planned_load_.reset();
  load_job_ = host_.start(number_, std::make_unique<LoadJob>(std::move(input)));
}

void Log::loaded(LoadJob& job) {
  if (state_ != LogState::loading) return;  // damage was found meanwhile
  const bool restarted = job.restarted();
  if (job.damage().has_value()) return quarantine(*job.damage());
  if (job.error().has_value()) {
    // Nothing is lost by trying again, if nothing was held here: a start that lacked a descriptor or was told of a full
    // disk succeeds later.
    const std::string what = describe(*job.error(), folder());
    // But for a failed sync: the next one succeeds, and says nothing of what the cache forgot (file.h).
    const bool passing = (*job.error() == IoError::no_space && job.error()->operation() != IoOperation::sync) ||
                         *job.error() == IoError::too_many_files;
    if (!segments_.empty() || !passing) return go_offline(what);
    // A job opens files beside the pool, and few at once.
    for (size_t closed = 0; *job.error() == IoError::too_many_files && closed < 8 && host_.files.close_one();) ++closed;
    host_.sink.warn("log", "load failed", {{"partition", partition_.text()}, {"reason", what}});
    return set_state(LogState::dormant);
  }

  LoadJob::Output& output = job.output();
  std::vector<std::unique_ptr<Segment>> segments;
  for (size_t index = 0; index < output.segments.size(); ++index) {
    const Offset base = output.segments[index].content.base();
    const auto old = std::find_if(segments_.begin(), segments_.end(),
                                  [&](const auto& segment) { return segment != nullptr && segment->base() == base; });
    if (output.kept[index] && old != segments_.end()) {
      (*old)->dirty = false;
      (*old)->syncing = false;
      host_.files.unpin((*old)->file);
      segments.push_back(std::move(*old));
      continue;
    }
    auto segment = std::make_unique<Segment>(std::move(output.segments[index]));
    // The same file, cut: readers still hold slices of it. (A new file of the same name has none of these bytes.)
    if (old != segments_.end() && segment->size() > 0) segment->served((*old)->served_end());
    // Where the file goes on above the segment's end, a cut left it so for a reader.
    if (was_served_) segment->served(INT64_MAX);
    segments.push_back(std::move(segment));
  }
  segments_ = std::move(segments);
  // A process that was killed may have reserved room there.
  if (!clean_ && !segments_.empty() && segments_.back()->size() > settings_->reserve_from) {
    segments_.back()->reserved_end = segments_.back()->size();
  }
  topic_id_ = output.topic_id;
  log_start_ = output.log_start;
  log_end_ = output.segments.empty() ? output.log_start : output.log_end;
  synced_end_ = log_end_;
  ends_known_ = true;
  clean_ = false;
  asleep_ = false;
  was_served_ = false;
  dirty_ = false;
  folder_dirty_ = false;
  folder_is_new_ = false;
  first_name_durable_ = true;
  epochs_ = std::move(output.epochs);
  if (output.epochs_unsaved_from.has_value()) note_epochs_changed(*output.epochs_unsaved_from);
  // What the job cannot know after a rewrite, for it stands in no file: what producers sent before their last batches.
  ProducerState before = std::exchange(producers_, std::move(output.producers));
  const bool rewritten = rewriting_;
  // What had left the log went with what was cut (LoadJob::drop_originals), and others have those names one day.
  if (recovery_point_max_.has_value()) {
    std::erase_if(condemned_, [&](const Condemned& one) { return one.base >= *recovery_point_max_; });
  }
  recovery_point_max_.reset();
  side_file_dirty_ = true;
  snapshot_.reset();
  if (output.windows.has_value()) {
    auto& [offset, windows] = *output.windows;
    snapshot_ = Snapshot{.offset = offset, .bytes = {}, .windows = std::move(windows), .written = true};
  }
  if (restarted) {
    condemned_.clear();  // those files went with the others
    host_.sink.info("log", "restarted", {{"partition", partition_.text()}, {"at", log_end_.value()}});
  }

  append_again();
  if (state_ != LogState::loading) return;
  if (rewritten && before.map_end() == producers_.map_end()) producers_ = std::move(before);
  // The cut took the batch that the log start lies in. An end below the start would be a place to append to, until a
  // crash finds those batches deleted.
  if (log_end_ < log_start_) return plan_load({.restart_at = log_start_});
  set_state(LogState::ready);
  if (truncate_when_loaded_.has_value()) {
    const Offset end = *std::exchange(truncate_when_loaded_, std::nullopt);
    if (end < log_end_) plan_load({.truncate_to = std::max(end, log_start_)});
  }
}

// After a failed sync: the suffix that memory kept goes into the new file, as if it were appended now, and the next
// round syncs it. Whoever waits for durable_end never learns of it.
void Log::append_again() {
  const std::vector<UnsyncedBatch> suffix = unsynced_.take();
  for (const UnsyncedBatch& batch : suffix) {
    if (batch.base_offset < log_end_) continue;  // a truncation was quicker
    if (!rewriting_) break;
    const PlacedBatch placed = PlacedBatch::of(BytesView(batch.header));
    if (rewrite_below_.has_value() && placed.last_offset >= *rewrite_below_) break;
    const BytesView parts[] = {BytesView(batch.header), batch.body};
    auto written = roll_for_jump(batch.base_offset, placed.last_offset);
    if (written.ok()) written = write(parts, static_cast<int64_t>(batch.header.size() + batch.body.size()));
    if (!written.ok()) return go_offline("rewriting after a failed sync: " + std::string(text(written.error().code())));
    take_up(batch.header, producer_of(batch), batch.body);
  }
  if (rewriting_) host_.marks.hit(Mark::failed_sync_rescued);
  rewriting_ = false;
  rewrite_below_.reset();
}

// What producer state needs stands in the header, but for a marker's kind: that is in the record.
std::optional<ProducerBatch> Log::producer_of(const UnsyncedBatch& batch) {
  BytesBuffer whole(batch.header.size() + batch.body.size());
  whole.append(BytesView(batch.header));
  whole.append(batch.body);
  const auto view = BatchView::only(whole.view());
  OTTLA_ASSERT(view.ok());
  if (!view->has_producer()) return std::nullopt;
  auto facts = ProducerBatch::of(*view);
  if (!facts.ok()) return std::nullopt;
  return *facts;
}

bool Log::completed(JobId id, Job& job) {
  if (load_job_ == id) {
    load_job_.reset();
    loaded(finished<LoadJob>(job));
    return true;
  }
  if (seal_job_ == id) {
    seal_job_.reset();
    sealed(finished<SealJob>(job));
    begin_planned_load();
    host_.noticed(*this);
    return true;
  }
  const auto read = std::find(read_jobs_.begin(), read_jobs_.end(), id);
  if (read == read_jobs_.end()) return false;
  read_jobs_.erase(read);
  if (job.name() == ColdRead::kName) {
    cold_read_done(finished<ColdRead>(job));
  } else {
    search_done(finished<OffsetForTime>(job));
  }
  host_.noticed(*this);
  return true;
}

}  // namespace ottla
