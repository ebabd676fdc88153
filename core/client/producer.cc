#include "core/client/producer.h"

#include <algorithm>
#include <limits>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/client/producer_lane.h"
#include "core/wire/messages/22_init_producer_id.h"

namespace ottla {

namespace {

bool is_about_sequences(ErrorCode error) {
  return error == ErrorCode::out_of_order_sequence_number || error == ErrorCode::unknown_producer_id;
}

}  // namespace

Producer::Producer(ClientNetwork& network, ClientMetadata& metadata, ProducerOptions options)
    : network_(network), metadata_(metadata), options_(options) {
  OTTLA_ASSERT(!options_.idempotent || options_.acks == -1);
  if (!options_.idempotent) options_.batches_in_flight_max = 1;
}

Producer::~Producer() = default;

ErrorCode Producer::append(const TopicPartition& partition, const RecordToAppend& record, uint64_t token) {
  const size_t size_max = BatchBuilder::record_size_max(record);
  if (size_max > limits::kBatchSizeMax / 2) return ErrorCode::message_too_large;
  if (outbox_size_ >= options_.outbox_size_max) return ErrorCode::queue_full;
  const auto [at, made] = lanes_.try_emplace(partition);
  Lane& lane = at->second;
  if (made) {
    lane.partition = partition;
    metadata_.want(partition.topic);
  }
  if (!lane.open.tokens.empty() && lane.builder.plain_size() + size_max > options_.batch_size) close(lane);
  if (lane.open.tokens.empty()) {
    lane.builder.start({.compression = options_.compression}, lane.open.bytes);
    lane.open.created = network_.now();
    lane.open.number = next_number_++;
  }
  lane.builder.append(record);
  lane.open.tokens.push_back(token);
  lane.open.counted_size += size_max;
  outbox_size_ += size_max;
  return ErrorCode::none;
}

void Producer::close(Lane& lane) {
  lane.builder.finish();
  lane.outbox.push_back(std::move(lane.open));
  lane.open = Batch();
}

void Producer::flush() {
  for (auto& [partition, lane] : lanes_) lane.flushing = !lane.open.tokens.empty();
}

void Producer::abandon(ErrorCode error) {
  for (auto& [partition, lane] : lanes_) {
    if (!lane.open.tokens.empty()) close(lane);
    while (!lane.outbox.empty()) finish(lane, 0, error, Offset(-1));
    lane.draining = lane.starting_over = options_.idempotent;
  }
}

void Producer::tick() {
  std::vector<BrokerId> brokers;
  bool wants_identity = false;
  for (auto& [partition, lane] : lanes_) {
    if (!lane.open.tokens.empty() && (lane.flushing || lane.open.created + options_.linger <= network_.now())) {
      close(lane);
      lane.flushing = false;
    }
    expire(lane);
    if (lane.sent_count == 0 && lane.starting_over) start_over(lane);
    if (lane.sent_count == 0) lane.draining = false;
    wants_identity |= !lane.outbox.empty();
    const ClientPartition* known = metadata_.find(partition);
    if (known == nullptr || lane.outbox.empty()) continue;
    if (std::find(brokers.begin(), brokers.end(), known->leader) == brokers.end()) brokers.push_back(known->leader);
  }
  if (options_.idempotent && identity_.id == kNoProducer && wants_identity) ask_identity();
  for (const BrokerId broker : brokers) {
    if (!network_.ready(broker)) continue;
    while (send_some(broker)) {
    }
  }
}

Instant Producer::next_deadline() const {
  Instant next = Instant::never();
  const Instant now = network_.now();
  if (!asking_identity_ && identity_not_before_ > now) next = identity_not_before_;
  for (const auto& [partition, lane] : lanes_) {
    if (!lane.open.tokens.empty()) next = std::min(next, lane.flushing ? now : lane.open.created + options_.linger);
    if (lane.outbox.empty()) continue;
    if (lane.not_before > now) next = std::min(next, lane.not_before);
    for (const Batch& batch : lane.outbox) {
      if (!batch.sent) next = std::min(next, batch.created + options_.delivery_timeout);
    }
  }
  return next;
}

void Producer::take_deliveries(std::vector<Delivery>& deliveries) {
  deliveries.clear();
  std::swap(deliveries, deliveries_);
}

void Producer::ask_identity() {
  if (asking_identity_ || identity_not_before_ > network_.now()) return;
  const BrokerId broker = network_.any();
  const auto version = network_.version_for<wire::InitProducerIdRequest>(broker, 5);
  if (!version) return;
  wire::InitProducerIdRequest request;
  request.transactional_id = wire::null;
  request.transaction_timeout_ms = std::numeric_limits<int32_t>::max();
  asking_identity_ = network_.send(broker, request, *version, [this](const ClientAnswer& answer) {
    asking_identity_ = false;
    wire::Arena arena;
    wire::InitProducerIdResponse response;
    if (answer.read(arena, response) && response.error_code == 0) {
      identity_ = {ProducerId(response.producer_id), ProducerEpoch(response.producer_epoch)};
    } else {
      identity_not_before_ = network_.now() + options_.pause;
    }
  });
}

// Everything that the producer must say of itself lies beneath the checksum, and may change until the batch is sent for
// the first time.
void Producer::stamp(Lane& lane, Batch& batch) const {
  namespace format = batch_format;
  batch.sequence = lane.next_sequence;
  lane.next_sequence = sequence_after(lane.next_sequence, static_cast<int32_t>(batch.tokens.size()));
  uint8_t* bytes = batch.bytes.data();
  store_be(bytes + format::kProducerId, lane.identity.id.value());
  store_be(bytes + format::kProducerEpoch, lane.identity.epoch.value());
  store_be(bytes + format::kBaseSequence, batch.sequence.value());
  store_be(bytes + format::kCrc, crc32c(batch.bytes.view().from(format::kAttributes)));
}

Producer::Batch* Producer::next_to_send(Lane& lane) {
  if (lane.draining || lane.not_before > network_.now()) return nullptr;
  if (lane.sent_count >= std::min(lane.outbox.size(), options_.batches_in_flight_max)) return nullptr;
  // A batch that may be stored already is sent again alone: were it to fail once more while those behind it are stored,
  // it would drop out of the batches that the broker remembers, and could not be told from one that was lost.
  if (lane.sent_count > 0 && lane.outbox.front().uncertain) return nullptr;
  Batch& batch = lane.outbox[lane.sent_count];  // those in flight are the first ones, unless it is draining
  if (!options_.idempotent) return &batch;
  if (lane.sent_count > 0 && options_.first_alone && !lane.identity_is_known) return nullptr;
  if (lane.identity.id == kNoProducer) {
    if (identity_.id == kNoProducer) return nullptr;
    lane.identity = identity_;
    lane.next_sequence = Sequence(0);
    lane.identity_is_known = false;
  }
  if (batch.sequence == kNoSequence) stamp(lane, batch);
  return &batch;
}

void Producer::answered(Lane& lane, uint64_t number, ErrorCode error, Offset offset) {
  const auto at = std::find_if(lane.outbox.begin(), lane.outbox.end(),
                               [number](const Batch& batch) { return batch.number == number; });
  if (at == lane.outbox.end()) return;  // given up meanwhile
  const auto index = static_cast<size_t>(at - lane.outbox.begin());
  at->sent = false;
  --lane.sent_count;
  if (error == ErrorCode::none || error == ErrorCode::duplicate_sequence_number) {
    lane.identity_is_known = true;
    return finish(lane, index, ErrorCode::none, offset);
  }
  ++failures_;
  if (needs_metadata_refresh(error)) metadata_.refresh();
  // Batches behind one that failed come too early; they are sent again, behind it or in its place.
  const bool too_early = is_about_sequences(error) && options_.idempotent && (index > 0 || lane.draining);
  if ((is_retriable(error) && options_.retries) || too_early) {
    lane.draining = true;
    lane.not_before = network_.now() + options_.pause;
    at->uncertain |= !too_early;
    return;
  }
  lane.draining = lane.starting_over = options_.idempotent;
  finish(lane, index, error, offset);
}

void Producer::finish(Lane& lane, size_t index, ErrorCode error, Offset offset) {
  const auto at = lane.outbox.begin() + static_cast<std::ptrdiff_t>(index);
  if (at->sent) --lane.sent_count;
  for (size_t i = 0; i < at->tokens.size(); ++i) {
    const bool known = error == ErrorCode::none && offset.value() >= 0;
    deliveries_.push_back({at->tokens[i], error, known ? offset + static_cast<int64_t>(i) : Offset(-1)});
  }
  outbox_size_ -= at->counted_size;
  lane.outbox.erase(at);
}

// A batch of the lane is not stored and will not be: the sequences behind it have a hole. They are numbered anew under an
// identity that the broker has never seen, except those that may be stored already.
void Producer::start_over(Lane& lane) {
  lane.starting_over = false;
  if (identity_.id == lane.identity.id) identity_ = Identity();
  lane.identity = Identity();
  for (size_t index = 0; index < lane.outbox.size();) {
    lane.outbox[index].sequence = kNoSequence;
    if (lane.outbox[index].uncertain) {
      finish(lane, index, ErrorCode::transport, Offset(-1));
    } else {
      ++index;
    }
  }
}

void Producer::expire(Lane& lane) {
  while (!lane.outbox.empty() && !lane.outbox.front().sent &&
         lane.outbox.front().created + options_.delivery_timeout <= network_.now()) {
    if (lane.outbox.front().sequence != kNoSequence) lane.draining = lane.starting_over = true;
    finish(lane, 0, ErrorCode::timed_out, Offset(-1));
  }
}

}  // namespace ottla
