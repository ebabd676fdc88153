// What it means that the batches of a segment end where they do, a function a case.
#include <algorithm>
#include <limits>

#include "core/log/load_job.h"

namespace ottla {

// What it means that the batches of a segment ended where they did. Returns what is damaged.
std::optional<std::string> LoadJob::scan_stopped(size_t index) {
  const SegmentContent& content = scan_->content();
  const Offset end = content.end();
  const Offset next = next_base(index);
  const bool last = index + 1 == found_.size();
  const std::string at = log_path(content.base()) + " at " + std::to_string(content.size());
  const bool whole = scan_->stop() == SegmentScan::Stop::end || scan_->stop() == SegmentScan::Stop::bound;

  if (contradicts_side_file(index) || (last && contradicts_checkpoint(index))) {
    marks_.hit(Mark::damage_below_recovery_point);
    return "batches in " + log_path(content.base()) + " are not those that were written";
  }
  // Batches go on where the next segment is, and not where they would have to: compaction's file, and an original that it
  // stands for. Its mark would have told, and was lost; what of both counts nobody can say.
  const SegmentSummary* known = listed(content.base());
  if (starting() && scan_->stop() == SegmentScan::Stop::bound && end < next &&
      (known == nullptr || known->end <= next)) {
    marks_.hit(Mark::damage_below_recovery_point);
    return at + " goes on above " + log_path(next);
  }
  // The next segment begins where this one's last batch ended: what is left in the file does not count. A truncation
  // leaves that, which may not touch bytes that a reader was given, and an append that failed half way.
  const bool hole = !last && end < std::min(next, input_.believed_end) && !may_leave_a_hole(index);
  if (end >= next || (!last && scan_->stop() == SegmentScan::Stop::bound && !hole)) {
    if (starting() && scan_->file_size() > content.size()) marks_.hit(Mark::overlap_with_next_segment);
    return std::nullopt;
  }
  if (!starting()) {
    if (whole) return std::nullopt;
    return "batches damaged in " + at;
  }
  if (whole && hole && end < input_.believed_end) {
    marks_.hit(Mark::gap_below_recovery_point);
    return at + " is followed by " + log_path(next) + ", and batches from " + std::to_string(end.value()) +
           " on were synced";
  }
  if (!whole && end < input_.believed_end) {
    marks_.hit(Mark::damage_below_recovery_point);
    return "batches damaged in " + at + ", which was synced";
  }
  if (whole && last && end < input_.believed_end) {
    marks_.hit(Mark::checkpoint_ahead_of_log);
    return at + " is the end, but batches up to " + std::to_string(input_.believed_end.value()) + " were synced";
  }
  if (!whole) {
    tail_torn(index);
  } else if (content.empty() && !last && next - content.base() > std::numeric_limits<int32_t>::max()) {
    // Offsets jumped further than an index can say. What lost batches has a next one that is nearer.
  } else if (!last && next > input_.believed_end) {
    tail_lost_below(index);
  } else if (last && index > 0 && content.empty()) {
    // Rolled, and the crash came before its first batch reached the disk. It goes on from here.
    marks_.hit(Mark::empty_segment_at_end);
  }
  return std::nullopt;
}

// A segment goes up to where the next one begins: whoever rolls begins the next at the log end, and compaction keeps the
// last batch of what it merges. While originals are left, its file has its mark or stands in the side file, which says
// itself what must be there. Kafka's compaction keeps no last batches; in its folders there is no side file. And offsets may
// jump further than an index can say.
bool LoadJob::may_leave_a_hole(size_t index) const {
  const Offset base = found_[index].base;
  if (!starting() || !side_.has_value() || rescan_.contains(base)) return true;
  if (next_base(index) - base > std::numeric_limits<int32_t>::max() / 2) return true;
  return listed(base) != nullptr;
}

// What the side file says of the segment, if that is to be believed.
const SegmentSummary* LoadJob::listed(Offset base) const {
  if (!side_.has_value() || rescan_.contains(base)) return nullptr;
  const auto found = std::find_if(side_->segments.begin(), side_->segments.end(),
                                  [&](const SegmentSummary& one) { return one.base == base; });
  return found == side_->segments.end() ? nullptr : &*found;
}

// The active segment has no sums yet, and a base offset may have become a greater one, as behind a gap. But the last
// checkpoint knows in how many bytes the recovery point is reached, and a cut below that lowers it first. (A segment that is
// active again since a cut took the later ones may have been compacted before: then it has its mark, or is shorter.)
bool LoadJob::contradicts_checkpoint(size_t index) const {
  if (!starting() || !input_.synced.has_value() || input_.synced->base != found_[index].base) return false;
  if (rescan_.contains(found_[index].base) || scan_->file_size() < input_.synced->size) return false;
  return believed_size_ != input_.synced->size;
}

// A segment that was read all the same is held against what is written down of it: a base offset and a leader epoch stand
// outside a batch's own checksum, and a batch with another offset looks like one behind a gap.
bool LoadJob::contradicts_side_file(size_t index) const {
  const SegmentContent& content = scan_->content();
  const SegmentSummary* summary = listed(content.base());
  if (!starting() || summary == nullptr || summary->end > input_.believed_end) return false;
  const std::vector<ChunkSum> sums = content.sums().all();
  // The last chunk may have grown since.
  size_t same =
      content.size() == summary->size || summary->chunks.empty() ? summary->chunks.size() : summary->chunks.size() - 1;
  if (content.size() < summary->size) {
    // Compaction's file reaches over originals that a crash has left: it counts up to the first of them.
    if (summary->end <= next_base(index) || scan_->stop() != SegmentScan::Stop::bound) return true;
    same = std::min(summary->chunks.size(), sums.empty() ? 0 : sums.size() - 1);
  }
  return !std::equal(summary->chunks.begin(), summary->chunks.begin() + static_cast<std::ptrdiff_t>(same),
                     sums.begin());
}

// Batches were written and not synced when the crash came. Of their pages some reached the disk and some did not, and
// the file's size is another matter still: the first batch that is not whole is where the log ends. Later ones may be
// whole, but a log has no holes. Nobody was told that they are durable.
void LoadJob::tail_torn(size_t index) {
  switch (scan_->stop()) {
    case SegmentScan::Stop::zeros: marks_.hit(Mark::zero_tail); break;
    case SegmentScan::Stop::back: marks_.hit(Mark::epoch_going_back); break;
    default: marks_.hit(Mark::torn_tail); break;
  }
  cut_at_ = index;
  if (index + 1 < found_.size()) marks_.hit(Mark::gap_above_recovery_point);
}

// The tail of a closed segment was lost, exactly at a batch's end, while the next segment is there: its size reached
// the disk and this one's did not. Going on with the next would leave a hole, so it goes.
void LoadJob::tail_lost_below(size_t index) {
  marks_.hit(Mark::gap_above_recovery_point);
  cut_at_ = index;
}

}  // namespace ottla
