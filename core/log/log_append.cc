#include <algorithm>
#include <utility>

#include "core/base/endian.h"
#include "core/log/log.h"
#include "core/log/mutants.h"
#include "core/log/producer_replay.h"
#include "core/record/batch_patch.h"

namespace ottla {

using namespace batch_format;

LogResult<AppendedBatch> Log::append_as_leader(const LeaderAppend& append) {
  OTTLA_TRY_DONE(check_open());
  const auto parsed = BatchView::only(append.batch);
  if (!parsed.ok()) return Failure(LogError::batch_malformed);
  const BatchView& batch = *parsed;
  if (append.epoch < epochs_.latest()) return Failure(LogError::epoch_too_old);
  if (batch.last_offset_delta() < 0) return Failure(LogError::batch_malformed);

  const Offset first = log_end_;
  const Offset last = first + batch.last_offset_delta();
  std::optional<ProducerBatch> producer;
  if (batch.has_producer()) {
    OTTLA_TRY(producer, ProducerBatch::of(batch));
    producer->first_offset = first;
    producer->last_offset = last;
    producer->timestamp = append.max_timestamp;
    if (producer->marker.has_value()) producer->marker->transaction_version = append.transaction_version;
    const auto verdict = producers_.check(*producer, append.origin, append.guard, append.verification_required);
    if (!verdict.ok()) {
      if (verdict.error() == LogError::out_of_order_sequence) host_.marks.hit(Mark::sequence_gap_refused);
      if (verdict.error() == LogError::invalid_producer_epoch) host_.marks.hit(Mark::old_producer_fenced);
      return Failure(verdict.error());
    }
    if (verdict->duplicate.has_value()) {
      host_.marks.hit(Mark::duplicate_answered);
      const auto& original = *verdict->duplicate;
      return AppendedBatch{.first_offset = original.first_offset,
                           .last_offset = original.last_offset,
                           .timestamp = original.timestamp,
                           .duplicate = true};
    }
  }

  const auto size = static_cast<int64_t>(batch.size());
  OTTLA_TRY_DONE(roll_where_full(size, first, last, append.max_timestamp, append.now));
  BatchHeader header;
  std::copy_n(append.batch.data(), kHeaderSize, header.begin());
  set_base_offset(header, first);
  set_leader_epoch(header, append.epoch);
  if (append.timestamp_type != batch.attributes().timestamp_type() || append.max_timestamp != batch.max_timestamp()) {
    set_timestamp(header, batch.size(), append.timestamp_type, append.max_timestamp);
  }
  const BytesView parts[] = {BytesView(header), batch.body()};
  OTTLA_TRY_DONE(write(parts, size));
  take_up(header, producer, append.batch.slice(kHeaderSize, batch.size() - kHeaderSize));
  return AppendedBatch{.first_offset = first, .last_offset = last, .timestamp = append.max_timestamp};
}

namespace {

// A header that a leader may have written: what the log's own state depends on. The rest was checked by the caller.
bool is_sound(const BatchView& batch) {
  return batch.base_offset().value() >= 0 && batch.last_offset_delta() >= 0 &&
         batch.base_offset().value() <= INT64_MAX - 1 - batch.last_offset_delta();
}

}  // namespace

LogResult<> Log::append_as_follower(const Bytes& batches, Timestamp now) {
  OTTLA_TRY_DONE(check_open());
  // Batches for one segment go out in one write. First all are looked at, so that a bad one stops the good ones before
  // it from nothing.
  BytesView rest = batches;
  while (!rest.empty()) {
    BytesView run(rest.data(), 0);
    Offset end = log_end_;
    LeaderEpoch epoch = epochs_.latest();
    std::optional<LogError> refused;
    while (run.size() < rest.size()) {
      const auto batch = BatchView::first_of(rest.from(run.size()));
      if (!batch.ok() || !is_sound(*batch)) {
        refused = LogError::batch_malformed;
      } else if (batch->base_offset() < end) {
        refused = LogError::offset_not_after_end;
      } else if (batch->leader_epoch() < epoch) {
        refused = LogError::epoch_too_old;
      }
      if (refused.has_value()) break;
      const auto size = static_cast<int64_t>(batch->size());
      if (run.empty()) {
        OTTLA_TRY_DONE(roll_where_full(size, batch->base_offset(), batch->last_offset(), batch->max_timestamp(), now));
      } else if (active().size() + static_cast<int64_t>(run.size()) + size > settings_->segment_size_max ||
                 batch->last_offset() - active().base() > INT32_MAX) {
        break;
      }
      run = rest.first(run.size() + batch->size());
      end = batch->next_offset();
      epoch = batch->leader_epoch();
    }
    if (run.empty()) return Failure(*refused);
    OTTLA_TRY_DONE(write({&run, 1}, static_cast<int64_t>(run.size())));
    for (BytesView left = run; !left.empty();) {
      const BatchView batch = BatchView::first_of(left).value();
      std::optional<ProducerBatch> producer;
      if (batch.has_producer()) {
        // The leader took it; a marker that cannot be read would have been refused by the check before.
        if (auto facts = ProducerBatch::of(batch); facts.ok()) producer = *facts;
      }
      BatchHeader header;
      std::copy_n(batch.bytes().data(), kHeaderSize, header.begin());
      take_up(header, producer, batches.slice_of(batch.body()));
      left = left.from(batch.size());
    }
    rest = rest.from(run.size());
    if (refused.has_value()) return Failure(*refused);
  }
  return {};
}

void Log::take_up(const BatchHeader& header, const std::optional<ProducerBatch>& producer, Bytes body) {
  const PlacedBatch placed = PlacedBatch::of(BytesView(header));
  Segment& segment = active_segment();
  segment.append(placed, settings_->index_interval);
  const LeaderEpoch epoch(load_be<int32_t>(header.data() + kLeaderEpoch));
  if (epoch > epochs_.latest() && epochs_.assign(epoch, placed.base_offset)) note_epochs_changed(placed.base_offset);
  log_end_ = placed.last_offset + 1;
  replay(producer, producers_, segment.content());
  producers_.set_map_end(log_end_);
  if (settings_->persisted) unsynced_.push(header, std::move(body), placed.base_offset);
  if constexpr (is_planted(Mutant::acknowledge_before_sync)) synced_end_ = log_end_;
}

LogResult<> Log::write(std::span<const BytesView> parts, int64_t size) {
  Segment& segment = active_segment();
  const auto file = host_.files.use(segment.file, Access::read_write, [&] { return path_of(segment); });
  if (!file.ok()) {
    if (!undo_jump()) go_offline(describe(file.error(), path_of(segment)));
    return Failure(LogError(file.error()));
  }
  reserve_ahead(**file, segment.size() + size);
  const auto written = (*file)->write(segment.size(), parts);
  if (!written.ok()) return cut_back(**file, written.error());
  append_failing_ = false;
  OTTLA_ASSERT(segment.size() + size <= limits::kSegmentSizeMax, segment.size(), size);
  mark_dirty(segment);
  return {};
}

// What a file system does for every page of a file that grows, it does for an extent that is reserved once: on ext4 an append
// of 256 KiB costs 0.14 s/GB so, and 0.23 without. A segment that stays small reserves nothing, and none more than it has. A
// disk that is full says so at the write.
void Log::reserve_ahead(File& file, int64_t end) {
  Segment& segment = active_segment();
  if (end <= std::max(segment.reserved_end, settings_->reserve_from) || host_.short_of_space) return;
  segment.reserved_end = std::max(end, std::min(end + std::min(end, kReserveStepMax), settings_->segment_size_max));
  if (file.preallocate(segment.reserved_end).ok()) host_.marks.hit(Mark::reserved_ahead);
}

void Log::give_back_reserve() {
  Segment& segment = active_segment();
  if (segment.reserved_end == 0) return;
  const auto file = host_.files.use(segment.file, Access::read_write, [&] { return path_of(segment); });
  if (!file.ok()) return;
  // (Where a failed write could not be cut back the file is longer, and the rest is recovery's.)
  if (const auto size = (*file)->size(); !size.ok() || *size != segment.size()) return;
  if ((*file)->truncate(segment.size()).ok()) segment.reserved_end = 0;
}

// A write failed half way: some of its bytes may stand above the segment's end. Left there they would be taken for a torn
// tail by recovery, which is harmless, but the next append would write over them, and nothing is ever written twice.
LogResult<> Log::cut_back(File& file, IoError cause) {
  Segment& segment = active_segment();
  // Said once: on a disk that is full every producer asks again and again.
  if (!std::exchange(append_failing_, true)) {
    host_.sink.warn("log", "append failed", {{"error", describe(cause, file.path())}, {"offset", log_end_.value()}});
  }
  if (cause == IoError::no_space) host_.ran_out_of_space();
  if (segment.base() > log_end_) {
    if (undo_jump()) return Failure(LogError(cause));
    go_offline(describe(cause, file.path()));
    return Failure(LogError::offline);
  }
  if (file.truncate(segment.size()).ok()) {
    segment.reserved_end = 0;
    host_.marks.hit(Mark::failed_write_cut_back);
    return Failure(LogError(cause));
  }
  // Then the rest goes to a new file, whose base says where this one ends. An empty one has no other name to go to.
  if (segment.empty() || !begin_segment(log_end_).ok()) {
    go_offline(describe(cause, file.path()));
    return Failure(LogError::offline);
  }
  host_.marks.hit(Mark::failed_write_rolled);
  return Failure(LogError(cause));
}

void Log::mark_dirty(Segment& segment) {
  if (segment.dirty) return;
  segment.dirty = true;
  host_.files.pin(segment.file);
  become_dirty();
}

void Log::become_dirty() {
  if (dirty_) return;
  dirty_ = true;
  host_.became_dirty(*this);
}

LogResult<> Log::roll() {
  OTTLA_TRY_DONE(check_open());
  if (active().empty()) return {};
  return begin_segment(log_end_);
}

LogResult<> Log::roll_where_full(int64_t size, Offset first_offset, Offset last_offset, Timestamp largest,
                                 Timestamp now) {
  if (size > settings_->segment_size_max) return Failure(LogError::batch_too_large);
  OTTLA_TRY_DONE(roll_for_jump(first_offset, last_offset));
  const SegmentContent& content = active().content();
  if (content.empty()) return {};
  const auto jitter = settings_->segment_jitter_max.ms();
  // Spread by what is at hand: partitions filled alike need not roll at once.
  const int64_t earlier = jitter > 0
                              ? static_cast<int64_t>((number_.value() * 0x9e3779b97f4a7c15U + content.base().value()) %
                                                     static_cast<uint64_t>(jitter))
                              : 0;
  const Timestamp first = content.first_timestamp();
  const Timestamp at = largest.ms() >= 0 ? largest : now;
  // Were the first segment's name lost and the second's kept, a start would take the second's base for the log start and
  // miss nothing. So what need not roll waits for the first round.
  const bool may_wait =
      !first_name_durable_ && segments_.size() == 1 && content.size() + size <= limits::kSegmentSizeMax;
  if (!may_wait && content.size() + size > settings_->segment_size_max) {
    host_.marks.hit(Mark::rolled_by_size);
  } else if (static_cast<int64_t>(content.indexes()->offsets.encoded_size() + OffsetIndex::kEntrySize) >
                 settings_->segment_index_size_max ||
             static_cast<int64_t>(content.indexes()->times.encoded_size() + 2 * TimeIndex::kEntrySize) >
                 settings_->segment_index_size_max) {
    host_.marks.hit(Mark::rolled_by_index);
  } else if (!may_wait && first.ms() >= 0 && at.ms() >= 0 &&
             (at - first).ms() > settings_->segment_age_max.ms() - earlier) {
    host_.marks.hit(Mark::rolled_by_time);
  } else {
    return {};
  }
  OTTLA_TRY_DONE(begin_segment(log_end_));
  return roll_where_full(size, first_offset, last_offset, largest, now);
}

// A follower's batch may lie so far above the segment's base that an index could not say it, or above an empty one's. The
// empty one stays: it is how recovery knows that nothing is missing below the jump (LoadJob::scan_stopped).
LogResult<> Log::roll_for_jump(Offset first_offset, Offset last_offset) {
  if (last_offset - active().base() <= INT32_MAX) return {};
  host_.marks.hit(Mark::rolled_by_offset);
  if (!active().empty()) OTTLA_TRY_DONE(begin_segment(log_end_));
  if (last_offset - active().base() <= INT32_MAX) return {};
  return begin_segment(first_offset);
}

// The segment was begun above the log end, for a batch that could not be written: nothing may come to stand in it.
bool Log::undo_jump() {
  if (active().base() <= log_end_) return true;
  OTTLA_ASSERT(active().empty() && segments_.size() > 1);
  if (!host_.disk.unlink(path_of(active())).ok()) return false;
  segments_.pop_back();
  folder_dirty_ = true;
  return true;
}

// The old segment's tail may be unsynced while the new one's name and bytes reach the disk: after a crash the old one is
// torn below the new one's base. Recovery then cuts the old one and drops the new one with it, since a batch counts only
// when every one before it is there.
LogResult<> Log::begin_segment(Offset base) {
  auto segment = std::make_unique<Segment>(base);
  const std::string path = path_of(*segment);
  auto file = host_.files.create(path);
  if (!file.ok() && file.error() == IoError::exists) {
    // Nothing of ours: recovery knows every file that counts, and an earlier attempt to roll may have left it.
    if (const auto gone = host_.disk.unlink(path); !gone.ok()) return Failure(LogError(gone.error()));
    file = host_.files.create(path);
  }
  if (!file.ok()) return Failure(LogError(file.error()));
  if (settings_->preallocate) {
    const auto reserved = (*file)->preallocate(settings_->segment_size_max);
    if (!reserved.ok() && reserved.error() != IoError::unsupported) {
      host_.sink.warn("log", "preallocation failed", {{"error", describe(reserved.error(), path)}});
    }
    segment->reserved_end = settings_->segment_size_max;
  }
  if (!segments_.empty()) {
    give_back_reserve();
    active_segment().content().complete_time_index();
    // It costs the loop 0.4 us a producer: where there are many, not at every small segment. A recovery then reads from an
    // earlier snapshot on, no more than this.
    unsnapped_size_ += active().size();
    const auto many = static_cast<int64_t>(producers_.count());
    if (many < kManyProducers || unsnapped_size_ >= many * kSnapshotSpacing) take_snapshot();
  }
  host_.files.adopt(segment->file, std::move(*file));
  segments_.push_back(std::move(segment));
  folder_dirty_ = true;
  host_.has_new_name(*this);
  return {};
}

}  // namespace ottla
