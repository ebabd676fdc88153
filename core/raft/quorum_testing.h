// A quorum of one on a simulated disk, with a consumer that keeps what is committed, and a memory of all that was ever
// promised, which outlives every crash: for the room's tests.
//
//   QuorumWorld world(seed);
//   world.settle();                   // it leads
//   world.append("a");
//   world.settle();                   // committed, and remembered
//   world.crash();                    // the power goes; what comes up is held against what was promised
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/prng.h"
#include "core/log/log_testing.h"
#include "core/raft/quorum_of_one.h"

namespace ottla::raft_testing {

using Values = std::map<int64_t, std::string>;  // by offset; control records are left out

// What is built on the log: all values that were committed.
class Consumer final : public ReplicatedLog::Observer {
 public:
  explicit Consumer(ReplicatedLog& log) : log_(log) {}

  void committed(Offset end) override;
  void leadership_gained(LeaderEpoch epoch, Offset start) override;
  void leadership_lost(LeaderEpoch epoch) override { lost.push_back(epoch); }
  void truncated(Offset) override { ++truncations; }
  void snapshot_needed(Offset start) override;
  void readable(Offset) override { catch_up(); }
  void failed(LogError) override { ++failures; }

  // Reads on; after an error too.
  void catch_up();
  // The state as a snapshot, as of what was applied.
  [[nodiscard]] ReplicatedLog::Snapshot snapshot(Timestamp now) const;

  Values values;
  Offset applied;
  Offset committed_end;
  LeaderEpoch applied_epoch{0};
  std::optional<LeaderEpoch> leads;
  Offset leads_from;
  std::vector<LeaderEpoch> lost;
  int failures = 0;
  int truncations = 0;
  std::optional<LogError> read_error;

 private:
  ReplicatedLog& log_;
};

class QuorumWorld {
 public:
  explicit QuorumWorld(uint64_t seed, QuorumOptions options = {}, sim::SimDiskOptions disk_options = {});
  ~QuorumWorld();

  sim::SimDisk disk;
  Marks marks;
  sim::SimLog lines;
  log_testing::TestJobs jobs;
  Prng prng;
  Instant now;
  Timestamp wall = Timestamp::from_ms(1'700'000'000'000);

  // --- Life. start() may fail when the disk does: then there is no quorum.
  bool start();
  void kill();   // the process ends, the page cache stays
  void crash();  // the power goes
  void restart();
  [[nodiscard]] bool running() const { return quorum_ != nullptr; }
  QuorumOfOne& quorum() { return *quorum_; }
  Consumer& consumer() { return *consumer_; }
  LogDirectory& directory() { return *directory_; }

  // --- Turns
  // One turn and perhaps a step of one job, whichever the seed says. False: nothing is left to do.
  bool step();
  void settle();
  void pass(Duration time);
  // Waits, through pauses and retries, until it leads. False: it does not within a minute.
  bool lead();

  // --- Acts. False: refused.
  bool append(const std::string& value);
  bool save_snapshot();

  // --- What was promised, and what the epochs were. check() holds what is running against it: a failure's text, or
  // empty.
  Values promised;
  std::vector<LeaderEpoch> epochs;  // that were taken up, in order
  [[nodiscard]] std::string check();

 private:
  void end_life();
  void note();
  void complete(std::pair<JobId, JobResult> done);

  QuorumOptions options_;
  sim::SeededEntropy entropy_;
  std::unique_ptr<LogDirectory> directory_;
  std::unique_ptr<QuorumOfOne> quorum_;
  std::unique_ptr<Consumer> consumer_;
  LeaderEpoch epoch_seen_ = kNoLeaderEpoch;  // of this life
  std::string broken_;
};

// The batch of one record.
Bytes batch_of(const std::string& value, Timestamp now);

}  // namespace ottla::raft_testing
