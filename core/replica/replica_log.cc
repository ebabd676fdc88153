#include "core/replica/replica_log.h"

#include <algorithm>
#include <span>
#include <utility>

namespace ottla {

LogResult<ReplicatedLog::Appended> ReplicaLog::append(LeaderEpoch expected_epoch, Bytes batch) {
  if (leading() != expected_epoch) return Failure(LogError::epoch_too_old);
  const auto view = BatchView::only(batch);
  if (!view.ok()) return Failure(LogError::batch_malformed);
  const TimestampType timestamp_type = view->attributes().timestamp_type();
  const Timestamp max_timestamp = view->max_timestamp();
  LeaderAppend append{.batch = std::move(batch),
                      .epoch = expected_epoch,
                      .origin = BatchOrigin::coordinator,
                      .timestamp_type = timestamp_type,
                      .max_timestamp = max_timestamp,
                      .now = max_timestamp};
  OTTLA_TRY(const AppendedBatch appended, replica_.append(std::move(append)));
  return Appended{.first_offset = appended.first_offset, .last_offset = appended.last_offset};
}

LogResult<std::optional<ReplicatedLog::Records>> ReplicaLog::read(Offset offset, size_t size_max) {
  const auto place =
      std::find_if(cold_.begin(), cold_.end(), [&](const ColdPlace& one) { return one.offset == offset; });
  const bool was_cold = place != cold_.end();
  if (was_cold && place->job.has_value()) return std::optional<Records>();
  const ReadRequest request{.offset = offset,
                            .end = replica_.high_watermark(),
                            .size_max = static_cast<int64_t>(size_max),
                            .may_block = was_cold};
  Log& log = replica_.log();
  OTTLA_TRY(const LogRead read, log.read(request));
  bool cold = read.needs_cold_read;
  Records records{.batches = {}, .first_base = read.first_base};
  if (!cold && read.records.size > 0) {
    BytesBuffer bytes;
    bytes.resize(static_cast<size_t>(read.records.size));
    const std::span<uint8_t> out(bytes.data(), bytes.size());
    // What a cold read has just fetched is in memory as a rule, and waited for where it is not.
    const auto got = was_cold ? read.records.file->read(read.records.position, out)
                              : read.records.file->read_cached(read.records.position, out);
    if (!got.ok() && got.error() != IoError::would_block) return Failure(LogError(got.error()));
    if (got.ok() && *got != bytes.size()) return Failure(LogError(IoError::short_read));
    cold = !got.ok();
    if (!cold) records.batches = bytes.freeze();
  }
  if (!cold) {
    if (was_cold) cold_.erase(place);
    return std::optional<Records>(std::move(records));
  }
  OTTLA_TRY(const JobId job, log.start_cold_read(request));
  if (was_cold) cold_.erase(place);
  cold_.push_back({.offset = offset, .job = job});
  return std::optional<Records>();
}

void ReplicaLog::job_ended(JobId id) {
  for (ColdPlace& place : cold_) {
    if (place.job == id) place.job.reset();
  }
}

std::optional<LeaderEpoch> ReplicaLog::leading() const {
  if (!replica_.leads() || !replica_.ready()) return std::nullopt;
  return replica_.leader_epoch();
}

LogResult<> ReplicaLog::drop_prefix(Offset end) { return replica_.delete_records(end); }

void ReplicaLog::observe(Observer* observer) {
  observer_ = observer;
  told_epoch_.reset();
  told_committed_ = Offset(0);
  told_failure_ = false;
  replica_.mark_moved();
}

// Each telling may make the observer append, read, or stop observing.
void ReplicaLog::tell() {
  const std::optional<LeaderEpoch> epoch = leading();
  if (observer_ != nullptr && told_epoch_.has_value() && told_epoch_ != epoch &&
      replica_.state() != ReplicaState::loading) {
    observer_->leadership_lost(*std::exchange(told_epoch_, std::nullopt));
  }
  if (observer_ != nullptr && replica_.state() == ReplicaState::failed && !std::exchange(told_failure_, true)) {
    observer_->failed(replica_.log().state() == LogState::offline ? LogError::offline : LogError::quarantined);
  }
  if (observer_ != nullptr && epoch.has_value() && told_epoch_ != epoch) {
    told_epoch_ = epoch;
    observer_->leadership_gained(*epoch, replica_.log_end());
  }
  if (observer_ != nullptr && replica_.high_watermark() > told_committed_) {
    told_committed_ = replica_.high_watermark();
    observer_->committed(told_committed_);
  }
  std::vector<Offset> readable;
  for (ColdPlace& place : cold_) {
    if (!place.job.has_value() && !std::exchange(place.told, true)) readable.push_back(place.offset);
  }
  for (const Offset offset : readable) {
    if (observer_ != nullptr) observer_->readable(offset);
  }
}

}  // namespace ottla
