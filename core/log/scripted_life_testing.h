// A scripted life of a data directory, in which operations of the disk are made to fail: something of everything that a
// directory does, each tried once more where it failed, as its owner would; and what its owner was told, which has to be
// there afterwards.
//
//   ScriptedLife life(seed);
//   life.plan({.operation = IoOperation::write, .nth = 7});
//   life.live();
//   life.expect_what_was_told();
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/log/cleaner.h"
#include "core/log/log_testing.h"

namespace ottla::log_testing {

// What a partition's owner was told.
struct Told {
  std::map<int64_t, std::string> values;
  int64_t log_start = 0;
  int64_t log_end = 0;
  int64_t durable_end = 0;
  // Of an append that was refused because the log went away under it: it may have been written all the same.
  std::vector<std::string> unanswered;
  bool removed = false;
};

class ScriptedLife {
 public:
  // `sync_all_above`: of the directory's options.
  explicit ScriptedLife(uint64_t seed, size_t sync_all_above = LogDirectoryOptions().sync_all_above)
      : world_(seed, settings(), options(sync_all_above)), entropy_(seed) {
    world_.other_owner = [this](JobId id, Job& job) { return cleaner_->completed(id, job, world_.now); };
    begin();
  }

  void plan(sim::FaultRule fault);
  [[nodiscard]] bool struck() { return world_.disk.faults().hit_count() > 0; }

  // Something of everything that a directory does. What fails is tried once more, as its owner would.
  void live();

  // The power goes once more, and nothing fails any longer.
  void expect_what_was_told();
  // While everything fails that has to do with t-0.
  void expect_the_sound_one_never_noticed();
  [[nodiscard]] std::string story() const { return world_.lines.text() + "\n" + world_.disk.history(); }

 private:
  static LogSettings settings();
  static LogDirectoryOptions options(size_t sync_all_above) {
    LogDirectoryOptions options;
    options.sync_all_above = sync_all_above;
    return options;
  }

  void begin() { cleaner_ = std::make_unique<Cleaner>(world_.directory(), world_.jobs, entropy_, Cleaner::Options{}); }
  Log* ready(const std::string& topic);

  // --- What its owner does

  void create(const std::string& topic);
  void append_to_all(const std::string& value, int i);
  void append(const std::string& topic, const std::vector<std::string>& values);
  void settle();
  void pass_a_minute();
  void truncate(const std::string& topic, int64_t end);
  static void cut(Told& told, int64_t end);
  void remove(const std::string& topic);
  void raise_log_start(const std::string& topic, int64_t start);
  void clean(const std::string& topic);
  void scrub(const std::string& topic) {
    if (Log* log = ready(topic); log != nullptr) (void)log->start_scrub(0).ok();
    world_.run_jobs();
  }
  void stop_and_start();
  void power_cut();
  void settle_for_what_is_known();
  void start();

  // --- What is found after a start

  void take_up(const Log& log, Told& told);
  void expect_values(const std::string& topic, Log& log, const Told& told, bool must_be_readable);

  LogWorld world_;
  sim::SeededEntropy entropy_;
  std::unique_ptr<Cleaner> cleaner_;
  std::map<std::string, Told> told_;
  bool syncs_lie_ = false;
  bool for_ever_ = false;
  bool looks_on_ = true;
};

}  // namespace ottla::log_testing
