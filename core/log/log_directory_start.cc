// How a data directory starts and stops, and the checkpoints between the two.
#include <algorithm>
#include <utility>

#include "core/io/whole_file.h"
#include "core/log/directory_jobs.h"
#include "core/log/log_directory.h"
#include "core/log/seal_job.h"
#include "core/model/limits.h"

namespace ottla {

namespace {

// The whole of a file, or nothing where there is none or it is not what it should be; only a disk that fails is an error.
IoResult<std::optional<Bytes>> read_if_sound(Disk& disk, std::string_view path) {
  auto bytes = read_whole_file(disk, path, limits::kCheckpointFileSizeMax);
  if (bytes.ok()) return std::optional<Bytes>(std::move(*bytes));
  const IoError error = bytes.error();
  if (error == IoError::not_found || error == IoError::too_large || error == IoError::short_read) {
    return std::optional<Bytes>();
  }
  return Failure(error);
}

}  // namespace

IoResult<std::unique_ptr<LogDirectory>> LogDirectory::start(Disk& disk, Jobs& jobs, LogSink& sink, Marks& marks,
                                                            Entropy& entropy, Options options, Instant now) {
  auto directory =
      std::unique_ptr<LogDirectory>(new LogDirectory(disk, jobs, sink, marks, entropy, std::move(options)));
  OTTLA_TRY(directory->lock_, disk.lock());
  directory->now_ = now;
  directory->next_checkpoint_ = now + directory->options_.checkpoint_interval;
  directory->next_expiry_ = now + directory->options_.expiry_interval;
  Origins origins;
  OTTLA_TRY_DONE(directory->read_checkpoints(origins));
  OTTLA_TRY_DONE(directory->add_dormant(origins));
  OTTLA_TRY_DONE(directory->forget_clean_stop());
  return directory;
}

IoResult<> LogDirectory::read_checkpoints(Origins& origins) {
  const bool stopped_clean = disk.status(kCleanShutdownFile).ok();
  OTTLA_TRY(const auto bytes, read_if_sound(disk, kDirectoryCheckpointFile));
  if (bytes.has_value()) {
    auto checkpoint = decode_directory_checkpoint(*bytes);
    if (checkpoint.ok()) {
      started_clean_ = stopped_clean && checkpoint->clean;
      for (PartitionCheckpoint& one : checkpoint->partitions) {
        LogOrigin origin{.partition = one.partition,
                         .topic_id = one.topic_id,
                         .log_start = one.log_start,
                         .recovery_point = one.recovery_point,
                         .exact = std::nullopt};
        // A partition that was in trouble at the stop has no exact end.
        if (one.recovery_point == one.log_end) {
          if (started_clean_) {
            origin.exact = one;
          } else if (one.active_size > 0) {
            origin.synced = SyncedPosition{.base = one.active_base, .size = one.active_size};
          }
        }
        origins.emplace(std::move(one.partition), std::move(origin));
      }
      return {};
    }
    marks.hit(Mark::checkpoint_damaged);
    sink.warn("log", "checkpoint damaged", {{"flaw", text(checkpoint.error())}});
  } else {
    marks.hit(Mark::checkpoint_missing);
  }
  // Kafka's files say less, and are as good for what they say. Without them everything is read.
  OTTLA_TRY_DONE(read_offsets(kRecoveryPointFile, &LogOrigin::recovery_point, origins));
  return read_offsets(kLogStartFile, &LogOrigin::log_start, origins);
}

IoResult<> LogDirectory::read_offsets(std::string_view file, Offset LogOrigin::*field, Origins& origins) {
  OTTLA_TRY(const auto bytes, read_if_sound(disk, file));
  if (!bytes.has_value()) {
    marks.hit(Mark::checkpoint_missing);
    return {};
  }
  const auto lines = decode_offset_checkpoint(*bytes);
  if (!lines.ok()) {
    marks.hit(Mark::checkpoint_damaged);
    sink.warn("log", "checkpoint damaged", {{"file", file}, {"flaw", text(lines.error())}});
    return {};
  }
  for (const OffsetCheckpointLine& line : *lines) {
    LogOrigin& origin = origins[line.partition];
    origin.partition = line.partition;
    origin.*field = line.offset;
  }
  return {};
}

// One listing of the data directory says which partitions there are. No folder is opened.
IoResult<> LogDirectory::add_dormant(Origins& origins) {
  OTTLA_TRY(const auto entries, disk.list(""));
  for (const DirectoryEntry& entry : entries) {
    if (!entry.is_directory) continue;
    if (is_deleted_folder(entry.name)) {
      jobs_.start(std::make_unique<DeleteFolder>(disk, entry.name));
      continue;
    }
    auto partition = parse_partition_folder(entry.name);
    if (!partition.has_value() || partition->text() != entry.name) continue;
    LogOrigin origin{.partition = *partition,
                     .topic_id = {},
                     .log_start = Offset(0),
                     .recovery_point = Offset(0),
                     .exact = std::nullopt};
    if (const auto known = origins.find(*partition); known != origins.end()) {
      origin = std::move(known->second);
      origins.erase(known);
    }
    auto log = std::make_unique<Log>(*this, next_number(), std::move(origin), options_.settings);
    by_number_[log->number()] = log.get();
    logs_.emplace(std::move(*partition), std::move(log));
  }
  for (const auto& [partition, origin] : origins) {
    sink.warn("log", "partition folder missing", {{"partition", partition.text()}});
  }
  return {};
}

// From here on a crash is a crash.
IoResult<> LogDirectory::forget_clean_stop() {
  const auto gone = disk.unlink(kCleanShutdownFile);
  if (!gone.ok()) {
    if (gone.error() != IoError::not_found) return gone;
    return {};
  }
  return disk.sync_directory("");
}

void LogDirectory::lower_recovery_point(Log& log) {
  // Whether the job that runs has seen the plan nobody can say: the next one has.
  lowering_next_.push_back(log.number());
  write_checkpoints();
}

void LogDirectory::write_checkpoints() {
  if (checkpoint_job_.has_value()) {
    checkpoint_again_ = true;
    return;
  }
  start_checkpoint_job(false);
}

void LogDirectory::start_checkpoint_job(bool clean) {
  DirectoryCheckpoint checkpoint{.clean = clean, .partitions = {}};
  std::vector<OffsetCheckpointLine> recovery_points;
  std::vector<OffsetCheckpointLine> log_starts;
  checkpointing_.clear();
  for (const auto& [partition, log] : logs_) {
    PartitionCheckpoint one = log->checkpoint();
    recovery_points.push_back({partition, one.recovery_point});
    log_starts.push_back({partition, one.log_start});
    checkpointing_.emplace_back(log->number(), one.recovery_point);
    log->checkpointed(std::max(one.recovery_point, log->checkpointed_recovery_point()));
    checkpoint.partitions.push_back(std::move(one));
  }
  std::vector<std::pair<std::string, Bytes>> written;
  BytesBuffer bytes;
  // Ours first: it knows partitions by topic id, and Kafka's, which do not, are read where it is not there.
  encode_directory_checkpoint(checkpoint, bytes);
  written.emplace_back(kDirectoryCheckpointFile, bytes.freeze());
  encode_offset_checkpoint(recovery_points, bytes);
  written.emplace_back(kRecoveryPointFile, bytes.freeze());
  encode_offset_checkpoint(log_starts, bytes);
  written.emplace_back(kLogStartFile, bytes.freeze());
  if (clean) {
    encode_clean_shutdown(-1, bytes);
    written.emplace_back(kCleanShutdownFile, bytes.freeze());
  }
  std::swap(lowering_, lowering_next_);
  checkpoint_job_ = jobs_.start(std::make_unique<ReplaceFiles>(disk, std::move(written)));
}

void LogDirectory::checkpoints_done(bool succeeded) {
  const std::vector<LogNumber> lowered = std::exchange(lowering_, {});
  if (!succeeded) {
    // Some of the files may be new. A truncation waits until all of them are; the others were told nothing.
    for (const LogNumber number : lowered) lowering_next_.push_back(number);
    if (!lowering_next_.empty()) next_checkpoint_ = std::min(next_checkpoint_, now_ + kRetryDelay);
    checkpointing_.clear();
    if (stop_step_ == StopStep::checkpointing) stop_step_ = StopStep::stopped;  // the next start takes longer
    return;
  }
  for (const auto& [number, recovery_point] : checkpointing_) {
    if (Log* log = find(number); log != nullptr) log->checkpointed(recovery_point);
  }
  for (const LogNumber number : lowered) {
    if (Log* log = find(number); log != nullptr) log->recovery_point_lowered();
  }
  if (stop_step_ == StopStep::checkpointing) {
    stop_step_ = StopStep::stopped;
    return;
  }
  if (std::exchange(checkpoint_again_, false) || !lowering_next_.empty()) start_checkpoint_job(false);
}

void LogDirectory::stop() {
  if (stopping()) return;
  stop_step_ = StopStep::waiting;
  closing = true;
  go_on_stopping();
}

void LogDirectory::seal_all() {
  std::vector<SealAllJob::Seal> seals;
  for (const auto& [partition, log] : logs_) {
    if (auto job = log->make_seal(now_, true)) seals.push_back({log->number(), std::move(job)});
  }
  if (seals.size() * SealJob::kSyncCount < options_.sync_all_above) {
    for (SealAllJob::Seal& seal : seals) find(seal.log)->seal_begun(start(seal.log, std::move(seal.job)));
    return;
  }
  std::vector<LogNumber> logs;
  for (const SealAllJob::Seal& seal : seals) logs.push_back(seal.log);
  seal_all_job_ = jobs_.start(std::make_unique<SealAllJob>(disk, std::move(seals)));
  for (const LogNumber number : logs) find(number)->seal_begun(*seal_all_job_);
}

// Each step waits for the one before: what is sealed was synced, and what is checkpointed was sealed.
void LogDirectory::go_on_stopping() {
  const auto any_waits = [&] {
    return std::any_of(logs_.begin(), logs_.end(), [](const auto& one) { return one.second->waits_for_jobs(); });
  };
  if (stop_step_ == StopStep::waiting) {
    if (syncing() || checkpoint_job_.has_value() || any_waits()) return;
    stop_step_ = StopStep::syncing;
    sync();
  }
  if (stop_step_ == StopStep::syncing) {
    if (syncing() || any_waits()) return;
    if (!dirty_.empty() || !lazy_.empty() || !names_.empty()) {
      // A failed sync was mended by a new file.
      sync();
      if (syncing()) return;
    }
    stop_step_ = StopStep::sealing;
    seal_all();
  }
  if (stop_step_ == StopStep::sealing) {
    if (any_waits()) return;
    stop_step_ = StopStep::checkpointing;
    start_checkpoint_job(true);
  }
}

}  // namespace ottla
