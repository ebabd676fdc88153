#include "core/log/cold_read.h"

#include <algorithm>

#include "core/base/crc32c.h"
#include "core/io/whole_file.h"
#include "core/log/checkpoints.h"
#include "core/log/companions.h"
#include "core/model/limits.h"

namespace ottla {

Job::Step ColdRead::step() {
  switch (phase_) {
    case Phase::indexes: return load_indexes();
    case Phase::chunks: return check_chunk();
    case Phase::rebuilding: return rebuild();
  }
  OTTLA_UNREACHABLE("a phase without a step");
}

Job::Step ColdRead::fail(IoError error) {
  error_ = error;
  return Step::done;
}

Job::Step ColdRead::tell_damage(std::string what) {
  input_.marks->hit(input_.whole ? Mark::scrub_damage : Mark::cold_read_damage);
  damage_ = std::move(what);
  return Step::done;
}

Job::Step ColdRead::load_indexes() {
  sums_ = ChunkSums::of(input_.summary.chunks);
  const int64_t size = input_.summary.size;
  end_ = size;
  phase_ = Phase::chunks;
  if (!input_.has_indexes) {
    auto read = read_indexes(*input_.disk, *input_.marks, input_.folder, input_.summary);
    if (!read.ok()) return fail(read.error());
    indexes_ = std::move(*read);
    rebuilt_ = indexes_ == nullptr;
    position_ = rebuilt_ ? 0 : indexes_->offsets.floor(input_.offset).position;
  }
  if (input_.whole) position_ = 0;
  // One chunk more than asked for: the batch that holds the offset stands somewhere above the index entry.
  if (!rebuilt_ && !input_.whole && input_.size_max < size - position_ - kChunkSize) {
    end_ = position_ + input_.size_max + kChunkSize;
  }
  return position_ < end_ ? Step::more : Step::done;
}

Job::Step ColdRead::check_chunk() {
  const auto chunk = sums_->chunk_at(position_);
  const std::string path = companion_path(input_.folder, input_.summary.base, kLogSuffix);
  if (!chunk.has_value()) return tell_damage("no checksum for " + path + " at " + std::to_string(position_));
  buffer_.resize(static_cast<size_t>(chunk->end - chunk->start));
  const auto count = input_.file->read(chunk->start, {buffer_.data(), buffer_.size()});
  if (!count.ok()) return fail(count.error());
  if (*count < buffer_.size()) return tell_damage(path + " ends at " + std::to_string(chunk->start + int64_t(*count)));
  if (crc32c(buffer_.view()) != chunk->crc) {
    return tell_damage("checksum does not match in " + path + " at " + std::to_string(chunk->start));
  }
  input_.marks->hit(Mark::cold_read_verified);
  if (!verified_.empty() && verified_.back().second == chunk->start) {
    verified_.back().second = chunk->end;
  } else {
    verified_.emplace_back(chunk->start, chunk->end);
  }
  position_ = chunk->end;
  if (position_ < end_) return Step::more;
  if (!rebuilt_) return Step::done;
  phase_ = Phase::rebuilding;
  SegmentScan::Bounds bounds;
  bounds.size_max = input_.summary.size;
  bounds.index_interval = input_.index_interval;
  if (const auto known = load_producers(); !known.has_value()) {
    return tell_damage("aborted transactions unknown in " + path);
  } else if (known->error.has_value()) {
    return fail(*known->error);
  }
  scan_.emplace(input_.file, input_.summary.base, bounds, &*replay_);
  return Step::more;
}

// Which transactions the segment's markers abort depends on what was open before it: the snapshot at its base says so,
// where there is one. A segment without aborted transactions needs none, nor does one whose aborted index is sound, and
// the partition's first has nothing before it.
std::optional<ColdRead::Loaded> ColdRead::load_producers() {
  const Offset base = input_.summary.base;
  replay_.emplace(producers_);
  producers_.set_map_end(base);
  if (input_.summary.aborted_index.size == 0 || base == Offset(0)) return Loaded{};
  auto aborted = read_aborted_index(*input_.disk, *input_.marks, input_.folder, input_.summary);
  if (!aborted.ok()) return Loaded{aborted.error()};
  aborted_ = std::move(*aborted);
  if (aborted_.has_value()) return Loaded{};
  const auto bytes = read_whole_file(*input_.disk, companion_path(input_.folder, base, kSnapshotSuffix),
                                     limits::kProducerSnapshotSizeMax);
  if (!bytes.ok()) {
    const bool gone = bytes.error() == IoError::not_found || bytes.error() == IoError::too_large ||
                      bytes.error() == IoError::short_read;
    if (gone) return std::nullopt;
    return Loaded{bytes.error()};
  }
  auto state = ProducerState::decode_snapshot(base, *bytes);
  if (!state.ok()) return std::nullopt;
  producers_ = std::move(*state);
  return Loaded{};
}

Job::Step ColdRead::rebuild() {
  const auto more = scan_->step();
  if (!more.ok()) return fail(more.error());
  if (*more) return Step::more;
  SegmentContent content = scan_->take_content();
  const std::string path = companion_path(input_.folder, input_.summary.base, kLogSuffix);
  if (content.size() != input_.summary.size) return tell_damage("batches damaged in " + path);
  content.complete_time_index();
  indexes_ = content.take_indexes();
  if (aborted_.has_value()) indexes_->aborted = std::move(*aborted_);
  return Step::done;
}

}  // namespace ottla
