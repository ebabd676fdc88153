// The markers that end transactions in the partitions that are led here: control records behind all that the producer
// wrote, which let readers of committed records pass. A partition's producer state refuses those that come from the past.
//
// Markers for __consumer_offsets go through the coordinator of the groups there, whose pending offsets end with them.
#pragma once

#include <functional>

#include "core/log/log.h"
#include "core/record/control_records.h"
#include "core/replica/replica.h"
#include "core/transaction/marker_channel.h"

namespace ottla {

struct Services;

class Markers final : public MarkerChannel {
 public:
  struct Marker {
    TransactionEnd end;  // its time, offset and leader epoch are of the partition
    int16_t transaction_version = 0;
  };
  // The error as MarkerReply is told it.
  using Done = std::function<void(ErrorCode)>;

  // The services outlive this, and are complete before the first marker.
  explicit Markers(Services& services) : services_(services) {}

  void write_markers(const TransactionMarkers& markers, MarkerReplyPtr reply) override;
  // One marker into one partition. `done` is called once, perhaps at once: when the marker is committed, or it is refused,
  // or neither has come for long.
  void write(const Marker& marker, const TopicPartition& partition, Done done);

 private:
  class Writing;

  [[nodiscard]] LogResult<AppendedBatch> append(const Marker& marker, Replica& replica);

  Services& services_;
  BatchBuilder builder_;
};

}  // namespace ottla
