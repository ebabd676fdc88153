// One pass of compaction over a log: first the keys of the dirty part are gathered, as many as fit, then the segments from
// the log's start to where the gathering ended are written anew without what those keys supersede, a group of segments at
// a time. All of it from immutable inputs, in steps of about a MiB; nothing of the log is touched.
//
// Files, and what a crash leaves of them. A group's batches go to "<first base>.log.cleaned", which is synced. Beside it
// "<first base>.index.swap" is written, which says what that file is (replaced_mark.h); both names are synced, and the group
// is handed over. The log gives the file its own name, in place of the first original (Log::replace_segments). When that
// name and a side file that knows it are durable, the other originals are unlinked, the oldest first, each durably before
// the next; and then the mark, by a seal during which no pass runs.
//
//   before the rename is durable   the originals are all there. A ".cleaned" is thrown away, whatever it holds, so one
//                                  that the log did not want any more (it was truncated meanwhile) does no harm either
//   after it                       the file is the new one, whole, and the mark keeps recovery from holding the old one's
//                                  checksums against it
//   while originals go             the file is the one that the mark knows, so recovery drops those that are left. They
//                                  must not come back: a later group, or pass, may have dropped the tombstone of a value
//                                  that one of them has
//
// A group's last batch is kept, if only as a placeholder, so a cleaned file says itself how far it reaches.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/aborted_index.h"
#include "core/log/batch_filter.h"
#include "core/log/checkpoints.h"
#include "core/log/clean_plan.h"
#include "core/log/key_offsets.h"
#include "core/log/segment.h"
#include "core/log/segment_scan.h"

namespace ottla {

// A closed segment to read.
struct CleanSource {
  SegmentFacts facts;
  ChunkSums sums;  // held against what is read, where they cover it
};

struct CleanInput {
  Disk* disk = nullptr;
  Marks* marks = nullptr;
  std::string folder;
  std::vector<CleanSource> sources;  // all below first_uncleanable, by base
  Offset first_dirty;
  Offset first_uncleanable;
  std::vector<AbortedTransaction> aborted;  // all that touch the sources
  LastOfProducers producers;
  LogSettingsPtr settings;
  Timestamp now = Timestamp::none();
  HashSecret secret{};
  size_t map_size_max = limits::kCleanerMapSizeMax;
  std::shared_ptr<const std::atomic<bool>> unwanted;  // true: the pass fails at its next step
};

// What takes the place of the segments with bases in [first, end).
struct CleanedGroup {
  Offset first;
  Offset end;
  LoadedSegment segment;
  int64_t size_before = 0;
};

class CleanPass {
 public:
  explicit CleanPass(CleanInput input);

  enum class Progress : uint8_t {
    more,
    group_done,  // take_group() has it; go on when the log has taken it
    finished,    // cleaned_end() is the new first dirty offset
    failed,      // error() or damage(), or it was not wanted any more
  };
  [[nodiscard]] Progress step();

  [[nodiscard]] CleanedGroup take_group();
  [[nodiscard]] Offset cleaned_end() const { return mapped_end_; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }
  // Bytes that are not what was written once: for the log to be quarantined.
  [[nodiscard]] const std::optional<std::string>& damage() const { return damage_; }
  [[nodiscard]] const FilterCounts& counts() const { return filter_->counts(); }
  [[nodiscard]] size_t key_count() const { return keys_.count(); }
  [[nodiscard]] size_t groups_unchanged() const { return groups_unchanged_; }

 private:
  class MapVisitor;
  class CopyVisitor;
  enum class Phase : uint8_t { mapping, opening, copying, syncing, marking, over };

  void run_phase();
  void note(const IoResult<>& done);
  IoResult<> map_step();
  void begin_cleaning();
  IoResult<> open_group();
  void copy_step();
  IoResult<> write_out(int64_t position);
  IoResult<> close_copy();
  IoResult<> mark_group();

  void map_batch(const BatchView& batch);
  void copy_batch(const BatchView& batch);
  void keep(BytesView batch);
  IoResult<> open_source(SegmentScan::Visitor& visitor);
  // The scan has stopped: true when it read the source to its end and found it as it was written.
  bool is_whole(const CleanSource& source);
  Progress fail();
  [[nodiscard]] const SegmentGroup& group() const { return groups_[group_index_]; }
  [[nodiscard]] std::string path_of(Offset base, std::string_view suffix = kLogSuffix) const;

  CleanInput input_;
  Phase phase_ = Phase::mapping;
  Progress progress_ = Progress::more;
  std::optional<IoError> error_;
  std::optional<std::string> damage_;

  size_t source_ = 0;  // being read
  std::unique_ptr<SegmentScan::Visitor> visitor_;
  std::optional<SegmentScan> scan_;

  KeyOffsets keys_;
  HashMap<ProducerId, Offset> lasts_;  // of the data of each producer in the dirty part
  Offset mapped_end_;
  bool map_full_ = false;
  std::optional<CleanTransactions> map_transactions_;
  DecompressionScratch scratch_;

  std::vector<SegmentGroup> groups_;
  size_t group_index_ = 0;
  size_t groups_unchanged_ = 0;
  std::optional<CleanTransactions> transactions_;
  std::optional<BatchFilter> filter_;
  FilePtr cleaned_file_;
  std::optional<SegmentContent> content_;  // of the group's file
  BytesBuffer out_;                        // of it, not yet written
  int64_t unread_ = 0;                     // bytes of the group that are still to come, the batch at hand included
  bool changed_ = false;
  BytesBuffer dropped_header_;  // of the last batch read, if it went
};

// The pass as a job: as far as the next group, or the end. Its owner takes the pass out, hands the group to the log and
// starts the next job with the same pass.
class CleanJob final : public Job {
 public:
  static constexpr std::string_view kName = "clean";

  explicit CleanJob(std::unique_ptr<CleanPass> pass) : pass_(std::move(pass)) {}
  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }

  [[nodiscard]] CleanPass::Progress progress() const { return progress_; }
  [[nodiscard]] std::unique_ptr<CleanPass> take_pass() { return std::move(pass_); }

 private:
  std::unique_ptr<CleanPass> pass_;
  CleanPass::Progress progress_ = CleanPass::Progress::more;
};

}  // namespace ottla
