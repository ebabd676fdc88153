#include "core/controller/memory_log_testing.h"

#include "core/record/batch_builder.h"
#include "core/record/batch_patch.h"
#include "core/record/control_records.h"

namespace ottla::controller_testing {

void MemoryLog::add(Bytes batch, LeaderEpoch epoch) {
  BytesBuffer copy;
  copy.append(batch);
  const std::span<uint8_t> bytes(copy.data(), copy.size());
  set_base_offset(bytes, end_);
  set_leader_epoch(bytes, epoch);
  const auto view = BatchView::only(copy.view());
  OTTLA_ASSERT(view.ok() && view->crc_matches());
  const Offset last = view->last_offset();
  batches_.push_back({end_, last, copy.freeze()});
  end_ = last + 1;
}

LogResult<ReplicatedLog::Appended> MemoryLog::append(LeaderEpoch expected_epoch, Bytes batch) {
  if (append_failure_) return Failure(*std::exchange(append_failure_, std::nullopt));
  if (leading_ != expected_epoch) return Failure(LogError::epoch_too_old);
  add(std::move(batch), expected_epoch);
  return Appended{batches_.back().first, batches_.back().last};
}

LogResult<std::optional<ReplicatedLog::Records>> MemoryLog::read(Offset offset, size_t size_max) {
  if (reads_held_) {
    read_was_held_ = true;
    return std::optional<Records>();
  }
  ++read_count_;
  BytesBuffer out;
  Offset first = offset;
  for (const Batch& batch : batches_) {
    if (batch.last < offset || batch.last >= committed_) continue;
    if (!out.empty() && out.size() + batch.bytes.size() > size_max) break;
    if (out.empty()) first = batch.first;
    out.append(batch.bytes);
  }
  return std::optional(Records{out.freeze(), first});
}

LogResult<> MemoryLog::drop_prefix(Offset end) {
  while (!batches_.empty() && batches_.front().last < end) batches_.pop_front();
  start_ = std::max(start_, end);
  return {};
}

LogResult<> MemoryLog::save_snapshot(Snapshot snapshot) {
  OTTLA_ASSERT(snapshot.end <= committed_);
  wants_snapshot_ = false;
  snapshot_ = std::move(snapshot);
  return {};
}

void MemoryLog::lead(LeaderEpoch epoch) {
  leading_ = epoch;
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.control = true}, out);
  const auto key = control_key(ControlRecordType::leader_change);
  builder.append({.timestamp = Timestamp::from_ms(0), .key = BytesView(key.data(), key.size()), .value = BytesView()});
  builder.finish();
  const Offset start = end_;
  add(out.freeze(), epoch);
  if (observer_ != nullptr) observer_->leadership_gained(epoch, start);
}

void MemoryLog::lose() {
  const auto epoch = std::exchange(leading_, std::nullopt);
  while (!batches_.empty() && batches_.back().last >= committed_) batches_.pop_back();
  end_ = committed_;
  if (observer_ == nullptr) return;
  observer_->leadership_lost(*epoch);
  observer_->truncated(end_);
}

void MemoryLog::commit() { commit_up_to(end_); }

void MemoryLog::commit_up_to(Offset end) {
  committed_ = end;
  if (observer_ != nullptr) observer_->committed(end);
}

void MemoryLog::tell() {
  if (snapshot_ && start_ > Offset(0)) observer_->snapshot_needed(snapshot_->end);
  observer_->committed(committed_);
}

void MemoryLog::hold_reads(bool held) {
  reads_held_ = held;
  if (!held && read_was_held_) observer_->readable(start_);
}

size_t MemoryLog::byte_size() const {
  size_t size = 0;
  for (const Batch& batch : batches_) size += batch.bytes.size();
  return size;
}

}  // namespace ottla::controller_testing
