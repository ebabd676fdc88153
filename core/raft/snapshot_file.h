// Snapshots of the metadata log: files `<end offset, 20 digits>-<epoch, 10 digits>.checkpoint`, laid out as Kafka's. Whole
// batches, one behind the other, with offsets of their own from 0 on and the snapshot's epoch in each: a control batch
// (SnapshotHeader, KRaftVersion, Voters), the records, a control batch (SnapshotFooter). A file without its footer, or
// with anything that does not fit, is damaged as a whole.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/log_error.h"
#include "core/log/replicated_log.h"
#include "core/raft/control_batches.h"
#include "core/raft/quorum_state.h"

namespace ottla {

struct SnapshotId {
  Offset end;
  LeaderEpoch epoch = kNoLeaderEpoch;

  friend auto operator<=>(const SnapshotId&, const SnapshotId&) = default;
};
std::string snapshot_file_name(const SnapshotId& id);
std::optional<SnapshotId> parse_snapshot_file_name(std::string_view name);

void encode_snapshot(const ReplicatedLog::Snapshot& snapshot, const Voter& voter, Timestamp now, BytesBuffer& out);
// The batches of records that it holds. Every byte is looked at; nothing is copied. `voters`: who it says votes.
FormatResult<Bytes> decode_snapshot(const SnapshotId& id, const Bytes& bytes, std::vector<BrokerId>& voters);

// Reads what stands in the log's folder beside the log: quorum-state, and the newest snapshot that is good.
class QuorumFilesRead final : public Job {
 public:
  static constexpr std::string_view kName = "read quorum files";

  QuorumFilesRead(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }

  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }
  [[nodiscard]] const std::optional<QuorumState>& state() const { return state_; }
  [[nodiscard]] bool state_damaged() const { return state_damaged_; }
  [[nodiscard]] const std::vector<SnapshotId>& good() const { return good_; }  // by end
  [[nodiscard]] const std::vector<SnapshotId>& damaged() const { return damaged_; }
  [[nodiscard]] const std::vector<BrokerId>& voters() const { return voters_; }  // of the newest good one
  // The newest good one.
  std::optional<ReplicatedLog::Snapshot> take_snapshot() { return std::exchange(snapshot_, std::nullopt); }

 private:
  Step look();
  Step read_newest();

  Disk& disk_;
  std::string folder_;
  bool looked_ = false;
  std::vector<SnapshotId> unread_;  // by end
  std::optional<IoError> error_;
  std::optional<QuorumState> state_;
  bool state_damaged_ = false;
  std::vector<SnapshotId> good_;
  std::vector<SnapshotId> damaged_;
  std::vector<BrokerId> voters_;
  std::optional<ReplicatedLog::Snapshot> snapshot_;
};

// Writes quorum-state, durably. `folder_is_new`: so may the folder's own name not be.
class VoteSave final : public Job {
 public:
  static constexpr std::string_view kName = "save vote";

  VoteSave(Disk& disk, std::string folder, bool folder_is_new, QuorumState state)
      : disk_(disk), folder_(std::move(folder)), folder_is_new_(folder_is_new), state_(std::move(state)) {}

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }

 private:
  Disk& disk_;
  std::string folder_;
  bool folder_is_new_;
  QuorumState state_;
  std::optional<IoError> error_;
};

// Writes a snapshot, durably, and unlinks those that it makes superfluous.
class SnapshotSave final : public Job {
 public:
  static constexpr std::string_view kName = "save snapshot";

  SnapshotSave(Disk& disk, std::string folder, ReplicatedLog::Snapshot snapshot, Voter voter, Timestamp now,
               std::vector<SnapshotId> superfluous)
      : disk_(disk),
        folder_(std::move(folder)),
        snapshot_(std::move(snapshot)),
        voter_(voter),
        now_(now),
        superfluous_(std::move(superfluous)) {}

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }
  [[nodiscard]] bool saved() const { return saved_; }
  [[nodiscard]] SnapshotId id() const { return {.end = snapshot_.end, .epoch = snapshot_.epoch}; }
  [[nodiscard]] const std::vector<SnapshotId>& superfluous() const { return superfluous_; }

 private:
  Disk& disk_;
  std::string folder_;
  ReplicatedLog::Snapshot snapshot_;
  Voter voter_;
  Timestamp now_;
  std::vector<SnapshotId> superfluous_;
  size_t unlinked_ = 0;
  bool saved_ = false;
  std::optional<IoError> error_;
};

}  // namespace ottla
