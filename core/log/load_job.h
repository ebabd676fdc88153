// Makes a log of the files of one partition's folder: at the first use after a start, and after every truncation, which
// is the same question: what of these files counts?
//
// The one rule: above the believed end (the recovery point, at a start) nothing is believed but batches. Whole sound
// batches in an unbroken row count, and what follows the first that is not is cut off. Indexes, snapshots, epoch lines
// and checksums from there on are made anew. Below the believed end everything was synced: there something missing or
// wrong is damage, which is told and never repaired by cutting.
//
// What lies below need not be read: the side file says what a segment holds, and its bytes are checked when they are
// first wanted. What the side file does not know is read in full, now. So every companion file may be lost: it takes
// longer, and is not wrong.
//
// After the job everything it found is durable, up to the log's end: a process that was killed leaves bytes in the page
// cache which no sync has covered, and they are read like any others.
//
// Every case that a crash leaves is a function of its own, with its story and its mark (load_cases.cc, load_companions.cc, load_tail.cc).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/checkpoints.h"
#include "core/log/checksums.h"
#include "core/log/leader_epochs.h"
#include "core/log/log_settings.h"
#include "core/log/marks.h"
#include "core/log/producer_replay.h"
#include "core/log/producer_state.h"
#include "core/log/segment.h"
#include "core/log/segment_scan.h"

namespace ottla {

class LoadJob final : public Job {
 public:
  static constexpr std::string_view kName = "load log";
  static constexpr size_t kScannedHeldMax = 4;  // files that were read and are open until they are synced

  // What the loop knows of a log that it truncates.
  struct Known {
    std::vector<SegmentSummary> segments;
    std::vector<int64_t> served_ends;  // of each segment: below, the file's bytes stay as they are
    LeaderEpochs epochs;
    std::vector<FilePtr> unsynced;  // to be synced first
  };

  struct Input {
    Disk* disk = nullptr;
    Marks* marks = nullptr;
    std::string folder;
    TopicId topic_id;  // zero: whatever the folder says
    LogSettingsPtr settings;
    Offset log_start;
    Offset believed_end;  // below, everything is synced
    std::optional<PartitionCheckpoint> exact;
    bool wakes = false;                    // exact, and no other process was here since it was written
    std::optional<SyncedPosition> synced;  // what the last checkpoint knows of the segment that has believed_end
    std::optional<Known> known;
    std::optional<Offset> truncate_to;
    std::optional<Offset> restart_at;
    bool rewrite = false;  // the cut goes into a new file whatever was served
  };

  explicit LoadJob(Input input);

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }

  // One of the three at most: the disk failed; the partition is to be quarantined; or all is well, and the rest counts.
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }
  [[nodiscard]] const std::optional<std::string>& damage() const { return damage_; }

  struct Output {
    TopicId topic_id;
    Offset log_start;
    Offset log_end;
    std::vector<LoadedSegment> segments;  // the last is the active one
    std::vector<bool> kept;               // of a known segment: nothing about it changed, so what the loop has stays
    LeaderEpochs epochs;
    std::optional<Offset> epochs_unsaved_from;
    ProducerState producers;
    // Of the newest snapshot that has a file.
    std::optional<std::pair<Offset, Bytes>> windows;
  };
  [[nodiscard]] bool restarted() const { return input_.restart_at.has_value(); }
  [[nodiscard]] Output& output() { return output_; }

 private:
  struct FoundSegment {
    Offset base;
    int64_t file_size = 0;
    const SegmentSummary* summary = nullptr;  // where the side file (or the loop) is believed
    bool scan = false;
    int64_t served_end = 0;
  };
  using Phase = Step (LoadJob::*)();

  // The phases in their order (load_job.cc; from drop_originals() on load_cut.cc).
  Step sync_unsynced();
  Step identify();
  Step look();
  Step tidy();
  Step read_companions();
  Step choose();
  Step scan();
  Step drop_originals();
  Step cut();
  Step drop_later();
  Step forget_what_was_cut();
  Step forget_mark();
  Step make_durable();
  Step finish();

  Step go_on(Phase next) {
    phase_ = next;
    return Step::more;
  }
  Step fail(IoError error);
  Step tell_damage(std::string what);
  [[nodiscard]] bool starting() const { return !input_.known.has_value(); }
  [[nodiscard]] std::string path(std::string_view name) const { return input_.folder + "/" + std::string(name); }
  [[nodiscard]] std::string log_path(Offset base) const;
  [[nodiscard]] Offset next_base(size_t index) const;
  void scan_from(Offset offset);
  void note_believed_end(const SegmentContent& content) {
    if (content.end() == input_.believed_end) believed_size_ = content.size();
  }
  [[nodiscard]] Offset found_end(size_t index) const;
  IoResult<> before_dropping(File& cut);
  IoResult<> unlink_mark();
  [[nodiscard]] bool is_ours(Offset base) const;

  // A file whose content is gone, for whatever reason: it is read as one that is not there.
  static bool is_unreadable(IoError error) { return error == IoError::too_large || error == IoError::short_read; }

  // The cases (load_cases.cc of the folder, load_companions.cc of what stands beside the batches, load_tail.cc of where
  // they end).
  IoResult<> metadata_missing();
  IoResult<> metadata_damaged();
  IoResult<> metadata_to_sync();
  IoResult<> leftover(const OffsetFileName& name, const std::string& file);
  IoResult<> swap_to_finish(Offset base);
  IoResult<> replaced_by_compaction(Offset base);
  IoResult<> read_side_file();
  IoResult<> read_epochs();
  IoResult<> read_snapshot();
  IoResult<std::optional<ProducerState>> decode_snapshot(Offset offset);
  [[nodiscard]] bool snapshot_is_whole(Offset offset);
  void checkpoint_is_exact();
  void believe_summary(size_t index);
  void segments_missing();
  Step no_segments();
  std::optional<std::string> scan_stopped(size_t index);
  [[nodiscard]] bool may_leave_a_hole(size_t index) const;
  [[nodiscard]] const SegmentSummary* listed(Offset base) const;
  [[nodiscard]] bool contradicts_checkpoint(size_t index) const;
  [[nodiscard]] bool contradicts_side_file(size_t index) const;
  void tail_torn(size_t index);
  void tail_lost_below(size_t index);
  void epoch_line_ahead_of_log();
  static std::optional<LeaderEpochs> decode_leader_epochs_or_nothing(BytesView bytes);

  class Visitor;

  Input input_;
  Phase phase_;
  Marks& marks_;
  Disk& disk_;

  std::vector<std::pair<OffsetFileName, std::string>> leftovers_;
  std::vector<OffsetFileName> snapshots_;
  std::optional<Offset> whole_snapshot_;  // which producer state started from
  std::vector<Offset> not_ours_;          // segments that left the living log, and whose files are still there
  std::vector<FoundSegment> found_;
  std::set<Offset> rescan_;                         // compaction was here: nothing written down is about these bytes
  std::vector<std::pair<Offset, Offset>> swapped_;  // from the base on, up to the end: what swaps stand for
  std::optional<SideFileContent> side_;
  bool rebuild_epochs_ = false;
  bool metadata_written_ = false;                   // anew, after a failed sync
  std::unique_ptr<SegmentIndexes> active_indexes_;  // of the last segment, where it is taken as written down
  bool names_changed_ = false;
  bool exact_ = false;

  LeaderEpochs epochs_;
  LeaderEpochs epochs_told_;  // as they were written down, and batches below the believed end must agree
  ProducerState producers_;
  std::unique_ptr<SegmentScan::Visitor> visitor_;
  std::optional<SegmentScan> scan_;
  FilePtr scan_file_;
  int64_t believed_size_ = -1;               // of the segment that is read: where the believed end stands in it
  LeaderEpoch last_epoch_ = kNoLeaderEpoch;  // of the last batch that was scanned
  size_t at_ = 0;                            // of found_
  std::vector<FilePtr> to_sync_;
  std::optional<size_t> cut_at_;  // of found_: the log ends in this one
  std::vector<Offset> to_drop_;

  Output output_;
  std::optional<IoError> error_;
  std::optional<std::string> damage_;
};

}  // namespace ottla
