// A replica as the log that a state machine is built on (replicated_log.h). What moved is told by tell(), in
// Replicas::take_notices() and nowhere else.
#pragma once

#include <optional>
#include <utility>

#include "core/log/records_reader.h"
#include "core/log/replicated_log.h"
#include "core/replica/replica.h"

namespace ottla {

class ReplicaLog final : public ReplicatedLog {
 public:
  explicit ReplicaLog(Replica& replica) : replica_(replica) {}

  LogResult<Appended> append(LeaderEpoch expected_epoch, Bytes batch) override {
    return append_marker(expected_epoch, std::move(batch), 0);
  }
  LogResult<Appended> append_marker(LeaderEpoch expected_epoch, Bytes marker, int16_t transaction_version) override;
  LogResult<std::optional<Records>> read(Offset offset, size_t size_max) override;

  [[nodiscard]] Offset log_start() const override { return replica_.log_start(); }
  [[nodiscard]] Offset log_end() const override { return replica_.log_end(); }
  [[nodiscard]] Offset durable_end() const override { return replica_.durable_end(); }
  [[nodiscard]] Offset committed_end() const override { return replica_.high_watermark(); }
  [[nodiscard]] Offset stable_end() const override { return replica_.stable_end(); }
  [[nodiscard]] std::optional<LeaderEpoch> leading() const override;

  LogResult<> drop_prefix(Offset end) override;
  void observe(Observer* observer) override;

  // A job of the replica's log ended.
  void job_ended(JobId id) { reader_.job_ended(id); }
  // Tells the observer what it does not know yet.
  void tell();

 private:
  Replica& replica_;
  Observer* observer_ = nullptr;
  std::optional<LeaderEpoch> told_epoch_;
  Offset told_committed_;
  bool told_failure_ = false;
  RecordsReader reader_;
};

}  // namespace ottla
