// A ReplicatedLog in memory, whose test says when batches commit, when it leads and what fails.
#pragma once

#include <deque>
#include <vector>

#include "core/log/replicated_log.h"

namespace ottla::controller_testing {

class MemoryLog final : public ReplicatedLog {
 public:
  LogResult<Appended> append(LeaderEpoch expected_epoch, Bytes batch) override;
  LogResult<std::optional<Records>> read(Offset offset, size_t size_max) override;
  [[nodiscard]] Offset log_start() const override { return start_; }
  [[nodiscard]] Offset log_end() const override { return end_; }
  [[nodiscard]] Offset durable_end() const override { return committed_; }
  [[nodiscard]] Offset committed_end() const override { return committed_; }
  [[nodiscard]] Offset stable_end() const override { return committed_; }
  [[nodiscard]] std::optional<LeaderEpoch> leading() const override { return leading_; }
  LogResult<> drop_prefix(Offset end) override;
  std::optional<Snapshot> take_snapshot() override { return snapshot_; }
  [[nodiscard]] bool wants_snapshot() const override { return wants_snapshot_; }
  LogResult<> save_snapshot(Snapshot snapshot) override;
  void observe(Observer* observer) override { observer_ = observer; }

  // A leader's own batch first, as raft writes it, then the notice. `told_late` leaves out what is committed already.
  void lead(LeaderEpoch epoch);
  void lose();  // and with it what is not committed
  void commit();
  void commit_up_to(Offset end);
  // Tells a new observer of the past.
  void tell();

  void fail_next_append(LogError error) { append_failure_ = error; }
  void hold_reads(bool held);
  void want_snapshot() { wants_snapshot_ = true; }
  [[nodiscard]] const std::optional<Snapshot>& snapshot() const { return snapshot_; }
  [[nodiscard]] size_t read_count() const { return read_count_; }
  [[nodiscard]] size_t batch_count() const { return batches_.size(); }
  [[nodiscard]] size_t byte_size() const;

 private:
  struct Batch {
    Offset first;
    Offset last;
    Bytes bytes;
  };

  void add(Bytes batch, LeaderEpoch epoch);

  Observer* observer_ = nullptr;
  std::deque<Batch> batches_;
  Offset start_{0};
  Offset end_{0};
  Offset committed_{0};
  std::optional<LeaderEpoch> leading_;
  std::optional<Snapshot> snapshot_;
  bool wants_snapshot_ = false;
  bool reads_held_ = false;
  bool read_was_held_ = false;
  size_t read_count_ = 0;
  std::optional<LogError> append_failure_;
};

}  // namespace ottla::controller_testing
