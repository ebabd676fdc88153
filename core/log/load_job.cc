#include "core/log/load_job.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/io/whole_file.h"
#include "core/log/companions.h"
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

}  // namespace ottla
