#include "core/log/load_job.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/io/whole_file.h"
#include "core/log/companions.h"
#include "core/log/mutants.h"
#include "core/model/limits.h"

namespace ottla {

// Producer state and epochs follow the batches. A batch whose epoch is not the one that the epoch lines give its offset
// is damaged: the field stands outside the batch's checksum, and both were synced.
class LoadJob::Visitor final : public ProducerReplay {
 public:
  explicit Visitor(LoadJob& job) : ProducerReplay(job.producers_), job_(job) {}

  bool accept(const BatchView& batch) override {
    const LeaderEpoch epoch = batch.leader_epoch();
    const LeaderEpochs& told = job_.epochs_told_;
    if (batch.base_offset() < job_.input_.believed_end && epoch >= LeaderEpoch(0) && !told.empty() &&
        batch.base_offset() >= told.lines().front().start_offset && told.at(batch.base_offset()) != epoch) {
      return false;
    }
    return ProducerReplay::accept(batch);
  }
  void visit(const BatchView& batch, SegmentContent& content) override {
    job_.note_believed_end(content);
    ProducerReplay::visit(batch, content);
    const LeaderEpoch epoch = batch.leader_epoch();
    if (epoch <= job_.epochs_.latest() || !job_.epochs_.assign(epoch, batch.base_offset())) return;
    auto& unsaved = job_.output_.epochs_unsaved_from;
    if (!unsaved.has_value()) unsaved = batch.base_offset();
  }

 private:
  LoadJob& job_;
};

LoadJob::LoadJob(Input input)
    : input_(std::move(input)),
      phase_(input_.known.has_value() ? &LoadJob::sync_unsynced : &LoadJob::identify),
      marks_(*input_.marks),
      disk_(*input_.disk),
      producers_(input_.settings->producers_max),
      visitor_(std::make_unique<Visitor>(*this)) {
  output_.topic_id = input_.topic_id;
}

Job::Step LoadJob::step() { return (this->*phase_)(); }

Job::Step LoadJob::fail(IoError error) {
  error_ = error;
  return Step::done;
}

Job::Step LoadJob::tell_damage(std::string what) {
  damage_ = std::move(what);
  return Step::done;
}

std::string LoadJob::log_path(Offset base) const { return companion_path(input_.folder, base, kLogSuffix); }

Offset LoadJob::next_base(size_t index) const {
  return index + 1 < found_.size() ? found_[index + 1].base : Offset(std::numeric_limits<int64_t>::max());
}

Job::Step LoadJob::sync_unsynced() {
  auto& files = input_.known->unsynced;
  if (files.empty()) return go_on(&LoadJob::look);
  const auto synced = files.back()->sync();
  if (!synced.ok()) return fail(synced.error());
  files.pop_back();
  return Step::more;
}

Job::Step LoadJob::identify() {
  const auto bytes = read_whole_file(disk_, path(kPartitionMetadataFile), limits::kPartitionMetadataSizeMax);
  IoResult<> done;
  if (!bytes.ok()) {
    if (bytes.error() == IoError::not_found) {
      done = metadata_missing();
    } else if (bytes.error() == IoError::too_large || bytes.error() == IoError::short_read) {
      done = metadata_damaged();
    } else {
      return fail(bytes.error());
    }
  } else if (const auto id = decode_partition_metadata(*bytes); !id.ok()) {
    done = metadata_damaged();
  } else if (!input_.topic_id.is_zero() && *id != input_.topic_id) {
    marks_.hit(Mark::foreign_partition_metadata);
    return tell_damage(path(kPartitionMetadataFile) + " belongs to topic " + id->text());
  } else {
    output_.topic_id = *id;
    if (!input_.exact.has_value()) done = metadata_to_sync();
  }
  if (!done.ok()) return fail(done.error());
  return go_on(&LoadJob::look);
}

// A process that was killed may have left it in the cache alone. Were it lost when batches are not, a later start could
// take the log for another topic's.
IoResult<> LoadJob::metadata_to_sync() {
  OTTLA_TRY(const FilePtr file, disk_.open(path(kPartitionMetadataFile), Access::read));
  return file->sync();
}

Job::Step LoadJob::look() {
  const auto entries = disk_.list(input_.folder);
  if (!entries.ok()) return fail(entries.error());
  for (const DirectoryEntry& entry : *entries) {
    if (entry.is_directory) continue;
    const auto name = parse_offset_file_name(entry.name);
    if (!name.has_value()) {
      const std::string_view text = entry.name;
      if (starting() && text.ends_with(kReplacementSuffix)) leftovers_.push_back({OffsetFileName{}, entry.name});
      continue;
    }
    if (!name->state.empty()) {
      // While the log lives these are compaction's, which cleans up after itself.
      if (starting()) leftovers_.push_back({*name, entry.name});
    } else if (name->suffix == kLogSuffix) {
      if (is_ours(name->base) || input_.restart_at.has_value()) {
        found_.push_back({.base = name->base});
      } else {
        not_ours_.push_back(name->base);
      }
    } else if (name->suffix == kSnapshotSuffix) {
      snapshots_.push_back(*name);
    }
  }
  // Swaps first: they decide what the other leftovers are.
  std::stable_sort(leftovers_.begin(), leftovers_.end(), [](const auto& a, const auto& b) {
    const auto first = [](const OffsetFileName& name) {
      return name.state == kSwapSuffix && name.suffix == kLogSuffix;
    };
    return first(a.first) && !first(b.first);
  });
  return go_on(&LoadJob::tidy);
}

// While the log lives, files that left it wait to be unlinked.
bool LoadJob::is_ours(Offset base) const {
  if (starting()) return true;
  const auto& segments = input_.known->segments;
  return std::any_of(segments.begin(), segments.end(), [&](const SegmentSummary& one) { return one.base == base; });
}

Job::Step LoadJob::tidy() {
  if (at_ < leftovers_.size()) {
    const auto& [name, file] = leftovers_[at_++];
    const auto done = leftover(name, file);
    if (!done.ok()) return fail(done.error());
    return damage_.has_value() ? Step::done : Step::more;
  }
  at_ = 0;
  if (names_changed_) {
    const auto synced = disk_.sync_directory(input_.folder);
    if (!synced.ok()) return fail(synced.error());
  }
  std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.base < b.base; });
  return go_on(&LoadJob::read_companions);
}

Job::Step LoadJob::read_companions() {
  if (input_.restart_at.has_value()) return go_on(&LoadJob::choose);
  if (starting()) {
    if (const auto done = read_side_file(); !done.ok()) return fail(done.error());
    if (damage_.has_value()) return Step::done;
    if (const auto done = read_epochs(); !done.ok()) return fail(done.error());
  } else {
    epochs_ = input_.known->epochs;
  }
  for (FoundSegment& segment : found_) {
    const auto status = disk_.status(log_path(segment.base));
    if (!status.ok()) return fail(status.error());
    segment.file_size = status->size;
  }
  return go_on(&LoadJob::choose);
}

// Which segments are read, and which are taken as written down.
Job::Step LoadJob::choose() {
  if (input_.restart_at.has_value()) {
    for (const FoundSegment& segment : found_) to_drop_.push_back(segment.base);
    found_.clear();
    // What left the log before goes first: compaction's file loses its mark when it goes, and an original that is there
    // then would go on behind it, were this cut short.
    std::stable_partition(to_drop_.begin(), to_drop_.end(), [&](Offset base) { return !is_ours(base); });
    return go_on(&LoadJob::drop_later);
  }
  if (starting()) checkpoint_is_exact();
  if (!rebuild_epochs_) epochs_told_ = epochs_;
  // What retention has let go, and a crash or a stop has left. Oldest first, as retention does it.
  // (While the log lives that is retention's: the side file is rid of them before their files go.)
  while (starting() && found_.size() > 1 && found_[1].base <= input_.log_start &&
         found_[1].base <= input_.believed_end) {
    marks_.hit(Mark::segment_below_log_start);
    to_drop_.push_back(found_.front().base);
    found_.erase(found_.begin());
  }
  if (starting() && !to_drop_.empty()) {
    // The checkpoint that has this log start may have its name in the cache alone, where a process was killed. Were it lost
    // after they went, they would be missing.
    if (const auto synced = disk_.sync_directory(""); !synced.ok()) return fail(synced.error());
  }
  segments_missing();
  if (damage_.has_value()) return Step::done;
  if (found_.empty()) return no_segments();

  const Offset end = input_.truncate_to.value_or(Offset(std::numeric_limits<int64_t>::max()));
  while (found_.size() > 1 && found_.back().base >= end) {
    to_drop_.push_back(found_.back().base);
    found_.pop_back();
  }
  for (size_t index = 0; index < found_.size(); ++index) {
    believe_summary(index);
    if (damage_.has_value()) return Step::done;
  }
  // The active segment goes on growing, so it needs its indexes.
  if (FoundSegment& active = found_.back(); !active.scan) {
    auto indexes = read_indexes(disk_, marks_, input_.folder, *active.summary);
    if (!indexes.ok()) return fail(indexes.error());
    active_indexes_ = std::move(*indexes);
    active.scan = active_indexes_ == nullptr;
  }
  if (rebuild_epochs_) scan_from(Offset(0));
  if (!starting()) {
    if (const auto read = read_side_file(); !read.ok()) return fail(read.error());
    if (damage_.has_value()) return Step::done;
  }
  if (const auto done = read_snapshot(); !done.ok()) return fail(done.error());
  return go_on(&LoadJob::scan);
}

// Every batch from `offset` on is to be seen.
void LoadJob::scan_from(Offset offset) {
  for (size_t index = 0; index < found_.size(); ++index) {
    if (found_end(index) > offset) found_[index].scan = true;
  }
}

// The offset after what a segment may hold.
Offset LoadJob::found_end(size_t index) const {
  const FoundSegment& segment = found_[index];
  return segment.scan || segment.summary == nullptr ? next_base(index) : segment.summary->end;
}

Job::Step LoadJob::scan() {
  if (at_ == found_.size()) return go_on(starting() ? &LoadJob::cut : &LoadJob::drop_originals);
  FoundSegment& segment = found_[at_];
  if (!segment.scan) {
    LoadedSegment loaded{.content = SegmentContent(*segment.summary), .verified = false, .sealed = true};
    if (at_ + 1 == found_.size()) loaded.content.set_indexes(std::move(active_indexes_));
    output_.segments.push_back(std::move(loaded));
    output_.kept.push_back(!starting());
    ++at_;
    return Step::more;
  }
  if (!scan_.has_value()) {
    // Of many segments that are read, few are held open to be synced at the end.
    if (to_sync_.size() >= kScannedHeldMax) {
      const auto synced = to_sync_.front()->sync();
      if (!synced.ok()) return fail(synced.error());
      to_sync_.erase(to_sync_.begin());
      return Step::more;
    }
    auto file = disk_.open(log_path(segment.base), Access::read_write);
    if (!file.ok()) return fail(file.error());
    scan_file_ = std::move(*file);
    SegmentScan::Bounds bounds;
    bounds.offset_max = std::min(next_base(at_), input_.truncate_to.value_or(next_base(at_)));
    if (exact_ && at_ + 1 == found_.size()) bounds.size_max = input_.exact->active_size;
    if (!starting() && segment.summary != nullptr) bounds.size_max = segment.summary->size;
    bounds.epoch_min = last_epoch_;
    bounds.index_interval = input_.settings->index_interval;
    believed_size_ = -1;
    scan_.emplace(scan_file_, segment.base, bounds, visitor_.get());
  }
  const auto more = scan_->step();
  if (!more.ok()) return fail(more.error());
  if (*more) return Step::more;
  note_believed_end(scan_->content());
  auto trouble = scan_stopped(at_);
  if (trouble.has_value()) return tell_damage(std::move(*trouble));
  last_epoch_ = scan_->last_epoch();
  LoadedSegment loaded{.content = scan_->take_content(), .verified = true, .sealed = false};
  output_.segments.push_back(std::move(loaded));
  output_.kept.push_back(false);
  to_sync_.push_back(std::move(scan_file_));
  scan_.reset();
  if (cut_at_.has_value()) return go_on(&LoadJob::cut);  // at a start only
  ++at_;
  return Step::more;
}

// A cut into a segment that compaction put in the place of several: were its originals left, they would go on behind it.
// And its mark would have a start drop what is appended there, or call the rest damaged. What the side file says of it is
// not believed, for it reaches above the recovery point, which was lowered.
Job::Step LoadJob::drop_originals() {
  std::sort(not_ours_.begin(), not_ours_.end());
  for (const Offset base : not_ours_) {
    if (base < found_.back().base) continue;
    if (const auto gone = unlink_segment(disk_, input_.folder, base); !gone.ok()) return fail(gone.error());
    const auto synced = disk_.sync_directory(input_.folder);
    if (!synced.ok()) return fail(synced.error());
  }
  const auto gone = unlink_mark();
  return gone.ok() ? go_on(&LoadJob::cut) : fail(gone.error());
}

// Of the segment that is the last one from here on.
IoResult<> LoadJob::unlink_mark() {
  const std::string mark = companion_path(input_.folder, found_[output_.segments.size() - 1].base, kReplacedSuffix);
  if (!disk_.status(mark).ok()) return {};
  OTTLA_TRY_DONE(disk_.unlink(mark));
  return disk_.sync_directory(input_.folder);
}

// The log ends inside a file that goes on, or before files that follow.
Job::Step LoadJob::cut() {
  for (size_t index = output_.segments.size(); index < found_.size(); ++index) to_drop_.push_back(found_[index].base);
  std::sort(to_drop_.begin(), to_drop_.end());
  const size_t last = output_.segments.size() - 1;
  const SegmentContent& content = output_.segments[last].content;
  // The last segment's file may be longer than what counts of it, and no reader can have a slice of the rest. In the others
  // the rest stays: a batch behind the next one's base says that nothing is missing up to there, as where compaction took
  // what stood there and its originals are not all gone.
  if (starting() && found_[last].scan) {
    const FilePtr& file = to_sync_.back();
    const auto file_size = file->size();
    if (!file_size.ok()) return fail(file_size.error());
    if (*file_size > content.size()) {
      // make_durable syncs it, before anything is appended.
      if (const auto done = file->truncate(content.size()); !done.ok()) return fail(done.error());
      if (const auto done = before_dropping(*file); !done.ok()) return fail(done.error());
    }
  }
  if (starting() || !found_[last].scan) return go_on(&LoadJob::drop_later);

  const Offset base = content.base();
  const Offset end = content.end();
  if (!input_.rewrite && content.size() >= found_[last].served_end) {
    marks_.hit(Mark::truncated_in_place);
    if (const auto done = to_sync_.back()->truncate(content.size()); !done.ok()) return fail(done.error());
    if (const auto done = before_dropping(*to_sync_.back()); !done.ok()) return fail(done.error());
    return go_on(&LoadJob::drop_later);
  }
  // Somebody may read on above the cut, so those bytes stay, and a new file begins where the old one ends.
  marks_.hit(Mark::truncated_to_new_file);
  const std::string fresh = log_path(end);
  const std::string made = fresh + std::string(kReplacementSuffix);
  if (const auto gone = unlink_if_there(disk_, made); !gone.ok()) return fail(gone.error());
  const auto file = disk_.create(made);
  if (!file.ok()) return fail(file.error());
  // Where it takes the place of one that goes: compaction's mark of that one would have a start call this one damaged.
  if (const auto gone = unlink_if_there(disk_, companion_path(input_.folder, end, kReplacedSuffix)); !gone.ok()) {
    return fail(gone.error());
  }
  if (const auto renamed = disk_.rename(made, fresh); !renamed.ok()) return fail(renamed.error());
  if (!to_drop_.empty()) {
    if (const auto synced = disk_.sync_directory(input_.folder); !synced.ok()) return fail(synced.error());
  }
  names_changed_ = true;
  output_.segments[last].content.complete_time_index();
  if (end == base) {
    // The old file lives on for its readers only.
    output_.segments.pop_back();
    output_.kept.pop_back();
    to_sync_.pop_back();
  }
  std::erase(to_drop_, end);
  output_.segments.push_back({.content = SegmentContent(end), .verified = true, .sealed = false});
  output_.kept.push_back(false);
  return go_on(&LoadJob::drop_later);
}

// A segment's file may go on above its end, where an earlier cut left bytes that a reader had; the next one's base says
// where it ends. Before that one goes the bytes do, durably, or a crash would bring them back.
IoResult<> LoadJob::before_dropping(File& cut) {
  if (to_drop_.empty()) return {};
  return cut.sync();
}

// Oldest first and each durably, so that a crash leaves a row without a gap, or one with the gap above the believed end;
// and no file that goes on above its end without the one whose base says where that is.
Job::Step LoadJob::drop_later() {
  if (to_drop_.empty()) {
    if (input_.restart_at.has_value()) return no_segments();
    return go_on(&LoadJob::forget_what_was_cut);
  }
  const Offset base = to_drop_.front();
  to_drop_.erase(to_drop_.begin());
  if (const auto gone = unlink_segment(disk_, input_.folder, base); !gone.ok()) return fail(gone.error());
  const auto synced = disk_.sync_directory(input_.folder);
  return synced.ok() ? Step::more : fail(synced.error());
}

// The side file and snapshots that speak of more than there is would be believed once the recovery point has passed them.
Job::Step LoadJob::forget_what_was_cut() {
  if (output_.segments.empty()) return no_segments();
  output_.log_end = output_.segments.back().content.end();
  if (starting() && input_.log_start > output_.log_end) {
    // Everything up to the log start was deleted, durably, and the batches beneath it never got as far.
    input_.restart_at = input_.log_start;
    for (const LoadedSegment& segment : output_.segments) to_drop_.push_back(segment.content.base());
    output_.segments.clear();
    output_.kept.clear();
    to_sync_.clear();
    return go_on(&LoadJob::drop_later);
  }
  const Offset newest = starting() && !exact_ ? std::min(input_.believed_end, output_.log_end) : output_.log_end;
  std::erase_if(snapshots_, [&](const OffsetFileName& name) { return name.base <= newest; });
  for (const OffsetFileName& name : snapshots_) {
    if (starting()) marks_.hit(Mark::snapshot_ahead);
    if (const auto gone = unlink_if_there(disk_, companion_path(input_.folder, name.base, kSnapshotSuffix));
        !gone.ok()) {
      return fail(gone.error());
    }
    names_changed_ = true;
  }
  if (epochs_.truncate_end(output_.log_end) || !starting()) {
    auto& unsaved = output_.epochs_unsaved_from;
    if (!unsaved.has_value() || output_.log_end < *unsaved) unsaved = output_.log_end;
  }
  if (!side_.has_value()) return go_on(&LoadJob::forget_mark);
  // A segment that was read is sealed anew, and an index file made anew is not the one that is written down.
  const size_t dropped = std::erase_if(side_->segments, [&](const SegmentSummary& summary) {
    if (summary.end > output_.log_end) return true;
    const auto kept = std::find_if(output_.segments.begin(), output_.segments.end(),
                                   [&](const LoadedSegment& one) { return one.content.base() == summary.base; });
    return kept == output_.segments.end() || !kept->sealed;
  });
  if (dropped == 0 && side_->windows_offset <= output_.log_end) return go_on(&LoadJob::forget_mark);
  if (side_->windows_offset > output_.log_end) {
    side_->windows_offset = Offset(-1);
    side_->windows = Bytes();
  }
  BytesBuffer bytes;
  encode_side_file(*side_, bytes);
  if (const auto done = replace_file(disk_, path(kSideFile), bytes.view()); !done.ok()) return fail(done.error());
  return go_on(&LoadJob::forget_mark);
}

// A start may have to go on with a segment that compaction had closed: then its mark knows no more what it is.
Job::Step LoadJob::forget_mark() {
  if (!starting()) return go_on(&LoadJob::make_durable);
  const auto gone = unlink_mark();
  return gone.ok() ? go_on(&LoadJob::make_durable) : fail(gone.error());
}

Job::Step LoadJob::make_durable() {
  // After a failed sync nothing says that this file's bytes are on the disk, and the next sync succeeds.
  if (input_.rewrite && !input_.topic_id.is_zero() && !std::exchange(metadata_written_, true)) {
    BytesBuffer bytes;
    encode_partition_metadata(input_.topic_id, bytes);
    const auto written = replace_file(disk_, path(kPartitionMetadataFile), bytes.view());
    return written.ok() ? Step::more : fail(written.error());
  }
  if (!to_sync_.empty()) {
    const auto synced = to_sync_.back()->sync();
    if (!synced.ok()) return fail(synced.error());
    to_sync_.pop_back();
    return Step::more;
  }
  // Names, too: a segment that a killed process created is in the directory and perhaps not on the disk. So is the
  // partition's folder.
  if (!exact_) {
    if (const auto synced = disk_.sync_directory(input_.folder); !synced.ok()) return fail(synced.error());
    if (const auto synced = disk_.sync_directory(""); !synced.ok()) return fail(synced.error());
  }
  return go_on(&LoadJob::finish);
}

Job::Step LoadJob::finish() {
  output_.log_start = std::max(input_.log_start, output_.segments.front().content.base());
  if constexpr (is_planted(Mutant::dedup_window_lost_at_restart))
    producers_ = ProducerState(input_.settings->producers_max);
  producers_.set_map_end(output_.log_end);
  // Where batches were read from before the last snapshot on, and nothing came after it.
  if (side_.has_value() && side_->windows_offset == output_.log_end) (void)producers_.restore_windows(side_->windows);
  if (starting() && epochs_.truncate_start(output_.log_start) && !output_.epochs_unsaved_from.has_value()) {
    output_.epochs_unsaved_from = output_.log_start;
  }
  // The next side file goes on saying so, as long as the snapshot they belong to stands; else that is to be written again.
  if (side_.has_value() && side_->windows_offset >= Offset(0) && snapshot_is_whole(side_->windows_offset)) {
    output_.windows.emplace(side_->windows_offset, std::move(side_->windows));
  }
  output_.epochs = std::move(epochs_);
  output_.producers = std::move(producers_);
  return Step::done;
}

}  // namespace ottla
