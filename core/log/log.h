// One partition's log: an append-only sequence of batches in segment files, with what is derived from them (indexes,
// leader epochs, producer state), all of it on one loop.
//
//   dormant      known from the directory's checkpoint alone: no file was looked at, nothing is held. After a clean stop
//                its ends are exact, and when it fell asleep
//   loading      a LoadJob has the files: recovery, or a truncation. Nothing else happens meanwhile
//   ready        appends and reads
//   quarantined  damage was found below the recovery point, or in what was about to be served: it was told, nothing is
//                served, nothing is changed. A replica elsewhere has the data
//   offline      the disk failed in a way that leaves no sound state here
//
// Everything that depends on files fails with not_ready until the log is ready; load() begins that, and the host's
// notice says when it is over. A new partition's log is ready at once.
//
// Ends. [log_start, log_end) is what can be read; below durable_end it is on the disk. What the log's setting promises is
// in durable_end: under `persisted` it follows sync rounds, otherwise it is log_end. synced_end is the truth about the
// disk under either.
//
// Failure of a write leaves the log as it was; the next append may succeed. Failure of a sync does not: what the page
// cache shows of the unsynced suffix is not believed. The log goes back to its synced end, into a new file, and appends
// from memory what it kept of the suffix (unsynced.h); readers never notice. Without it the log goes offline.
//
// Jobs never touch a Log. They get values, and their result is taken up in completed(), which drops one whose generation
// is over: the log was truncated, or rewritten after a failed sync, since the job was made.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/io/file.h"
#include "core/log/checkpoints.h"
#include "core/log/leader_epochs.h"
#include "core/log/log_error.h"
#include "core/log/log_host.h"
#include "core/log/log_settings.h"
#include "core/log/log_types.h"
#include "core/log/producer_state.h"
#include "core/log/segment.h"
#include "core/log/unsynced.h"
#include "core/record/batch_format.h"
#include "core/record/batch_view.h"

namespace ottla {

class ColdRead;
class LoadJob;
class OffsetForTime;
class SealJob;
enum class SearchFor : uint8_t;

class Log {
 public:
  // A dormant log of a partition whose folder is there.
  Log(LogHost& host, LogNumber number, LogOrigin origin, LogSettingsPtr settings);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // A new partition: makes its folder, metadata file and first segment, starting at `start`. Ready when it returns.
  static LogResult<std::unique_ptr<Log>> create(LogHost& host, LogNumber number, TopicPartition partition,
                                                TopicId topic_id, LogSettingsPtr settings, Offset start = Offset(0));

  [[nodiscard]] LogNumber number() const { return number_; }
  [[nodiscard]] const TopicPartition& partition() const { return partition_; }
  [[nodiscard]] const TopicId& topic_id() const { return topic_id_; }
  [[nodiscard]] const LogSettings& settings() const { return *settings_; }
  void set_settings(LogSettingsPtr settings);
  [[nodiscard]] std::string folder() const { return partition_.text(); }
  // Whose log a dormant one must be, by who has looked into its folder: another topic's is damage when it loads. What the
  // directory's checkpoint says of another topic's is forgotten.
  void expect_topic(const TopicId& topic_id);

  [[nodiscard]] LogState state() const { return state_; }
  // Of a quarantined or offline log, for people: what is wrong and where.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  // Whether log_end() and size() mean something: always, but for a dormant or loading log after an unclean stop.
  [[nodiscard]] bool ends_known() const { return ends_known_; }

  [[nodiscard]] Offset log_start() const { return log_start_; }
  [[nodiscard]] Offset log_end() const { return log_end_; }
  [[nodiscard]] Offset durable_end() const { return settings_->persisted ? synced_end_ : log_end_; }
  [[nodiscard]] Offset synced_end() const { return synced_end_; }
  [[nodiscard]] int64_t size() const;  // bytes of all segments
  // Of a dormant log too, where it fell asleep or the stop before was clean.
  [[nodiscard]] std::optional<OldestSegment> oldest_segment() const;

  // --- Loading and truncation (log_load.cc)

  // Begins to load a dormant log. Nothing happens to one that is loading, ready or in trouble.
  void load();
  // Cuts everything at and above `end`; a batch that holds `end` in its middle goes whole, and the log then ends at its
  // base. At or above log_end nothing happens. Otherwise the log is loading until it is done, and durable up to its end
  // then. Waits for the directory's checkpoints first where they claim more to be synced than is left.
  LogResult<> truncate_to(Offset end);
  // Drops everything and starts empty at `start`: a follower whose leader's log begins above its end.
  LogResult<> restart_at(Offset start);
  // The log start rises to `start`, at most log_end. release_below_log_start() lets whole segments below go.
  LogResult<> raise_log_start(Offset start);
  // Back to dormant (log_sleep.cc): segments, indexes, what is known of producers and all descriptors are given back; ends
  // stay exact, and slices that readers hold stay good. What a stop would write is written before, so a first call may begin
  // that, and a later one succeeds. False: not now, because of that, or something is unsynced, a job of the log runs, files
  // wait to be unlinked, somebody verifies a transaction. load() wakes it, as after a clean stop. Nobody is notified.
  bool sleep(Instant now);

  // --- Append (log_append.cc). Allocates nothing in steady state; one write.

  LogResult<AppendedBatch> append_as_leader(const LeaderAppend& append);
  // One or more whole batches from the leader, checked (check_stored), with their offsets and epochs. The first starts at
  // or above log_end. Up to where a failure came, they are in: log_end() tells.
  LogResult<> append_as_follower(const Bytes& batches, Timestamp now);
  // Begins a new segment, if the active one is not empty.
  LogResult<> roll();

  // --- Read (log_read.cc)

  [[nodiscard]] LogResult<LogRead> read(const ReadRequest& request);
  // One at a time per place; readers that wait for the same place share it. The host's notice says when it ended.
  LogResult<JobId> start_cold_read(const ReadRequest& request);
  // Checks every byte of a segment, whatever was checked before; damage quarantines.
  LogResult<JobId> start_scrub(size_t index);
  // Aborted transactions that touch [start, end), for a reader of committed records. needs_cold_read as above.
  struct AbortedRead {
    std::vector<AbortedTransaction> aborted;
    bool needs_cold_read = false;
    Offset cold_offset;  // where
  };
  [[nodiscard]] LogResult<AbortedRead> aborted_in(Offset start, Offset end);
  // The first record at or after `timestamp`, searched by a job whose result is an OffsetForTime (offset_for_time.h).
  LogResult<JobId> start_offset_for_time(Timestamp timestamp, Offset end);
  // The same for the first record below `end` that nothing below `end` is later than.
  LogResult<JobId> start_latest_record(Offset end);

  // --- Epochs

  // We lead or follow in `epoch` from the log end on: a line even if nothing is ever appended.
  LogResult<> begin_epoch(LeaderEpoch epoch);
  [[nodiscard]] const LeaderEpochs& epochs() const { return epochs_; }
  [[nodiscard]] EpochEnd epoch_end(LeaderEpoch epoch) const { return epochs().end_of(epoch, log_end_); }

  // --- Producers

  [[nodiscard]] const ProducerState& producers() const { return producers_; }
  VerificationGuard start_verification(ProducerId producer, ProducerEpoch epoch);
  void drop_verification(ProducerId producer, VerificationGuard guard) {
    producers_.drop_verification(producer, guard);
  }
  // Where readers of committed records stop: at or below `high_watermark`. (As in Kafka: of a transaction that ended above
  // the high watermark a start after a clean stop knows no more, and does not stop before it.)
  [[nodiscard]] Offset stable_end(Offset high_watermark) const;
  // It never goes back: transactions that ended below it need not be remembered.
  void high_watermark_rose(Offset high_watermark) { producers_.forget_decided(high_watermark); }
  void expire_producers(Timestamp now);

  // --- Durability (log_sync.cc)

  // Bytes, or names, that no round has synced.
  [[nodiscard]] bool dirty() const { return dirty_ || folder_dirty_; }
  // What a round takes: all, closed segments' bytes (and names), or names alone.
  enum class SyncWhat : uint8_t { all, closed, names };
  [[nodiscard]] bool has_unsynced(SyncWhat what) const;
  // Not while syncing().
  [[nodiscard]] SyncItem sync_item(SyncWhat what = SyncWhat::all);
  [[nodiscard]] bool syncing() const { return sync_running_; }
  // The item's syncs succeeded or failed. One of an older generation is dropped.
  void synced(const SyncItem& item, bool succeeded);
  // The directory's checkpoints say `recovery_point` now, durably.
  void recovery_point_lowered();
  // What checkpoints may say of this log: everything below is synced, and so is what derives from it.
  [[nodiscard]] PartitionCheckpoint checkpoint() const;
  // What checkpoints on the disk may say: from when they begin to be written until all of them are.
  void checkpointed(Offset recovery_point) { checkpointed_recovery_point_ = recovery_point; }
  [[nodiscard]] Offset checkpointed_recovery_point() const { return checkpointed_recovery_point_; }

  // --- Closing files' companions: indexes, snapshot, side file, epochs (seal_job.h)

  // Whether a checkpoint may raise the recovery point, or the epochs must be written first.
  [[nodiscard]] bool epochs_dirty() const { return epochs_unsaved_from_.has_value(); }
  // Writes what is not written yet of closed segments, and unlinks what left the log and is due; at a stop (`all`) the
  // active segment's files too, with a snapshot at the log end. Nothing when there is nothing to do, or not now.
  std::optional<JobId> seal(Instant now, bool all);
  // The same for who starts the job himself, and tells.
  std::unique_ptr<SealJob> make_seal(Instant now, bool all);
  void seal_begun(JobId id) { seal_job_ = id; }

  // --- For retention and compaction

  [[nodiscard]] size_t segment_count() const { return segments_.size(); }
  [[nodiscard]] const Segment& segment(size_t index) const { return *segments_[index]; }
  [[nodiscard]] const Segment& active() const { return *segments_.back(); }
  [[nodiscard]] uint64_t generation() const { return generation_; }
  // The files of one segment that are there for a job to read: opened, so that they stay.
  IoResult<FilePtr> open_segment(size_t index);
  // Segments that lie whole below the log start leave the log with this call. Their files are unlinked by a later seal,
  // file.delete.delay.ms from `now`: the side file is rid of them first, durably, so that a segment that is listed there
  // and has no file is always damage. Returns how many.
  size_t release_below_log_start(Instant now);
  [[nodiscard]] size_t condemned_count() const { return condemned_.size(); }
  // A pass of compaction begins or ends. While one runs no seal takes marks away (clean_pass.h), so none begins while a
  // seal runs: then there is nothing in the answer. Nor does a cut begin: what is in the answer becomes true when one waits,
  // and the pass is to end.
  std::shared_ptr<const std::atomic<bool>> begin_cleaning();
  void end_cleaning();
  // Compaction put `cleaned` in the place of the closed segments with bases in [first, end). Its file stands in the folder
  // as "<first>.log.cleaned", durable, beside its mark (clean_pass.h); it gets its name here, and the originals' files go
  // as released ones do. Fails with not_ready when the log's generation is not `generation`: what was cleaned is not
  // wanted any more, and the next pass or start removes it.
  LogResult<> replace_segments(uint64_t generation, Offset first, Offset end, LoadedSegment cleaned, Instant now);
  // Damage was found. Told once; nothing is served from here on.
  void quarantine(std::string what);

  // What is reserved above the active segment's end; that segment grows no more, or the room is wanted elsewhere.
  void give_back_reserve();

  // A job of this log ended. False when it was not one that it waits for.
  bool completed(JobId id, Job& job);
  // A truncation that waits for the checkpoints does not count: it may wait for long, and nothing was cut yet.
  [[nodiscard]] bool waits_for_jobs() const { return load_job_.has_value() || seal_job_.has_value() || sync_running_; }
  // Gives back memory that only a busy partition needs.
  void rest();

 private:
  using BatchHeader = std::array<uint8_t, batch_format::kHeaderSize>;

  // What the next LoadJob is to do, while it waits for the checkpoints or for a SealJob.
  struct PlannedLoad {
    std::optional<Offset> truncate_to = std::nullopt;
    std::optional<Offset> restart_at = std::nullopt;
    bool rewrite = false;  // after a failed sync: what is above synced_end comes from memory, into a new file
  };

  [[nodiscard]] LogResult<> check_ready() const;
  [[nodiscard]] LogResult<> check_open() const;  // for what changes the log: no stop has begun, either
  void set_state(LogState state);
  void go_offline(std::string what);
  void give_up(LogState state, std::string why);
  [[nodiscard]] std::string path_of(const Segment& segment) const;
  [[nodiscard]] Segment& active_segment() { return *segments_.back(); }
  // The index of the segment that holds `offset`, or of the first after it; segment_count() when there is none.
  [[nodiscard]] size_t segment_at(Offset offset) const;

  // log_append.cc
  LogResult<> begin_segment(Offset base);
  LogResult<> roll_where_full(int64_t size, Offset first_offset, Offset last_offset, Timestamp largest, Timestamp now);
  LogResult<> roll_for_jump(Offset first_offset, Offset last_offset);
  bool undo_jump();
  LogResult<> write(std::span<const BytesView> parts, int64_t size);
  LogResult<> cut_back(File& file, IoError cause);
  void reserve_ahead(File& file, int64_t end);
  void mark_dirty(Segment& segment);
  void become_dirty();
  // The batch was written: everything that follows from it. `header` as it stands in the file.
  void take_up(const BatchHeader& header, const std::optional<ProducerBatch>& producer, Bytes body);

  // log_load.cc
  void plan_load(const PlannedLoad& plan);
  void begin_planned_load();
  void loaded(LoadJob& job);
  void append_again();
  static std::optional<ProducerBatch> producer_of(const UnsyncedBatch& batch);
  void note_epochs_changed(Offset from);

  // log_sleep.cc
  [[nodiscard]] bool may_sleep() const;

  // log_read.cc
  struct Located {
    int64_t position = 0;
    Offset base;       // of the batch found
    int64_t size = 0;  // its own; 0: the segment ended
  };
  enum class Lookup : uint8_t { found, cold };
  LogResult<Lookup> locate(Segment& segment, const File& file, Offset offset, bool may_block, Located& out);
  LogResult<Lookup> boundary_below(Segment& segment, const File& file, int64_t from, int64_t limit, bool may_block,
                                   int64_t& out);
  LogResult<Lookup> lookup_failed(const Segment& segment, IoError error);
  static int64_t readable_end(const Segment& segment, int64_t position);
  JobId start_cold_read(const Segment& segment, FilePtr file, Offset offset, int64_t size_max, bool whole);
  void cold_read_done(ColdRead& job);
  LogResult<JobId> start_search(std::span<const size_t> segments, SearchFor wanted, Timestamp timestamp, Offset end);
  void search_done(const OffsetForTime& job);
  void damage_found(const Segment& segment, const std::string& what);

  // log_sync.cc
  static constexpr uint32_t kSyncFailuresMax = 3;  // in a row; then the disk is taken for broken
  static constexpr size_t kMetadataHeldMax = 128;
  static constexpr int64_t kReserveStepMax = int64_t{16} << 20;
  static constexpr int64_t kManyProducers = 1024;
  static constexpr int64_t kSnapshotSpacing = 1024;  // bytes of log a producer
  // Producer state at an offset, on its way to its file; the windows stay, for side files to come.
  struct Snapshot {
    Offset offset;
    Bytes bytes;
    Bytes windows{};
    bool written = false;
  };
  // A segment that left the log, whose files are still there.
  struct Condemned {
    Offset base;
    Instant due;
  };
  void late_sync(const SyncItem& item, bool succeeded);
  void sync_failed();
  void take_snapshot();
  std::vector<Offset> marks_to_unlink(const std::vector<Offset>& sealing, const std::vector<Offset>& unlinking);
  void sealed(SealJob& job);

  LogHost& host_;
  const LogNumber number_;
  const TopicPartition partition_;
  TopicId topic_id_;  // zero until it is read, where no checkpoint knew it
  LogSettingsPtr settings_;
  std::string trouble_;

  LogState state_ = LogState::dormant;
  bool ends_known_ = false;
  bool clean_ = false;         // dormant since a clean stop or asleep: its active segment has the size below
  bool dirty_ = false;         // a round has bytes to sync here
  bool folder_dirty_ = false;  // a name in the folder is not durable
  bool folder_is_new_ = false;
  bool first_name_durable_ = true;  // not before the first round of a new partition

  uint64_t generation_ = 1;
  Offset log_start_;
  Offset log_end_;
  Offset synced_end_;
  // After an unclean stop nobody knows, before they are written anew: of three files some may be older than others.
  Offset checkpointed_recovery_point_;
  // From here on the epochs' file says something else than epochs_: the recovery point stays at or below.
  std::optional<Offset> epochs_unsaved_from_;
  std::optional<Offset> recovery_point_max_;  // while the log is being cut
  std::optional<SyncedPosition> dormant_synced_;
  int64_t dormant_active_size_ = 0;
  int64_t dormant_total_size_ = 0;
  Offset dormant_active_base_;
  std::optional<OldestSegment> dormant_oldest_;
  bool asleep_ = false;         // dormant, and not for a stop
  bool was_served_ = false;     // before it fell asleep, some of it
  uint32_t sync_failures_ = 0;  // in a row
  int64_t unsnapped_size_ = 0;  // of closed segments since the last snapshot

  std::vector<std::unique_ptr<Segment>> segments_;  // by base; when ready there is at least one
  LeaderEpochs epochs_;
  ProducerState producers_;
  UnsyncedBatches unsynced_;

  bool side_file_dirty_ = false;
  std::shared_ptr<std::atomic<bool>> pass_unwanted_;  // while a pass runs
  std::set<Offset> marked_;              // segments that the side file knows, and whose mark may still be there
  bool sync_running_ = false;            // of an item of this log
  bool append_failing_ = false;          // the last write failed
  bool rewriting_ = false;               // the next load is followed by append_again()
  std::optional<Offset> rewrite_below_;  // of what that has, only this
  PooledFile metadata_file_;             // while it was not synced, pinned
  bool metadata_closed_ = false;         // nor was it synced, and it is not open: there were too many
  std::optional<Snapshot> snapshot_;
  std::vector<Condemned> condemned_;

  std::optional<PlannedLoad> planned_load_;
  std::optional<Offset> truncate_when_loaded_;
  bool waits_for_checkpoint_ = false;
  std::optional<JobId> load_job_;
  std::optional<JobId> seal_job_;
  std::vector<JobId> read_jobs_;  // cold reads and searches by time
};

}  // namespace ottla
