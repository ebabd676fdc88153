// Compacts the logs of one data directory, one log at a time: picks the one that needs it most, runs passes over it as
// jobs, and has the log take each group that comes out.
//
// How far each log is clean stands in Kafka's cleaner-offset-checkpoint. It must never say too much: of two records with a
// key in a part that counts as clean, neither is in the map of a later pass, so the value would outlive its tombstone and
// come back to life. Hence it is written after the names of the groups are durable; a log that was truncated, or whose
// file was rewritten (its generation tells), is dirty from its start; and after an unclean start, which may bring
// originals back, all logs are. That costs a pass and nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "core/base/entropy.h"
#include "core/io/job.h"
#include "core/log/checkpoints.h"
#include "core/log/clean_pass.h"
#include "core/log/log_directory.h"

namespace ottla {

class Cleaner {
 public:
  struct Options {
    size_t map_size_max = limits::kCleanerMapSizeMax;  // log.cleaner.dedupe.buffer.size
    Duration retry_after = Duration::from_s(15);       // a log whose pass failed
  };
  // A log that this broker keeps, and where its high watermark is.
  struct Subject {
    TopicPartition partition;
    Offset high_watermark;
  };

  // Reads the checkpoint: blocks, as a start may. One that is missing or damaged says that all is dirty.
  Cleaner(LogDirectory& directory, Jobs& jobs, Entropy& entropy, Options options);

  // Begins a pass when none runs and one of the logs wants it. `at` is the clock for retries, `wall` for lags and horizons.
  void tick(std::span<const Subject> subjects, Timestamp wall, Instant at);
  // False when the job was none of the cleaner's.
  bool completed(JobId id, Job& job, Instant at);

  // Writes down how far logs are clean, as of now. To be called before the directory stops: a log may have been truncated
  // since the last tick. A stop waits until that is saved: what it replaces may say too much.
  void checkpoint();
  [[nodiscard]] bool saving() const { return save_job_.has_value(); }

  // Whether a pass would begin now, but for what else runs. Of a ready log.
  [[nodiscard]] bool wants(const Log& log, Offset high_watermark, Timestamp wall);
  // There is nothing to clean in this log before somebody writes to it, dormant or not; false where that is not known.
  [[nodiscard]] bool is_clean(const Log& log) const;
  [[nodiscard]] bool cleaning() const { return job_.has_value(); }
  [[nodiscard]] uint64_t passes_count() const { return passes_count_; }
  // Below it the log is clean; 0 when nothing is known.
  [[nodiscard]] Offset cleaned_end(const TopicPartition& partition) const;

 private:
  struct State {
    Offset cleaned_end;
    std::optional<LogNumber> log;  // whose generation it is; nothing yet after a start
    uint64_t generation = 0;
    Instant not_before;
  };

  void read_checkpoint();
  // What is known of the log, or that nothing is.
  State& state_of(const Log& log);
  bool start_pass(Log& log, const CleanRange& range, Timestamp wall);
  void go_on(std::unique_ptr<CleanPass> pass);
  // Whether the pass goes on.
  bool take_up(Log& log, CleanJob& done, Instant at);
  void pass_ended(CleanPass::Progress progress, CleanPass& pass, Instant at);

  LogDirectory& directory_;
  Jobs& jobs_;
  Entropy& entropy_;
  Options options_;
  std::map<TopicPartition, State> states_;
  std::optional<JobId> job_;
  TopicPartition partition_;  // of the pass that runs
  LogNumber log_{0};
  uint64_t generation_ = 0;
  std::optional<JobId> save_job_;
  bool save_again_ = false;
  std::set<TopicPartition> unsynced_;  // names in their folders may not be durable
  uint64_t passes_count_ = 0;
};

}  // namespace ottla
