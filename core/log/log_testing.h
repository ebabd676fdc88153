// A data directory on a simulated disk, with hands that run when the test says so: for tests of the log and of what is
// built on it.
//
//   LogWorld world(seed);
//   Log& log = world.create("t", 0);
//   world.append(log, {"a", "b"});          // one batch of two records
//   world.settle();                         // syncs and jobs, until nothing is left to do
//   world.crash();                          // the power goes; a new directory is started on what is left
//   Log& again = world.ready("t", 0);       // loaded
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/prng.h"
#include "core/log/log_directory.h"
#include "core/record/batch_builder.h"
#include "core/sim/seeded_entropy.h"
#include "core/sim/sim_disk.h"
#include "core/sim/sim_log.h"

namespace ottla::log_testing {

// Runs jobs when it is asked to: whole, or step by step in any order.
class TestJobs final : public Jobs {
 public:
  JobId start(std::unique_ptr<Job> job) override {
    const JobId id(next_id_++);
    waiting_.emplace_back(id, std::move(job));
    return id;
  }
  [[nodiscard]] size_t count() const { return waiting_.size(); }
  [[nodiscard]] std::string_view name_of(size_t index) const { return waiting_[index].second->name(); }
  // Runs the job at `index` for one step. It comes back when it is done.
  std::optional<std::pair<JobId, JobResult>> step(size_t index = 0);
  void drop_all() { waiting_.clear(); }

 private:
  uint64_t next_id_ = 1;
  std::deque<std::pair<JobId, std::unique_ptr<Job>>> waiting_;
};

struct Producing {
  ProducerId id = kNoProducer;
  ProducerEpoch epoch = kNoProducerEpoch;
  Sequence sequence = kNoSequence;
  bool transactional = false;
};

class LogWorld {
 public:
  explicit LogWorld(uint64_t seed, LogSettings settings = {}, LogDirectoryOptions options = {},
                    sim::SimDiskOptions disk_options = {});
  ~LogWorld();

  sim::SimDisk disk;
  Marks marks;
  sim::SimLog lines;
  TestJobs jobs;
  Instant now;
  Timestamp wall = Timestamp::from_ms(1'700'000'000'000);

  LogDirectory& directory() { return *directory_; }
  [[nodiscard]] LogSettingsPtr settings() const { return settings_; }
  void set_settings(const LogSettings& settings);

  // --- Life of the directory
  // Ends the directory as a killed process would, and starts it. Done by the constructor once.
  IoResult<> start();
  // A clean stop, and a start.
  void restart();
  // A stop that is not clean, yet loses nothing: the process is killed.
  void kill();
  // The power goes: what was not synced may be lost.
  void crash();
  // Runs everything to its end: jobs, and sync rounds while something is dirty.
  void settle();
  // Jobs only; no sync round is begun.
  void run_jobs();
  // Who else has jobs run here (a Cleaner): asked first, and answers whether the job was its own.
  std::function<bool(JobId, Job&)> other_owner;

  // --- Logs
  // With its names durable, as they are from the first sync round on.
  Log& create(const std::string& topic = "t", int32_t partition = 0);
  Log& create_unsynced(const std::string& topic = "t", int32_t partition = 0);
  // The log, loaded if need be; it may be quarantined.
  Log& load(const std::string& topic = "t", int32_t partition = 0);
  // The same, which must be ready.
  Log& ready(const std::string& topic = "t", int32_t partition = 0);
  static TopicId topic_id(const std::string& topic);

  // --- Records
  // A batch of these values as a producer sends it, at the world's wall clock.
  Bytes batch(const std::vector<std::string>& values, const Producing& producing = {}, Offset base = Offset(0),
              LeaderEpoch epoch = kNoLeaderEpoch);
  Bytes marker(bool commit, ProducerId id, ProducerEpoch epoch);
  LogResult<AppendedBatch> try_append(Log& log, const std::vector<std::string>& values,
                                      const Producing& producing = {});
  AppendedBatch append(Log& log, const std::vector<std::string>& values, const Producing& producing = {});
  AppendedBatch end_transaction(Log& log, bool commit, ProducerId id, ProducerEpoch epoch);
  void truncate(Log& log, Offset end);
  // As leader of which epoch append() writes; 0 at first.
  LeaderEpoch epoch{0};

  // Everything a reader gets of [from, end), through cold reads where they are needed: values by offset. Control records
  // are left out. A failure to read is in `error`.
  struct Everything {
    std::map<int64_t, std::string> values;
    std::optional<LogError> error;
  };
  Everything read(Log& log, Offset from, int64_t size_max = 1 << 20);
  Everything read(Log& log) { return read(log, log.log_start()); }
  // One read, cold reads and all.
  LogResult<LogRead> read_once(Log& log, const ReadRequest& request);
  // The values of a slice.
  static std::map<int64_t, std::string> values_of(const FileSlice& slice);

 private:
  void complete(std::pair<JobId, JobResult> done);

  LogSettingsPtr settings_;
  LogDirectoryOptions options_;
  sim::SeededEntropy entropy_;
  std::unique_ptr<LogDirectory> directory_;
  BatchBuilder builder_;
};

}  // namespace ottla::log_testing
