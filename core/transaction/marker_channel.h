// What a coordinator of transactions asks of the world: that the leaders of partitions write down how a transaction
// ended. The owner of the coordinator implements it: by calls where it leads the partitions itself, over the network
// otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/model/errors.h"
#include "core/model/ids.h"
#include "core/state_machine/tenant.h"

namespace ottla {

// A marker for each of the partitions: a control batch of the producer, at this epoch.
struct TransactionMarkers {
  TransactionOf producer;
  bool commit = false;
  LeaderEpoch coordinator_epoch = kNoLeaderEpoch;  // the partition of __transaction_state was led in it
  // 2: the epoch is above that of the data (KIP-890), and fences what is still on its way. 0: it is that of the data.
  int16_t transaction_version = 0;
  std::vector<TopicPartition> partitions;  // sorted, at least one
};

// Who wants to hear. It may outlive the coordinator that asked, and then does nothing.
class MarkerReply {
 public:
  // Partitions of which nothing was told are asked for again.
  virtual ~MarkerReply() = default;
  // Once a partition. None: the marker is there for good, committed as the partition's records are. Otherwise:
  //   unknown_topic_or_partition        asked for again, until the coordinator's own image says that it is gone
  //   invalid_producer_epoch            a newer epoch has been there: nothing of the transaction can be open any more
  //   transaction_coordinator_fenced    somebody newer coordinates the transaction: it is his
  //   anything else                     asked for again after a pause
  virtual void told(const TopicPartition& partition, ErrorCode error) = 0;
};
using MarkerReplyPtr = std::unique_ptr<MarkerReply>;

class MarkerChannel {
 public:
  virtual ~MarkerChannel() = default;
  // May tell from inside the call. Writes again what was written already when it is asked again: a coordinator that was
  // loaded anew does not know how far it had come.
  virtual void write_markers(const TransactionMarkers& markers, MarkerReplyPtr reply) = 0;
};

}  // namespace ottla
