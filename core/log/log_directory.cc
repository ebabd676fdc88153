#include "core/log/log_directory.h"

#include <algorithm>
#include <utility>

#include "core/log/directory_jobs.h"
#include "core/log/seal_job.h"

namespace ottla {

LogDirectory::LogDirectory(Disk& data_disk, Jobs& jobs, LogSink& log_sink, Marks& coverage, Entropy& entropy,
                           Options options)
    : LogHost(data_disk, log_sink, coverage, options.files_open_max),
      jobs_(jobs),
      entropy_(entropy),
      options_(std::move(options)),
      next_number_(options_.first_number.value()) {}

LogDirectory::~LogDirectory() = default;

Log* LogDirectory::find(const TopicPartition& partition) {
  const auto found = logs_.find(partition);
  return found == logs_.end() ? nullptr : found->second.get();
}

Log* LogDirectory::find(LogNumber number) {
  Log** found = by_number_.find(number);
  return found == nullptr ? nullptr : *found;
}

Log* LogDirectory::next_after(const TopicPartition& partition) {
  const auto next = logs_.upper_bound(partition);
  return next == logs_.end() ? nullptr : next->second.get();
}

std::vector<TopicPartition> LogDirectory::partitions() const {
  std::vector<TopicPartition> all;
  all.reserve(logs_.size());
  for (const auto& [partition, log] : logs_) all.push_back(partition);
  return all;
}

LogResult<Log*> LogDirectory::create(const TopicPartition& partition, const TopicId& topic_id, LogSettingsPtr settings,
                                     Offset start) {
  OTTLA_ASSERT(find(partition) == nullptr && !stopping());
  if (left_behind_.contains(partition)) return Failure(LogError::not_ready);
  OTTLA_TRY(auto log, Log::create(*this, next_number(), partition, topic_id, std::move(settings), start));
  Log* created = log.get();
  by_number_[created->number()] = created;
  logs_.emplace(partition, std::move(log));
  return created;
}

// Renamed first: after a crash the folder is the partition's or one to be deleted, and never a part of a partition.
LogResult<> LogDirectory::remove(const TopicPartition& partition) {
  const std::string doomed = deleted_folder_name(partition, Uuid::random(entropy_));
  OTTLA_TRY_DONE(let_go(partition, doomed));
  jobs_.start(std::make_unique<DeleteFolder>(disk, doomed));
  return {};
}

LogResult<std::string> LogDirectory::set_aside(const TopicPartition& partition) {
  std::string aside = stray_folder_name(partition, Uuid::random(entropy_));
  OTTLA_TRY_DONE(let_go(partition, aside));
  return aside;
}

LogResult<> LogDirectory::let_go(const TopicPartition& partition, const std::string& folder) {
  const auto found = logs_.find(partition);
  OTTLA_ASSERT(found != logs_.end());
  if (const auto renamed = disk.rename(partition.text(), folder); !renamed.ok()) {
    return Failure(LogError(renamed.error()));
  }
  for (const JobId id : log_jobs_.sorted_keys()) {
    if (*log_jobs_.find(id) == found->second->number()) left_behind_[partition].push_back(id);
  }
  by_number_.erase(found->second->number());
  logs_.erase(found);
  return {};
}

void LogDirectory::tick(Instant now, Timestamp wall) {
  now_ = now;
  if (stopping()) return;
  if (now >= next_expiry_) {
    next_expiry_ = now + options_.expiry_interval;
    for (const auto& [partition, log] : logs_) log->expire_producers(wall);
  }
  if (now < next_checkpoint_) return;
  next_checkpoint_ = now + options_.checkpoint_interval;
  for (const auto& [partition, log] : logs_) {
    if (log->state() != LogState::ready) continue;
    log->seal(now, false);
    if (!log->dirty() && log->log_end() == log->synced_end()) log->rest();
  }
  // What no log asked to have synced, because it promises nothing about the disk, is synced now and then.
  lazy_due_ = true;
  sync_promised();
  write_checkpoints();
  short_of_space = false;
}

void LogDirectory::sync() {
  lazy_due_ = true;
  sync_promised();
}

void LogDirectory::sync_promised() {
  if (round_.empty()) start_promised_round();
  if (lazy_round_.has_value()) return;
  lazy_due_ |= files.pinned_count() > options_.unsynced_files_max;
  if (lazy_due_) {
    lazy_due_ = false;
    closed_.clear();
    start_lazy_round(lazy_, Log::SyncWhat::all);
  } else {
    start_lazy_round(closed_, Log::SyncWhat::closed);
  }
}

// A log is in one round at a time: of those in another what is left to do stays in the queue.
std::vector<SyncItem> LogDirectory::take_items(std::initializer_list<Syncing> queues) {
  std::vector<SyncItem> items;
  for (const auto& [queue, what] : queues) {
    std::vector<LogNumber> later;
    for (const LogNumber number : *queue) {
      Log* log = find(number);
      if (log == nullptr || log->state() != LogState::ready || !log->has_unsynced(what)) continue;
      if (log->syncing()) {
        if (later.empty() || later.back() != number) later.push_back(number);
      } else {
        items.push_back(log->sync_item(what));
      }
    }
    *queue = std::move(later);
  }
  return items;
}

bool LogDirectory::wants_sync_all(const std::vector<SyncItem>& items) const {
  size_t file_count = 0;
  for (const SyncItem& item : items) {
    if (item.all) return true;
    file_count += item.files.size();
  }
  return file_count >= options_.sync_all_above;
}

void LogDirectory::start_promised_round() {
  std::vector<SyncItem> items = take_items({{&dirty_, Log::SyncWhat::all}, {&names_, Log::SyncWhat::names}});
  if (items.empty()) return;
  if (wants_sync_all(items)) {
    round_.push_back(jobs_.start(std::make_unique<SyncJob>(disk, std::move(items), true)));
    return;
  }
  const size_t job_count = std::min(options_.sync_jobs_max, items.size());
  std::vector<std::vector<SyncItem>> parts(job_count);
  for (size_t index = 0; index < items.size(); ++index) parts[index % job_count].push_back(std::move(items[index]));
  for (auto& part : parts) round_.push_back(jobs_.start(std::make_unique<SyncJob>(disk, std::move(part), false)));
}

void LogDirectory::start_lazy_round(std::vector<LogNumber>& logs, Log::SyncWhat what) {
  std::vector<SyncItem> items = take_items({{&logs, what}});
  if (items.empty()) return;
  const bool all = wants_sync_all(items);
  lazy_round_ = jobs_.start(std::make_unique<SyncJob>(disk, std::move(items), all));
}

void LogDirectory::sync_done(SyncJob& job) {
  for (size_t index = 0; index < job.items().size(); ++index) {
    Log* log = find(job.items()[index].log);
    if (log != nullptr) log->synced(job.items()[index], job.succeeded(index));
  }
}

bool LogDirectory::completed(JobId id, JobResult&& result) {
  bool ours = true;
  if (const auto part = std::find(round_.begin(), round_.end(), id); part != round_.end()) {
    round_.erase(part);
    sync_done(finished<SyncJob>(*result));
  } else if (lazy_round_ == id) {
    lazy_round_.reset();
    sync_done(finished<SyncJob>(*result));
  } else if (seal_all_job_ == id) {
    seal_all_job_.reset();
    for (const SealAllJob::Seal& seal : finished<SealAllJob>(*result).seals()) {
      if (Log* log = find(seal.log); log != nullptr) log->completed(id, *seal.job);
    }
  } else if (checkpoint_job_ == id) {
    checkpoint_job_.reset();
    const auto& job = finished<ReplaceFiles>(*result);
    if (job.error().has_value()) sink.warn("log", "checkpoint failed", {{"error", describe(*job.error(), "")}});
    if (job.error().has_value() && *job.error() == IoError::no_space) ran_out_of_space();
    checkpoints_done(!job.error().has_value());
  } else if (const LogNumber* owner = log_jobs_.find(id); owner != nullptr) {
    Log* log = find(*owner);
    job_ended(id);
    if (log != nullptr) log->completed(id, *result);
  } else if (result->name() == DeleteFolder::kName) {
    const auto& job = finished<DeleteFolder>(*result);
    if (job.error().has_value()) sink.warn("log", "deletion failed", {{"error", describe(*job.error(), job.folder())}});
  } else {
    ours = false;
  }
  if (stopping()) go_on_stopping();
  return ours;
}

void LogDirectory::job_ended(JobId id) {
  log_jobs_.erase(id);
  for (auto left = left_behind_.begin(); left != left_behind_.end();) {
    std::erase(left->second, id);
    left = left->second.empty() ? left_behind_.erase(left) : std::next(left);
  }
}

std::vector<LogNotice> LogDirectory::take_notices() {
  std::sort(noticed_.begin(), noticed_.end());
  noticed_.erase(std::unique(noticed_.begin(), noticed_.end()), noticed_.end());
  std::vector<LogNotice> notices;
  notices.reserve(noticed_.size());
  for (const LogNumber number : noticed_) notices.push_back({number});
  noticed_.clear();
  return notices;
}

JobId LogDirectory::start(LogNumber log, std::unique_ptr<Job> job) {
  const JobId id = jobs_.start(std::move(job));
  log_jobs_[id] = log;
  return id;
}

void LogDirectory::has_new_name(Log& log) {
  if (log.settings().persisted) return dirty_.push_back(log.number());
  names_.push_back(log.number());
  if (log.segment_count() > 1 && (closed_.empty() || closed_.back() != log.number())) closed_.push_back(log.number());
}

void LogDirectory::ran_out_of_space() {
  if (std::exchange(short_of_space, true)) return;
  for (const auto& [partition, log] : logs_) {
    if (log->state() == LogState::ready) log->give_back_reserve();
  }
}

void LogDirectory::became_dirty(Log& log) { (log.settings().persisted ? dirty_ : lazy_).push_back(log.number()); }

void LogDirectory::noticed(Log& log) {
  if (noticed_.empty() || noticed_.back() != log.number()) noticed_.push_back(log.number());
}

}  // namespace ottla
