// A client that writes: records are gathered into batches, a lane a partition; batches wait in the lane's outbox, go to
// the partition's leader, and stay until they are answered.
//
//   producer.append(partition, {.timestamp = now, .key = key, .value = value}, 17);
//   ...
//   for (const Delivery& delivery : producer.take_deliveries()) ...       // 17, its offset or why not
//
// Idempotent, several batches of a lane are in flight at once and each is stored once, in order, whatever is lost on the
// way: a batch keeps its sequence when it is sent again, and after a failure nothing of the lane is sent before
// everything in flight was answered. Without it one batch is in flight and a retry may store it twice.
//
// A delivery with an error that is not a refusal (transport, timed_out) leaves open whether the record was stored.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "core/client/metadata.h"
#include "core/record/batch_builder.h"

namespace ottla {

struct Delivery {
  uint64_t token = 0;  // the caller's
  ErrorCode error = ErrorCode::none;
  Offset offset{-1};  // -1: stored, but where is not known any more
};

struct ProducerOptions {
  bool idempotent = true;
  int16_t acks = -1;
  size_t batch_size = size_t{16} * 1024;
  Duration linger{};
  CompressionType compression = CompressionType::none;
  size_t batches_in_flight_max = 5;  // of a lane: the broker remembers so many
  size_t outbox_size_max = size_t{32} * 1024 * 1024;
  size_t request_size_max = size_t{1024} * 1024;
  Duration pause = Duration::from_ms(50);           // after a failure
  Duration request_timeout = Duration::from_s(10);  // that the broker is given
  Duration delivery_timeout = Duration::from_s(120);
  bool retries = true;
  // Brokers let a producer that they do not know begin with any sequence. So if its first batch is refused for a moment and
  // the one behind it is not, the first comes too late for ever. Alone it cannot be overtaken.
  bool first_alone = true;
};

class Producer {
 public:
  Producer(ClientNetwork& network, ClientMetadata& metadata, ProducerOptions options);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // queue_full: take deliveries, wait, try again.
  ErrorCode append(const TopicPartition& partition, const RecordToAppend& record, uint64_t token);
  // What was appended does not linger.
  void flush();
  // Everything waiting is answered `error` and forgotten; what was sent may have been stored.
  void abandon(ErrorCode error);

  void tick();
  [[nodiscard]] Instant next_deadline() const;

  // In the order in which they became known; the vector is the caller's to keep and use again.
  void take_deliveries(std::vector<Delivery>& deliveries);
  [[nodiscard]] bool idle() const { return outbox_size_ == 0; }
  // Answers to batches that said anything but yes, those included that were tried again.
  [[nodiscard]] uint64_t failure_count() const { return failures_; }

 private:
  struct Batch;
  struct Lane;
  struct Identity {
    ProducerId id = kNoProducer;
    ProducerEpoch epoch = kNoProducerEpoch;
  };
  // What a request carried. The topic's id is the one that was asked for: by the time of the answer the name may mean
  // another topic.
  struct SentBatch {
    Lane* lane;
    uint64_t number;
    TopicId topic_id;
  };
  using Sent = std::vector<SentBatch>;

  void close(Lane& lane);
  [[nodiscard]] Batch* next_to_send(Lane& lane);
  bool send_some(BrokerId broker);
  void ask_identity();
  void stamp(Lane& lane, Batch& batch) const;
  void answered(const ClientAnswer& answer, const Sent& sent);
  void answered(Lane& lane, uint64_t number, ErrorCode error, Offset offset);
  void finish(Lane& lane, size_t index, ErrorCode error, Offset offset);
  void start_over(Lane& lane);
  void expire(Lane& lane);

  ClientNetwork& network_;
  ClientMetadata& metadata_;
  ProducerOptions options_;
  Identity identity_;
  bool asking_identity_ = false;
  Instant identity_not_before_;
  std::map<TopicPartition, Lane> lanes_;
  std::vector<Delivery> deliveries_;
  size_t outbox_size_ = 0;
  uint64_t next_number_ = 1;
  uint64_t failures_ = 0;
};

}  // namespace ottla
