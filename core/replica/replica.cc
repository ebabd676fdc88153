#include "core/replica/replica.h"

#include <algorithm>
#include <utility>

#include "core/log/retention.h"
#include "core/model/world_mutants.h"
#include "core/replica/replica_log.h"

namespace ottla {

std::string_view text(ReplicaState state) {
  switch (state) {
    case ReplicaState::loading: return "loading";
    case ReplicaState::leading: return "leading";
    case ReplicaState::following: return "following";
    case ReplicaState::failed: return "failed";
  }
  OTTLA_UNREACHABLE("a state without a text");
}

Replica::Replica(ReplicaContext& context, Log& log, const TopicId& topic_id)
    : context_(context), log_(log), topic_id_(topic_id), high_watermark_(log.log_start()) {}

Replica::~Replica() = default;

ReplicaState Replica::state() const {
  if (!trouble_.empty()) return ReplicaState::failed;
  switch (log_.state()) {
    case LogState::quarantined:
    case LogState::offline: return ReplicaState::failed;
    case LogState::ready: break;
    default: return ReplicaState::loading;
  }
  return leads() ? ReplicaState::leading : ReplicaState::following;
}

ErrorCode Replica::check_leader(LeaderEpoch claimed) const {
  if (state() == ReplicaState::failed) return ErrorCode::kafka_storage_error;
  if (claimed != kNoLeaderEpoch) {
    if (claimed < leader_epoch_) return ErrorCode::fenced_leader_epoch;
    if (claimed > leader_epoch_) return ErrorCode::unknown_leader_epoch;
  }
  return leads() ? ErrorCode::none : ErrorCode::not_leader_or_follower;
}

bool Replica::enough_in_sync() const {
  const size_t wanted = std::min(static_cast<size_t>(std::max(min_in_sync_, 1)), replica_count_);
  return followers_.size() + (in_sync_ ? 1 : 0) >= wanted;
}

LogResult<AppendedBatch> Replica::append(LeaderAppend append) {
  if (!leads() || !ready()) return Failure(LogError::not_ready);
  append.epoch = leader_epoch_;
  OTTLA_TRY(const AppendedBatch appended, log_.append_as_leader(append));
  if (!appended.duplicate) {
    mark_moved();
    advance();
  }
  return appended;
}

Offset Replica::readable_end(Isolation isolation) const {
  switch (isolation) {
    case Isolation::uncommitted:
      return is_planted(WorldMutant::served_past_watermark) ? log_.log_end() : high_watermark_;
    case Isolation::committed: return stable_end();
    case Isolation::log_end: return log_.log_end();
  }
  OTTLA_UNREACHABLE("an isolation without an end");
}

LogResult<> Replica::delete_records(Offset offset) {
  if (!leads() || !ready()) return Failure(LogError::not_ready);
  if (offset == Offset(-1)) offset = high_watermark_;
  if (offset < Offset(0) || offset > high_watermark_) return Failure(LogError::offset_out_of_range);
  if (offset <= log_.log_start()) return {};
  OTTLA_TRY_DONE(log_.raise_log_start(offset));
  context_.log_starts.push_back(number());
  mark_moved();
  return {};
}

LogResult<size_t> Replica::retain(Timestamp wall, Instant now, Marks& marks) {
  if (!ready()) return size_t{0};
  OTTLA_TRY(const size_t gone, apply_retention(log_, high_watermark_, wall, now, marks));
  if (gone > 0) mark_moved();
  return gone;
}

ReplicatedLog& Replica::replicated() {
  if (replicated_ == nullptr) replicated_ = std::make_unique<ReplicaLog>(*this);
  return *replicated_;
}

void Replica::take_settings(const TopicSettings& settings) {
  log_.set_settings(settings.log);
  min_in_sync_ = settings.min_in_sync;
  mark_moved();
  advance();
}

// An older image's partition never follows a newer one's: images come in the order of the log.
void Replica::take_image(const PartitionImage& image, const TopicSettings& settings) {
  OTTLA_ASSERT(image.leader_epoch >= leader_epoch_, image.leader_epoch, leader_epoch_);
  if (image.leader_epoch > leader_epoch_ || image.leader != leader_) epoch_begun_ = false;
  leader_ = image.leader;
  leader_epoch_ = image.leader_epoch;
  partition_epoch_ = image.partition_epoch;
  replica_count_ = image.replicas().size();
  in_sync_ = false;
  std::vector<Follower> followers;
  for (const BrokerId id : image.in_sync()) {
    if (id == context_.self) {
      in_sync_ = true;
      continue;
    }
    const auto known =
        std::find_if(followers_.begin(), followers_.end(), [&](const Follower& one) { return one.id == id; });
    followers.push_back(known != followers_.end() ? *known : Follower{.id = id, .durable_end = Offset(0)});
  }
  followers_ = std::move(followers);
  take_settings(settings);
  begin_epoch();
}

void Replica::log_noticed(std::optional<JobId> job) {
  mark_moved();
  if (job.has_value() && replicated_ != nullptr) replicated_->job_ended(*job);
  begin_epoch();
  advance();
}

// As soon as its log is ready. An epoch in the log that is above the image's means that the metadata log is not the one
// that this log was written under: nothing here may be trusted to be ours to write.
void Replica::begin_epoch() {
  if (epoch_begun_ || log_.state() != LogState::ready) return;
  if (leads()) {
    if (const auto begun = log_.begin_epoch(leader_epoch_); !begun.ok()) {
      if (begun.error() == LogError::epoch_too_old) {
        trouble_ = "the log is of leader epoch " + std::to_string(log_.epochs().latest().value()) +
                   ", the metadata says " + std::to_string(leader_epoch_.value());
      }
      return;
    }
  }
  epoch_begun_ = true;
  advance();
}

void Replica::advance() {
  if (!leads() || !ready()) return;
  Offset least = is_planted(WorldMutant::watermark_before_sync) ? log_.log_end() : log_.durable_end();
  for (const Follower& follower : followers_) least = std::min(least, follower.durable_end);
  if (least <= high_watermark_) return;
  high_watermark_ = least;
  log_.high_watermark_rose(least);
}

void Replica::mark_moved() {
  if (std::exchange(moved_, true)) return;
  context_.moved.push_back(number());
}

}  // namespace ottla
