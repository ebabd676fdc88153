#include "core/replica/replica_log.h"

#include <utility>

namespace ottla {

// What a marker needs beside is nothing to any other batch.
LogResult<ReplicatedLog::Appended> ReplicaLog::append_marker(LeaderEpoch expected_epoch, Bytes batch,
                                                             int16_t transaction_version) {
  if (leading() != expected_epoch) return Failure(LogError::epoch_too_old);
  // What is built on a log counts a record as written when it is committed, as acks=all does.
  if (!replica_.enough_in_sync()) return Failure(LogError::not_enough_in_sync);
  const auto view = BatchView::only(batch);
  if (!view.ok()) return Failure(LogError::batch_malformed);
  const TimestampType timestamp_type = view->attributes().timestamp_type();
  const Timestamp max_timestamp = view->max_timestamp();
  LeaderAppend append{.batch = std::move(batch),
                      .epoch = expected_epoch,
                      .origin = BatchOrigin::coordinator,
                      .transaction_version = transaction_version,
                      .timestamp_type = timestamp_type,
                      .max_timestamp = max_timestamp,
                      .now = max_timestamp};
  OTTLA_TRY(const AppendedBatch appended, replica_.append(std::move(append)));
  return Appended{.first_offset = appended.first_offset, .last_offset = appended.last_offset};
}

LogResult<std::optional<ReplicatedLog::Records>> ReplicaLog::read(Offset offset, size_t size_max) {
  return reader_.read(replica_.log(), offset, replica_.high_watermark(), size_max);
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
  for (const Offset offset : reader_.take_readable()) {
    if (observer_ != nullptr) observer_->readable(offset);
  }
}

}  // namespace ottla
