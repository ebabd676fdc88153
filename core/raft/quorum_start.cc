// How a quorum of one starts, step by step. Each step is durable before the next.
#include <algorithm>

#include "core/model/topic_name.h"
#include "core/raft/mutants.h"
#include "core/raft/quorum_of_one.h"
#include "core/record/batch_view.h"

namespace ottla {

TopicPartition QuorumOfOne::make_metadata_partition() { return {std::string(kMetadataTopic), PartitionIndex(0)}; }

Offset QuorumOfOne::next_after(BytesView batches) {
  Offset next(0);
  while (!batches.empty()) {
    const auto batch = BatchView::first_of(batches);
    OTTLA_ASSERT(batch.ok());
    next = batch->next_offset();
    batches = batches.from(batch->size());
  }
  return next;
}

void QuorumOfOne::fail(std::string why) {
  if (step_ == Step::failed) return;
  sink_.error("raft", "metadata log unusable", {{"reason", why}});
  trouble_ = std::move(why);
  step_ = Step::failed;
  retry_at_ = Instant::never();
}

void QuorumOfOne::retry_later() { retry_at_ = std::min(retry_at_, now_ + kRetryDelay); }

// What can be done now, is. What waits for a job, or for a pause after a failure, is come back to.
void QuorumOfOne::go_on() {
  if (step_ == Step::failed || job_.has_value() || retry_at_ != Instant::never()) return;
  const Log* log = find_log();
  if (log != nullptr && (log->state() == LogState::quarantined || log->state() == LogState::offline)) {
    return fail(log->trouble());
  }
  if (step_ == Step::log) open_log();
  if (step_ == Step::files && !job_.has_value()) read_files();
  if (step_ == Step::vote && !job_.has_value()) vote();
  if (step_ == Step::epoch && epoch_begun_ == Offset(0)) begin_epoch();
}

void QuorumOfOne::open_log() {
  Log* log = find_log();
  if (log == nullptr) {
    const auto made = directory_.create(metadata_partition(), kMetadataTopicId, settings_);
    if (!made.ok()) {
      sink_.warn("raft", "metadata log not made", {{"error", text(made.error().code())}});
      return retry_later();
    }
    log = *made;
    folder_is_new_ = true;
  }
  if (log->state() == LogState::dormant) {
    log->set_settings(settings_);
    log->expect_topic(kMetadataTopicId);
    // A load that failed because the disk was full, or for want of a descriptor, leaves it dormant again.
    if (now_ < load_after_) {
      retry_at_ = std::min(retry_at_, load_after_);
      return;
    }
    load_after_ = now_ + kRetryDelay;
    return log->load();
  }
  if (log->state() == LogState::ready) step_ = Step::files;
}

void QuorumOfOne::read_files() {
  if (ready_log() == nullptr) return;
  job_ = jobs_.start(std::make_unique<QuorumFilesRead>(directory_.disk, metadata_partition().text()));
}

void QuorumOfOne::files_read(QuorumFilesRead& job) {
  if (job.error().has_value()) {
    sink_.warn("raft", "quorum files not read", {{"error", describe(*job.error(), "")}});
    return retry_later();
  }
  for (const SnapshotId& id : job.damaged()) {
    sink_.error("raft", "snapshot damaged", {{"snapshot", snapshot_file_name(id)}});
  }
  if (job.state_damaged()) sink_.error("raft", "quorum-state damaged", {});
  const std::optional<QuorumState>& state = job.state();
  const auto is_other = [&](BrokerId id) { return id != options_.self; };
  if (state.has_value() && std::any_of(state->voters.begin(), state->voters.end(), is_other)) {
    return fail("quorum-state names voters other than this node");
  }
  if (std::any_of(job.voters().begin(), job.voters().end(), is_other)) {
    return fail("the snapshot names voters other than this node");
  }

  Log* log = ready_log();
  if (log == nullptr) return retry_later();
  snapshots_ = job.good();
  found_snapshot_ = job.take_snapshot();
  if (!snapshots_.empty() && snapshots_.back().end > Offset(0)) found_ = snapshots_.back();
  const Offset covered = found_.has_value() ? found_->end : Offset(0);
  if (log->log_start() > covered) {
    return fail("the log starts at " + std::to_string(log->log_start().value()) +
                " and no good snapshot reaches that far");
  }
  last_epoch_ = log->epochs().latest();
  if (state.has_value() && !is_planted(RaftMutant::epoch_from_log_alone))
    last_epoch_ = std::max(last_epoch_, state->epoch);
  if (found_.has_value()) last_epoch_ = std::max(last_epoch_, found_->epoch);
  // Lines of the epochs' file go with batches that retention took. A damaged quorum-state may have known a later epoch in
  // which nothing was ever committed: the jump is past it unless there were that many starts in vain.
  if (job.state_damaged()) last_epoch_ = LeaderEpoch(last_epoch_.value() + kEpochJump);
  measured_end_ = covered;
  committed_end_ = covered;
  if (log->log_end() < covered) {
    // What is lost of the log is in the snapshot.
    sink_.warn("raft", "log ends below its snapshot",
               {{"log_end", log->log_end().value()}, {"snapshot_end", covered.value()}});
    if (const auto begun = log->restart_at(covered); !begun.ok()) return retry_later();
  }
  voters_known_ = covered > Offset(0) || log->log_end() > Offset(0);
  step_ = Step::vote;
  go_on();
}

void QuorumOfOne::vote() {
  if (ready_log() == nullptr) return;
  if (last_epoch_.value() >= INT32_MAX - kEpochJump - 1) return fail("the epochs are used up");
  const LeaderEpoch next(std::max(last_epoch_.value(), 0) + 1);
  if (is_planted(RaftMutant::vote_not_saved)) {
    epoch_ = next;
    step_ = Step::epoch;
    return;
  }
  voted_ = next;
  job_ = jobs_.start(std::make_unique<VoteSave>(directory_.disk, metadata_partition().text(), folder_is_new_,
                                                QuorumState{.epoch = next,
                                                            .leader = options_.self,
                                                            .voted = options_.self,
                                                            .voted_directory = options_.directory,
                                                            .voters = {}}));
}

// One that failed may be on the disk all the same. Nothing was written in its epoch: it is the one that is voted in again.
void QuorumOfOne::vote_saved(const VoteSave& job) {
  if (job.error().has_value()) {
    sink_.warn("raft", "vote not saved", {{"error", describe(*job.error(), kQuorumStateFile)}});
    return retry_later();
  }
  epoch_ = voted_;
  step_ = Step::epoch;
  go_on();
}

void QuorumOfOne::begin_epoch() {
  Log* log = ready_log();
  if (log == nullptr) return;
  if (const auto begun = log->begin_epoch(epoch_); !begun.ok()) return retry_later();
  const auto appended =
      log->append_as_leader({.batch = epoch_start_batch(voter(), !voters_known_, epoch_, wall_, builder_),
                             .epoch = epoch_,
                             .origin = BatchOrigin::coordinator,
                             .max_timestamp = wall_,
                             .now = wall_});
  if (!appended.ok()) {
    sink_.warn("raft", "epoch not begun", {{"error", text(appended.error().code())}});
    return retry_later();
  }
  epoch_begun_ = appended->last_offset + 1;
}

}  // namespace ottla
