#include "core/broker/markers.h"

#include <memory>
#include <utility>

#include "core/broker/group_coordinators.h"
#include "core/broker/partition_access.h"
#include "core/broker/services.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

// Whoever asked asks again then.
constexpr Duration kWait = Duration::from_s(30);

// The coordinator of a group tells of the partition's leader, in the words of coordinators.
class OfGroups final : public Reply {
 public:
  explicit OfGroups(Markers::Done done) : done_(std::move(done)) {}
  void send() override { done_(ErrorCode::none); }
  void refuse(ErrorCode error) override {
    const bool elsewhere = error == ErrorCode::not_coordinator || error == ErrorCode::coordinator_not_available ||
                           error == ErrorCode::coordinator_load_in_progress;
    done_(elsewhere ? ErrorCode::not_leader_or_follower : error);
  }

 private:
  Markers::Done done_;
};

}  // namespace

// Waits for the log to be ready, appends the marker, waits for its commit.
class Markers::Writing final : public Parked {
 public:
  Writing(Markers& markers, const Marker& marker, TopicPartition partition, Done done)
      : markers_(markers), marker_(marker), partition_(std::move(partition)), done_(std::move(done)) {}

  // True: it has told.
  bool go_on() { return (end_ != Offset(0) || append()) && look(); }
  [[nodiscard]] LogNumber log() const { return log_; }

  bool wake(Wake why, LogNumber) override {
    switch (why) {
      case Wake::noticed:
      case Wake::answered: return go_on();
      case Wake::deadline: return tell(ErrorCode::request_timed_out);
      case Wake::stopping: return tell(ErrorCode::not_leader_or_follower);
    }
    OTTLA_UNREACHABLE("a reason to wake");
  }

 private:
  // False: not yet.
  bool append() {
    Services& services = markers_.services_;
    const TopicImage* topic = services.image->find_topic(partition_.topic);
    const PartitionAccess access = access_leader(services, topic, partition_.partition);
    log_ = access.number;
    if (access.error != ErrorCode::none) return refuse(access.error);
    if (!access.replica->ready()) return false;  // its notice comes
    if (!access.replica->enough_in_sync()) return refuse(ErrorCode::not_enough_replicas);
    const auto appended = markers_.append(marker_, *access.replica);
    if (!appended.ok()) return refuse(error_code(appended.error()));
    epoch_ = access.replica->leader_epoch();
    end_ = appended->last_offset + 1;
    return true;
  }
  bool look() {
    if (told_) return true;
    const Replica* replica = markers_.services_.replicas->find(log_);
    if (replica == nullptr) return tell(ErrorCode::not_leader_or_follower);
    if (replica->high_watermark() >= end_) return tell(ErrorCode::none);
    if (replica->leader_epoch() != epoch_) return tell(ErrorCode::not_leader_or_follower);
    const ErrorCode error = replica->check_leader(kNoLeaderEpoch);
    return error != ErrorCode::none && tell(error);
  }
  bool refuse(ErrorCode error) { return tell(error); }
  bool tell(ErrorCode error) {
    told_ = true;
    std::exchange(done_, nullptr)(error);
    return true;
  }

  Markers& markers_;
  const Marker marker_;
  const TopicPartition partition_;
  Done done_;
  bool told_ = false;
  LogNumber log_{0};
  LeaderEpoch epoch_ = kNoLeaderEpoch;
  Offset end_{0};  // after the marker; 0: it is not appended
};

void Markers::write_markers(const TransactionMarkers& markers, MarkerReplyPtr reply) {
  const Marker marker{.end = {.type = markers.commit ? ControlRecordType::commit : ControlRecordType::abort,
                              .marker = {.coordinator_epoch = markers.coordinator_epoch.value()},
                              .producer_id = markers.producer.producer,
                              .producer_epoch = markers.producer.epoch,
                              .timestamp = Timestamp()},
                      .transaction_version = markers.transaction_version};
  const std::shared_ptr<MarkerReply> asker = std::move(reply);
  for (const TopicPartition& partition : markers.partitions) {
    write(marker, partition, [asker, partition](ErrorCode error) { asker->told(partition, error); });
  }
}

void Markers::write(const Marker& marker, const TopicPartition& partition, Done done) {
  if (partition.topic == kOffsetsTopic) {
    return services_.groups->end_transaction(partition.partition, marker.end, marker.transaction_version,
                                             std::make_unique<OfGroups>(std::move(done)));
  }
  auto writing = std::make_unique<Writing>(*this, marker, partition, std::move(done));
  if (writing->go_on()) return;
  const LogNumber log = writing->log();
  services_.parking->park(std::move(writing), services_.now + kWait, {&log, 1});
}

LogResult<AppendedBatch> Markers::append(const Marker& marker, Replica& replica) {
  TransactionEnd end = marker.end;
  end.timestamp = services_.wall;
  BytesBuffer out;
  append_transaction_end(end, builder_, out);
  return replica.append({.batch = out.freeze(),
                         .origin = BatchOrigin::coordinator,
                         .transaction_version = marker.transaction_version,
                         .max_timestamp = services_.wall,
                         .now = services_.wall});
}

}  // namespace ottla
