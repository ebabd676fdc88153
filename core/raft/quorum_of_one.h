// The metadata log where one node is the whole quorum: what is durable here is committed. Everything on the disk is as a
// Kafka controller leaves it, so that Kafka's tools read it and a later quorum of several begins from it:
//
//   __cluster_metadata-0/
//     00000000000000000000.log ...                        the log; each epoch begins with a LeaderChange control record
//     00000000000000004711-0000000003.checkpoint          snapshots: everything below offset 4711, of epoch 3
//     quorum-state                                         the epoch and the vote, as JSON
//
// Start. The log is recovered, quorum-state and the newest good snapshot are read; then the node votes for itself in an
// epoch above all it has seen, durably, before anything is written in that epoch. It leads when the epoch's LeaderChange is
// durable. So no epoch is ever led twice, whatever was lost that was not synced. What the log holds may be read before
// that: with one voter whatever is durable stays.
//
// Snapshots. The two newest stay, and the log from the end of the older one on: a damaged one is told, and the other one
// is used.
//
// Turn: turn() moves things on and tells the observer. Jobs' results come to completed(); the log's own go to its directory.
// A sync that fails is the log's business too: it is `not_ready` for a while then.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/log_sink.h"
#include "core/base/time.h"
#include "core/io/job.h"
#include "core/log/log_directory.h"
#include "core/log/records_reader.h"
#include "core/log/replicated_log.h"
#include "core/raft/quorum_state.h"
#include "core/raft/snapshot_file.h"
#include "core/record/batch_builder.h"

namespace ottla {

// Kafka's, of a topic that is no topic.
inline constexpr TopicId kMetadataTopicId{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

struct QuorumOptions {
  BrokerId self = kNoBroker;
  Uuid directory;                               // directory.id of where the log lies
  bool ephemeral = false;                       // the directory goes with the process: nothing waits for the disk
  int64_t segment_size_max = int64_t{1} << 30;  // metadata.log.segment.bytes
  Duration segment_age_max = Duration::from_s(7 * 24 * 3600);  // metadata.log.segment.ms
  int64_t snapshot_after = int64_t{20} << 20;                  // metadata.log.max.record.bytes.between.snapshots
  Duration snapshot_interval = Duration::from_s(3600);         // metadata.log.max.snapshot.interval.ms; 0: none
};

class QuorumOfOne final : public ReplicatedLog {
 public:
  using Options = QuorumOptions;

  // Begins to start. The directory is started and outlives this.
  QuorumOfOne(const Options& options, LogDirectory& directory, Jobs& jobs, LogSink& sink, Instant now, Timestamp wall);
  ~QuorumOfOne() override;

  void tick(Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const;
  // False: no job of ours. Every job is offered here before it is to the directories.
  bool completed(JobId id, Job& result);
  // Takes up what moved and tells the observer. True when something was told: it may have appended, and there may be more
  // to tell.
  bool turn();

  // What keeps it from starting or going on, for good; empty while all is well.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] LeaderEpoch epoch() const { return epoch_; }  // the one voted in; -1 before that
  [[nodiscard]] const Log* log() const;                       // null: not there any more, or not yet

  // --- ReplicatedLog. append() is not_ready for a while after a failed sync.
  LogResult<Appended> append(LeaderEpoch expected_epoch, Bytes batch) override;
  LogResult<std::optional<Records>> read(Offset offset, size_t size_max) override;
  [[nodiscard]] Offset log_start() const override;
  [[nodiscard]] Offset log_end() const override;
  [[nodiscard]] Offset durable_end() const override;
  [[nodiscard]] Offset committed_end() const override { return committed_end_; }
  [[nodiscard]] Offset stable_end() const override { return committed_end_; }
  [[nodiscard]] std::optional<LeaderEpoch> leading() const override;
  // At most to the end of the older snapshot of the two that are kept.
  LogResult<> drop_prefix(Offset end) override;
  std::optional<Snapshot> take_snapshot() override { return std::exchange(found_snapshot_, std::nullopt); }
  [[nodiscard]] bool wants_snapshot() const override;
  LogResult<> save_snapshot(Snapshot snapshot) override;
  void observe(Observer* observer) override;

 private:
  // What is waited for.
  enum class Step : uint8_t { log, files, vote, epoch, leading, failed };
  static constexpr Duration kRetryDelay = Duration::from_s(1);
  static constexpr Duration kSnapshotRetryDelay = Duration::from_s(60);
  static constexpr int32_t kEpochJump = 1000;

  // quorum_start.cc
  void go_on();
  void open_log();
  void read_files();
  void files_read(QuorumFilesRead& job);
  void vote();
  void vote_saved(const VoteSave& job);
  void begin_epoch();
  void fail(std::string why);
  void retry_later();

  static TopicPartition make_metadata_partition();
  [[nodiscard]] const TopicPartition& metadata_partition() const { return metadata_partition_; }
  static Offset next_after(BytesView batches);
  [[nodiscard]] Voter voter() const { return {.id = options_.self, .directory = options_.directory}; }
  [[nodiscard]] Log* find_log();
  [[nodiscard]] Log* ready_log();
  void commit();
  void snapshot_saved(SnapshotSave& job);
  bool tell();

  const Options options_;
  // Looked up in every turn, and too long a name to be made without the heap.
  const TopicPartition metadata_partition_ = make_metadata_partition();
  LogDirectory& directory_;
  Jobs& jobs_;
  LogSink& sink_;
  Instant now_;
  Timestamp wall_;
  LogSettingsPtr settings_;

  Step step_ = Step::log;
  std::string trouble_;
  std::optional<JobId> job_;  // of the step
  Instant retry_at_ = Instant::never();
  Instant load_after_;
  LeaderEpoch epoch_ = kNoLeaderEpoch;
  LeaderEpoch last_epoch_ = kNoLeaderEpoch;  // that was ever seen
  LeaderEpoch voted_ = kNoLeaderEpoch;       // in what is being saved
  Offset epoch_begun_;                       // the end of the epoch's LeaderChange; 0: not written yet
  bool voters_known_ = false;
  bool folder_is_new_ = false;  // made in this life
  Offset committed_end_;
  BatchBuilder builder_;

  std::vector<SnapshotId> snapshots_;  // there, by end
  std::optional<Snapshot> found_snapshot_;
  std::optional<SnapshotId> found_;
  std::optional<JobId> save_job_;
  int64_t size_since_snapshot_ = 0;
  Offset measured_end_;  // up to where that is counted
  Instant snapshot_due_ = Instant::never();

  RecordsReader reader_;
  Observer* observer_ = nullptr;
  bool told_snapshot_ = false;
  Offset told_committed_;
  std::optional<LeaderEpoch> told_epoch_;
  bool told_failure_ = false;
};

}  // namespace ottla
