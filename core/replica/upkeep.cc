#include "core/replica/upkeep.h"

#include <algorithm>
#include <utility>

#include "core/log/clean_pass.h"
#include "core/log/retention.h"
#include "core/model/settings_handles.h"
#include "core/model/world_mutants.h"
#include "core/replica/data_directories.h"

namespace ottla {

Upkeep::Upkeep(const SettingValues& node, std::vector<LogDirectory*> directories, Jobs& jobs, Entropy& entropy,
               Instant now)
    : node_(node),
      directories_(std::move(directories)),
      next_retention_(now + std::min(kFirstPause, retention_interval())),
      next_clean_(now + std::min(kFirstPause, clean_interval())),
      log_starts_(directories_.size(), false) {
  const Cleaner::Options options{.map_size_max = static_cast<size_t>(node.get(settings::kLogCleanerDedupeBufferSize))};
  for (LogDirectory* directory : directories_) {
    cleaners_.push_back(std::make_unique<Cleaner>(*directory, jobs, entropy, options));
  }
}

Upkeep::~Upkeep() = default;

Duration Upkeep::retention_interval() const {
  return Duration::from_ms(node_.get(settings::kLogRetentionCheckIntervalMs));
}

Duration Upkeep::clean_interval() const {
  return std::max(Duration::from_ms(node_.get(settings::kLogCleanerBackoffMs)), kStep);
}

void Upkeep::tick(Finder& finder, ReplicaContext& context, const InUse& replicas, Instant now, Timestamp wall) {
  if (stopping_) return;
  if (now >= next_retention_) {
    if (!walk_.has_value()) walk_ = Place{};
    walk(finder, context, now, wall);
    next_retention_ = now + (walk_.has_value() ? kStep : retention_interval());
  }
  if (now >= next_clean_) {
    next_clean_ = now + clean_interval();
    clean(replicas, now, wall);
  }
  write_log_starts(context, now);
}

Instant Upkeep::next_deadline() const {
  if (stopping_) return Instant::never();
  return std::min({next_retention_, next_clean_, log_starts_due_});
}

// A step of a round. Logs that have to be loaded first are come back to; the round does not end before they were.
void Upkeep::walk(Finder& finder, ReplicaContext& context, Instant now, Timestamp wall) {
  const auto waits = [&](const TopicPartition& partition) {
    Log* log = nullptr;
    for (LogDirectory* directory : directories_) {
      if (log == nullptr) log = directory->find(partition);
    }
    if (log == nullptr) return false;
    if (log->state() == LogState::loading) return true;
    if (Replica* replica = log->state() == LogState::ready ? finder.replica_of(*log) : nullptr) {
      retain(*replica, context, now, wall);
    }
    return false;
  };
  std::erase_if(loading_, [&](const TopicPartition& partition) { return !waits(partition); });

  for (size_t count = 0; count < kLookedAtMax && loading_.size() < kLoadingMax;) {
    if (walk_->directory == directories_.size()) {
      if (loading_.empty()) walk_.reset();
      return;
    }
    Log* log = directories_[walk_->directory]->next_after(walk_->after);
    if (log == nullptr) {
      *walk_ = Place{.directory = walk_->directory + 1};
      continue;
    }
    walk_->after = log->partition();
    ++count;
    if (leaves_alone(*log, wall)) continue;
    Replica* replica = finder.replica_of(*log);
    if (replica == nullptr) continue;
    if (log->state() == LogState::ready) {
      retain(*replica, context, now, wall);
    } else {
      loading_.push_back(log->partition());
    }
  }
}

bool Upkeep::leaves_alone(const Log& log, Timestamp wall) const {
  switch (log.state()) {
    case LogState::quarantined:
    case LogState::offline: return true;
    case LogState::loading: return false;
    case LogState::ready: return log.size() == 0;
    case LogState::dormant: break;
  }
  if (log.ends_known() && log.size() == 0) return true;
  return !wants_retention(log, wall) &&
         (!log.settings().compacts || cleaners_[directory_of(log.number())]->is_clean(log));
}

bool Upkeep::needs(const Log& log, Offset high_watermark, Timestamp wall) {
  if (std::find(loading_.begin(), loading_.end(), log.partition()) != loading_.end()) return true;
  return log.settings().compacts && cleaners_[directory_of(log.number())]->wants(log, high_watermark, wall);
}

void Upkeep::retain(Replica& replica, ReplicaContext& context, Instant now, Timestamp wall) {
  LogDirectory& directory = *directories_[directory_of(replica.number())];
  const Offset start_before = replica.log_start();
  const auto gone = replica.retain(wall, now, directory.marks);
  // Whatever becomes of the files: a crash must not show again what retention took.
  if (replica.log_start() > start_before) context.log_starts.push_back(replica.number());
  if (!gone.ok()) {
    directory.sink.warn("replica", "retention failed",
                        {{"partition", replica.partition().text()}, {"reason", text(gone.error().code())}});
    return;
  }
  if (*gone == 0) return;
  directory.sink.info(
      "replica", "segments deleted",
      {{"partition", replica.partition().text()}, {"segments", *gone}, {"log_start", replica.log_start().value()}});
}

void Upkeep::write_log_starts(ReplicaContext& context, Instant now) {
  for (const LogNumber number : std::exchange(context.log_starts, {})) {
    log_starts_[directory_of(number)] = true;
    if (log_starts_due_ == Instant::never()) log_starts_due_ = now + kLogStartDelay;
  }
  if (now < log_starts_due_) return;
  log_starts_due_ = Instant::never();
  for (size_t index = 0; index < directories_.size(); ++index) {
    if (log_starts_[index] && !is_planted(WorldMutant::log_start_not_written)) directories_[index]->write_checkpoints();
    log_starts_[index] = false;
  }
}

void Upkeep::clean(const InUse& replicas, Instant now, Timestamp wall) {
  std::vector<std::vector<Cleaner::Subject>> subjects(directories_.size());
  for (const auto& [number, replica] : replicas) {
    if (!replica->ready() || !replica->log().settings().compacts) continue;
    subjects[directory_of(number)].push_back(
        {.partition = replica->partition(), .high_watermark = replica->high_watermark()});
  }
  for (size_t index = 0; index < directories_.size(); ++index) {
    if (!subjects[index].empty()) cleaners_[index]->tick(subjects[index], wall, now);
  }
}

bool Upkeep::completed(JobId id, Job& result, Instant now) {
  // Nothing takes the place of what is being sealed and checkpointed. The next start removes what was written.
  if (stopping_ && result.name() == CleanJob::kName) return true;
  return std::any_of(cleaners_.begin(), cleaners_.end(),
                     [&](const auto& cleaner) { return cleaner->completed(id, result, now); });
}

void Upkeep::stop() {
  if (std::exchange(stopping_, true)) return;
  for (const auto& cleaner : cleaners_) cleaner->checkpoint();
}

bool Upkeep::stopped() const {
  return stopping_ &&
         std::none_of(cleaners_.begin(), cleaners_.end(), [](const auto& cleaner) { return cleaner->saving(); });
}

}  // namespace ottla
