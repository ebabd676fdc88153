// One history as it runs: the directory, its world, and the model beside it. What history_testing.h promises is done
// here: time and what is true at any of it in history_run_testing.cc, deaths and recovery in history_lives_testing.cc,
// what must be there then in history_adopt_testing.cc, what an owner does in history_acts_testing.cc and
// history_appends_testing.cc, what readers get in history_reads_testing.cc.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/prng.h"
#include "core/log/cleaner.h"
#include "core/log/history_compaction_testing.h"
#include "core/log/history_model_testing.h"
#include "core/log/history_testing.h"
#include "core/log/log_directory.h"
#include "core/record/batch_builder.h"
#include "core/sim/seeded_entropy.h"
#include "core/sim/sim_clock.h"
#include "core/sim/sim_disk.h"
#include "core/sim/sim_jobs.h"
#include "core/sim/sim_log.h"

namespace ottla::log_testing {

class HistoryRun {
 public:
  HistoryRun(const History& history, Marks& marks);
  ~HistoryRun();

  Outcome run();

 private:
  enum class Death : uint8_t { power, kill, stop };
  struct Damage {
    bool log = false;  // of batches; otherwise of what stands beside them
    uint32_t a = 0;
    uint32_t b = 0;
  };
  // What a reader was given and has not read yet.
  struct Held {
    FileSlice slice;
    std::string bytes;
  };
  struct Search {
    JobId job;
    Timestamp timestamp;
    uint64_t changes;
  };
  struct Expected {
    enum class Answer : uint8_t { appended, duplicate, not_appended } answer = Answer::appended;
    bool refusal_allowed = false;  // of a duplicate whose offsets may be forgotten
    Offset first_offset{};
    Offset last_offset{};
    std::optional<LogError::Code> code = std::nullopt;
  };

  // --- history_run_testing.cc, history_lives_testing.cc
  void begin();
  void die(Death death, std::optional<Damage> damage);
  // Starts and loads until that succeeded: the power may go in the middle of it.
  void recover(bool exact);
  bool start_and_load(bool exact);
  bool start();
  void drop_all();
  void make_log();
  bool run_to_stop();
  void damage_files(const Damage& damage);
  bool step();
  bool step_until(const std::function<bool()>& done, int events_max = 4'000);
  void wait_for(JobId job);
  // Lets time pass, but not for ever.
  void run_while(const std::function<bool()>& busy, int events_max);
  void completed(JobId id, JobResult result);
  void observe();
  void changed(Log& log);
  bool compare_all(Log& log);
  void find_every_batch();
  void advance(uint32_t draw);
  void break_promise(std::string what);
  [[nodiscard]] bool over() const { return !outcome_.broken.empty() || outcome_.quarantined > 0; }
  [[nodiscard]] bool disturbed();
  [[nodiscard]] Log* log();
  [[nodiscard]] Timestamp now() const { return epoch_time_ + (clock_.now() - Instant()); }
  Log* ready_log();  // null unless it is ready and has power
  // Now and then the log falls asleep between two acts, whatever may run beside it; and what it knew it knows again.
  void fall_asleep(uint32_t draw);
  void wake();

  // --- history_adopt_testing.cc
  // What is there after a start is what must be there. False when the power went meanwhile.
  bool adopt(Log& log);
  bool ends_may_be(Offset start, Offset end, Offset needed);
  // Every batch's bytes, from the log start on. Nothing when that cannot be: the power went, or a promise is broken.
  std::optional<std::vector<std::string>> read_all(Log& log);
  // The model's batches that the stored ones are, with those that compaction took. Nothing: a promise is broken.
  std::optional<std::vector<ModelBatch>> match(const std::vector<std::string>& stored, Offset start, Offset end,
                                               Offset needed);

  // --- history_acts_testing.cc, history_appends_testing.cc, history_reads_testing.cc
  void act(const Operation& operation);
  void append(Log& log, const Operation& operation);
  void append_idempotent(Log& log, const Operation& operation);
  void append_transactional(Log& log, const Operation& operation);
  void end_transaction(Log& log, ProducerId id, bool commit, ModelBatch batch);
  void end_transactions(uint32_t draw);
  void append_replicated(Log& log, const Operation& operation);
  void append_refused(Log& log, const Operation& operation);
  void append_leader(Log& log, ModelBatch batch, const Expected& expected);
  ModelBatch draw_batch(uint32_t draw);
  void sequence(ModelBatch& batch, ProducerId id, ProducerEpoch epoch, Sequence first);
  Bytes build(ModelBatch& batch, Offset base);
  bool check_taken_up(Log& log, const LogError& error, std::vector<ModelBatch> rest);
  void read(Log& log, const Operation& operation);
  std::optional<LogRead> read_warm(Log& log, const ReadRequest& request);
  bool check_read(const LogRead& read, const ReadRequest& request, bool hold);
  void read_held(bool all);
  std::optional<std::vector<AbortedTransaction>> aborted_warm(Log& log, Offset start, Offset end);
  void read_aborted(Log& log, const Operation& operation);
  void find_time(Log& log, const Operation& operation);
  void check_found(const Search& search, Job& job);
  void truncate(Log& log, const Operation& operation);
  void release(Log& log);
  void retain(Log& log);
  void clean(const Operation& operation);

  const TopicPartition partition_{"t", PartitionIndex(0)};
  const History& history_;
  Marks& marks_;
  Prng prng_;
  sim::SimClock clock_;
  LogSettings settings_;
  LogDirectoryOptions options_;
  sim::SimDisk disk_;
  sim::SimLog lines_;
  sim::SeededEntropy entropy_;
  std::unique_ptr<sim::SimJobs> jobs_;
  std::unique_ptr<LogDirectory> directory_;
  std::unique_ptr<Cleaner> cleaner_;
  BatchBuilder builder_;

  LogModel model_;
  LeaderEpoch epoch_{0};
  LogNumber number_{0};
  bool folder_durable_ = false;
  bool recovering_ = false;
  bool sync_failed_ = false;  // in this life: then the page cache is not to be trusted, and a kill proves nothing
  bool disk_full_ = false;
  bool was_full_ = false;  // in this life
  bool quarantine_allowed_ = false;
  std::optional<Offset> kept_end_;  // of a process that died while the machine went on: what was written is there
  uint64_t hits_at_birth_ = 0;
  uint64_t changes_ = 0;  // of what is there, but for appends
  uint64_t serial_ = 0;
  uint32_t sync_one_in_ = 1;
  Timestamp epoch_time_ = Timestamp::from_ms(1'700'000'000'000);
  std::deque<Held> held_;
  std::vector<Search> searches_;
  std::vector<JobId> jobs_done_;  // while somebody waits for one
  Outcome outcome_;
};

}  // namespace ottla::log_testing
