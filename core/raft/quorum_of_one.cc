#include "core/raft/quorum_of_one.h"

#include <algorithm>

#include "core/model/topic_name.h"
#include "core/model/world_mutants.h"
#include "core/raft/mutants.h"
#include "core/record/batch_view.h"

namespace ottla {

QuorumOfOne::QuorumOfOne(const Options& options, LogDirectory& directory, Jobs& jobs, LogSink& sink, Instant now,
                         Timestamp wall)
    : options_(options), directory_(directory), jobs_(jobs), sink_(sink), now_(now), wall_(wall) {
  LogSettings settings;
  settings.persisted = !options.ephemeral;
  settings.segment_size_max = options.segment_size_max;
  settings.segment_age_max = options.segment_age_max;
  settings.deletes = false;  // but what snapshots cover
  settings_ = std::make_shared<const LogSettings>(settings);
  go_on();
}

QuorumOfOne::~QuorumOfOne() = default;

Log* QuorumOfOne::find_log() { return directory_.find(metadata_partition()); }

const Log* QuorumOfOne::log() const { return directory_.find(metadata_partition()); }

Log* QuorumOfOne::ready_log() {
  Log* log = find_log();
  return log != nullptr && log->state() == LogState::ready ? log : nullptr;
}

void QuorumOfOne::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  if (now >= retry_at_) retry_at_ = Instant::never();
  go_on();
}

Instant QuorumOfOne::next_deadline() const {
  if (step_ == Step::failed) return Instant::never();
  // When a snapshot is due its consumer has to be asked.
  const bool to_come =
      step_ == Step::leading && !save_job_.has_value() && size_since_snapshot_ > 0 && now_ < snapshot_due_;
  return to_come ? std::min(retry_at_, snapshot_due_) : retry_at_;
}

bool QuorumOfOne::completed(JobId id, Job& result) {
  if (save_job_ == id) {
    save_job_.reset();
    snapshot_saved(finished<SnapshotSave>(result));
    return true;
  }
  if (job_ != id) {
    reader_.job_ended(id);  // the log takes it up before the next turn()
    return false;
  }
  job_.reset();
  if (step_ == Step::files) {
    files_read(finished<QuorumFilesRead>(result));
  } else if (step_ == Step::vote) {
    vote_saved(finished<VoteSave>(result));
  }
  return true;
}

bool QuorumOfOne::turn() {
  go_on();
  commit();
  // The broker syncs at the end of each turn. Before there is one that does, what starts here is synced here.
  if (step_ != Step::leading && step_ != Step::failed) directory_.sync();
  return tell();
}

// With one voter what is durable is decided. What the observer was told stays true: a log in trouble changes nothing.
void QuorumOfOne::commit() {
  Log* log = ready_log();
  if (log == nullptr || step_ == Step::log || step_ == Step::files || step_ == Step::failed) return;
  constexpr bool kTooEarly =
      is_planted(RaftMutant::commit_before_sync) || is_planted(WorldMutant::metadata_before_sync);
  const Offset end = kTooEarly ? log->log_end() : log->durable_end();
  if (end > committed_end_) committed_end_ = end;
  if (step_ == Step::epoch && epoch_begun_ > Offset(0) && committed_end_ >= epoch_begun_) {
    step_ = Step::leading;
    if (options_.snapshot_interval > Duration()) snapshot_due_ = now_ + options_.snapshot_interval;
    sink_.info("raft", "leading", {{"epoch", epoch_.value()}, {"log_end", log->log_end().value()}});
  }
}

// The observer may append, read, save a snapshot or leave from inside what it is told.
bool QuorumOfOne::tell() {
  bool told = false;
  const auto tell_one = [&](auto&& what) {
    if (observer_ == nullptr) return;
    told = true;
    what(*observer_);
  };
  if (step_ == Step::failed) {
    if (told_epoch_.has_value()) {
      tell_one([&](Observer& observer) { observer.leadership_lost(*std::exchange(told_epoch_, std::nullopt)); });
    }
    if (!std::exchange(told_failure_, true)) {
      tell_one([&](Observer& observer) { observer.failed(LogError::offline); });
    }
    return told;
  }
  if (found_.has_value() && !std::exchange(told_snapshot_, true)) {
    tell_one([&](Observer& observer) { observer.snapshot_needed(found_->end); });
  }
  if (committed_end_ > told_committed_ && observer_ != nullptr) {
    told_committed_ = committed_end_;
    tell_one([&](Observer& observer) { observer.committed(told_committed_); });
  }
  if (step_ == Step::leading && !told_epoch_.has_value() && observer_ != nullptr) {
    told_epoch_ = epoch_;
    tell_one([&](Observer& observer) { observer.leadership_gained(epoch_, epoch_begun_); });
  }
  for (const Offset offset : reader_.take_readable()) {
    tell_one([&](Observer& observer) { observer.readable(offset); });
  }
  return told;
}

void QuorumOfOne::observe(Observer* observer) {
  observer_ = observer;
  told_snapshot_ = false;
  told_committed_ = Offset(0);
  told_epoch_.reset();
  told_failure_ = false;
}

LogResult<ReplicatedLog::Appended> QuorumOfOne::append(LeaderEpoch expected_epoch, Bytes batch) {
  if (leading() != expected_epoch) return Failure(LogError::epoch_too_old);
  Log* log = find_log();
  if (log == nullptr) return Failure(LogError::not_ready);
  const auto view = BatchView::only(batch);
  if (!view.ok()) return Failure(LogError::batch_malformed);
  const auto size = static_cast<int64_t>(batch.size());
  const TimestampType timestamp_type = view->attributes().timestamp_type();
  const Timestamp max_timestamp = view->max_timestamp();
  OTTLA_TRY(const AppendedBatch appended, log->append_as_leader({.batch = std::move(batch),
                                                                 .epoch = epoch_,
                                                                 .origin = BatchOrigin::coordinator,
                                                                 .timestamp_type = timestamp_type,
                                                                 .max_timestamp = max_timestamp,
                                                                 .now = wall_}));
  size_since_snapshot_ += size;
  measured_end_ = std::max(measured_end_, appended.last_offset + 1);
  return Appended{.first_offset = appended.first_offset, .last_offset = appended.last_offset};
}

LogResult<std::optional<ReplicatedLog::Records>> QuorumOfOne::read(Offset offset, size_t size_max) {
  Log* log = find_log();
  if (log == nullptr) return Failure(LogError::not_ready);
  OTTLA_TRY(auto records, reader_.read(*log, offset, committed_end_, size_max));
  if (records.has_value() && offset >= measured_end_ && !records->batches.empty()) {
    size_since_snapshot_ += static_cast<int64_t>(records->batches.size());
    measured_end_ = std::max(offset + 1, next_after(records->batches));
  }
  return records;
}

Offset QuorumOfOne::log_start() const { return log() == nullptr ? Offset(0) : log()->log_start(); }
Offset QuorumOfOne::log_end() const { return log() == nullptr ? Offset(0) : log()->log_end(); }
Offset QuorumOfOne::durable_end() const { return log() == nullptr ? Offset(0) : log()->durable_end(); }

std::optional<LeaderEpoch> QuorumOfOne::leading() const {
  return step_ == Step::leading ? std::optional(epoch_) : std::nullopt;
}

bool QuorumOfOne::wants_snapshot() const {
  if (step_ != Step::leading || save_job_.has_value() || size_since_snapshot_ == 0) return false;
  return size_since_snapshot_ >= options_.snapshot_after || now_ >= snapshot_due_;
}

LogResult<> QuorumOfOne::save_snapshot(Snapshot snapshot) {
  const bool newer = snapshots_.empty() || snapshot.end > snapshots_.back().end;
  if (step_ != Step::leading || save_job_.has_value()) return Failure(LogError::not_ready);
  if (!newer || snapshot.end > committed_end_ || snapshot.epoch < LeaderEpoch(0)) {
    return Failure(LogError::offset_out_of_range);
  }
  std::vector<SnapshotId> superfluous(snapshots_.begin(), snapshots_.end() - (snapshots_.empty() ? 0 : 1));
  size_since_snapshot_ = 0;
  if (options_.snapshot_interval > Duration()) snapshot_due_ = now_ + options_.snapshot_interval;
  save_job_ = jobs_.start(std::make_unique<SnapshotSave>(directory_.disk, metadata_partition().text(),
                                                         std::move(snapshot), voter(), wall_, std::move(superfluous)));
  return {};
}

void QuorumOfOne::snapshot_saved(SnapshotSave& job) {
  if (!job.saved()) {
    sink_.warn("raft", "snapshot not saved",
               {{"snapshot", snapshot_file_name(job.id())}, {"error", describe(*job.error(), "")}});
    // Wanted again when as much has come again, or soon.
    snapshot_due_ = now_ + kSnapshotRetryDelay;
    size_since_snapshot_ = std::max<int64_t>(size_since_snapshot_, 1);
    return;
  }
  sink_.info("raft", "snapshot saved", {{"snapshot", snapshot_file_name(job.id())}});
  std::erase_if(snapshots_, [&](const SnapshotId& id) {
    return std::find(job.superfluous().begin(), job.superfluous().end(), id) != job.superfluous().end();
  });
  snapshots_.push_back(job.id());
  if (snapshots_.size() > 1) (void)drop_prefix(snapshots_.front().end).ok();
}

// The other snapshot must do when the newest turns out to be damaged.
LogResult<> QuorumOfOne::drop_prefix(Offset end) {
  if (snapshots_.size() < 2) return {};
  Log* log = find_log();
  if (log == nullptr) return Failure(LogError::not_ready);
  end = std::min(end, snapshots_[snapshots_.size() - 2].end);
  if (is_planted(RaftMutant::prefix_dropped_early)) end = snapshots_.back().end;
  if (end <= log->log_start()) return {};
  OTTLA_TRY_DONE(log->raise_log_start(end));
  if (log->release_below_log_start(now_) > 0) directory_.write_checkpoints();
  return {};
}

}  // namespace ottla
