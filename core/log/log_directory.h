// One data directory: the logs of its partitions, and what they share: the lock, the checkpoints, the pool of open files,
// sync rounds, and the clock's ticks. A broker with several data directories has several of these.
//
// Start. The lock is taken, the checkpoints are read and the directory is listed once; no partition's folder is looked
// into. Every partition is dormant then, and loads when it is first used. The file that says "stopped cleanly" is taken
// away, durably, before anything changes.
//
// Checkpoints. `ottla.checkpoint` says for every partition what a start wants to know; Kafka's two files say the same in
// less. They are written every checkpoint_interval, before a truncation that goes below what they say, and at a stop.
// Nothing above a recovery point is believed at a start but batches, so a checkpoint may be old or missing; it may
// never be ahead.
//
// Sync. One round at a time, over everything that was promised and dirty when it began: it is split into jobs that may run
// at once, and the next begins when all are done. Group commit comes from this alone. Logs that promise nothing about the
// disk have rounds of their own beside those, one job at a time, which hold up nobody: over their closed segments as they
// close, and over everything with checkpoints. Only the names of their new files go with the promised.
//
// Jobs. Everything that waits for a device is a job of `jobs`; results come to completed(). One loop.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/entropy.h"
#include "core/base/hash_map.h"
#include "core/io/job.h"
#include "core/log/log.h"
#include "core/log/log_host.h"

namespace ottla {

class SyncJob;

struct LogDirectoryOptions {
  size_t files_open_max = 512;
  Duration checkpoint_interval = Duration::from_s(60);
  Duration expiry_interval = Duration::from_s(600);  // of producers
  size_t sync_jobs_max = 4;                          // of one round
  // Files with unsynced bytes, which are kept open, from which on logs that promise nothing are synced too.
  size_t unsynced_files_max = 256;
  size_t sync_all_above = 256;  // files in a round, from which on sync_all() is cheaper than one sync each
  LogNumber first_number{1};    // logs are numbered from here: directories of one broker have ranges of their own
  LogSettingsPtr settings = std::make_shared<const LogSettings>();  // until a log is given others
};

// Something that the owner of the directory wants to react to. What exactly, the log tells.
struct LogNotice {
  LogNumber log{0};
};

class LogDirectory final : public LogHost {
 public:
  using Options = LogDirectoryOptions;

  // Blocks: a start has nothing else to do. Fails with `locked` when another process has the directory.
  static IoResult<std::unique_ptr<LogDirectory>> start(Disk& disk, Jobs& jobs, LogSink& sink, Marks& marks,
                                                       Entropy& entropy, Options options, Instant now);
  ~LogDirectory() override;

  // --- Partitions
  [[nodiscard]] Log* find(const TopicPartition& partition);
  [[nodiscard]] Log* find(LogNumber number);
  [[nodiscard]] Log* next_after(const TopicPartition& partition);  // in order; TopicPartition{}: the first
  [[nodiscard]] std::vector<TopicPartition> partitions() const;    // in order
  [[nodiscard]] size_t partition_count() const { return logs_.size(); }
  // not_ready while jobs of a log that had this name still run: they know its files by their paths.
  LogResult<Log*> create(const TopicPartition& partition, const TopicId& topic_id, LogSettingsPtr settings,
                         Offset start = Offset(0));
  // The folder gets a name that says it is to be deleted, and a job deletes it. The Log is gone when this returns.
  LogResult<> remove(const TopicPartition& partition);
  // The same, and nothing is deleted: the folder gets Kafka's name for a stray one, which is no partition's, and lies there
  // for people to look at. Returns that name.
  LogResult<std::string> set_aside(const TopicPartition& partition);
  // Began with a stop that was clean: ends of dormant logs are exact.
  [[nodiscard]] bool started_clean() const { return started_clean_; }

  // --- Turns of the loop
  void tick(Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const { return stopping() ? Instant::never() : next_checkpoint_; }
  // Begins the rounds of what is dirty, promised and not, where none runs.
  void sync();
  // Begins the rounds that are due: of what was promised; of the rest what closed, or all when a checkpoint waits for it or
  // too many files are kept open. Call it after the turn's appends.
  void sync_promised();
  [[nodiscard]] bool syncing() const { return !round_.empty() || lazy_round_.has_value(); }
  // Writes the checkpoints now, or once more when they are being written.
  void write_checkpoints();
  // False, and the result untouched, when the job was none of this directory's.
  bool completed(JobId id, JobResult&& result);
  std::vector<LogNotice> take_notices();

  // --- Stop. Everything is synced, sealed and checkpointed by jobs; when stopped(), the process may go. Appends and
  // cuts fail with not_ready from here on.
  void stop();
  [[nodiscard]] bool stopping() const { return stop_step_ != StopStep::none; }
  [[nodiscard]] bool stopped() const { return stop_step_ == StopStep::stopped; }

  // A job that was started as a log's ended, and its result goes to somebody else: compaction's.
  void job_ended(JobId id);

  // --- LogHost
  JobId start(LogNumber log, std::unique_ptr<Job> job) override;
  void became_dirty(Log& log) override;
  void has_new_name(Log& log) override;
  void ran_out_of_space() override;
  void lower_recovery_point(Log& log) override;
  void noticed(Log& log) override;

 private:
  LogDirectory(Disk& disk, Jobs& jobs, LogSink& sink, Marks& marks, Entropy& entropy, Options options);

  static constexpr Duration kRetryDelay = Duration::from_s(1);

  // What the checkpoints say, by partition.
  using Origins = std::map<TopicPartition, LogOrigin>;
  IoResult<> read_checkpoints(Origins& origins);
  IoResult<> read_offsets(std::string_view file, Offset LogOrigin::*field, Origins& origins);
  IoResult<> add_dormant(Origins& origins);
  IoResult<> forget_clean_stop();
  using Syncing = std::pair<std::vector<LogNumber>*, Log::SyncWhat>;
  std::vector<SyncItem> take_items(std::initializer_list<Syncing> queues);
  void start_promised_round();
  void start_lazy_round(std::vector<LogNumber>& logs, Log::SyncWhat what);
  [[nodiscard]] bool wants_sync_all(const std::vector<SyncItem>& items) const;
  void sync_done(SyncJob& job);
  void checkpoints_done(bool succeeded);
  void start_checkpoint_job(bool clean);
  void seal_all();
  void go_on_stopping();
  LogNumber next_number() { return LogNumber(next_number_++); }
  LogResult<> let_go(const TopicPartition& partition, const std::string& folder);

  Jobs& jobs_;
  Entropy& entropy_;
  Options options_;
  std::unique_ptr<DirectoryLock> lock_;
  std::map<TopicPartition, std::unique_ptr<Log>> logs_;
  HashMap<LogNumber, Log*> by_number_;
  uint64_t next_number_;
  HashMap<JobId, LogNumber> log_jobs_;
  std::map<TopicPartition, std::vector<JobId>> left_behind_;  // jobs of logs that were removed

  // Logs in whose rounds there is something to do; any number of times.
  std::vector<LogNumber> dirty_;   // promised to be synced
  std::vector<LogNumber> lazy_;    // not so
  std::vector<LogNumber> names_;   // not so, but their new files' names go with the promised
  std::vector<LogNumber> closed_;  // not so, and a segment closed
  std::vector<JobId> round_;       // the jobs of the round over what was promised
  std::optional<JobId> lazy_round_;
  bool lazy_due_ = false;  // a round over all of lazy_

  std::optional<JobId> seal_all_job_;
  std::optional<JobId> checkpoint_job_;
  bool checkpoint_again_ = false;
  std::vector<std::pair<LogNumber, Offset>> checkpointing_;  // the recovery points that are being written
  std::vector<LogNumber> lowering_;                          // logs that wait for that
  std::vector<LogNumber> lowering_next_;                     // and for the one after it

  std::vector<LogNumber> noticed_;
  Instant now_;
  Instant next_checkpoint_;
  Instant next_expiry_;
  bool started_clean_ = false;
  enum class StopStep : uint8_t { none, waiting, syncing, sealing, checkpointing, stopped };
  StopStep stop_step_ = StopStep::none;
};

}  // namespace ottla
