// A partition's outbox. For the producer only.
#pragma once

#include "core/client/producer.h"

namespace ottla {

struct Producer::Batch {
  uint64_t number = 0;
  BytesBuffer bytes;
  std::vector<uint64_t> tokens;
  size_t counted_size = 0;  // in the outbox's size
  Instant created;
  Sequence sequence = kNoSequence;
  bool sent = false;       // and not answered
  bool uncertain = false;  // it was sent, and how that went is not known
};

struct Producer::Lane {
  TopicPartition partition;
  BatchBuilder builder;
  Batch open;  // being filled, as long as it has tokens
  std::deque<Batch> outbox;
  size_t sent_count = 0;  // always the first ones of the outbox
  Identity identity;      // whose sequences these are
  Sequence next_sequence{0};
  bool identity_is_known = false;  // to the broker: a batch of it was stored
  // After a failure: nothing is sent before all in flight was answered, so that the order holds.
  bool draining = false;
  // The identity is spoilt: a new one is taken once nothing is in flight.
  bool starting_over = false;
  bool flushing = false;
  Instant not_before;
};

}  // namespace ottla
