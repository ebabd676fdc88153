#include "core/log/producer_state.h"

#include <algorithm>

#include "core/record/record_iterator.h"

namespace ottla {
namespace {

constexpr int16_t kEpochPerTransaction = 2;  // the transaction version
constexpr ProducerEpoch kLastProducerEpoch{INT16_MAX};

Sequence sequence_before(Sequence last, int32_t count) {
  return Sequence(static_cast<int32_t>((int64_t{last.value()} - count) & INT32_MAX));
}

LogResult<ProducerBatch::Marker> read_marker(const RecordView& record) {
  if (!record.key() || !record.value()) return Failure(LogError::batch_malformed);
  const auto type = read_control_key(*record.key());
  if (!type.ok()) return Failure(LogError::batch_malformed);
  if (*type != ControlRecordType::abort && *type != ControlRecordType::commit) {
    return Failure(LogError::batch_malformed);
  }
  const auto end = read_end_transaction_marker(*record.value());
  if (!end.ok()) return Failure(LogError::batch_malformed);
  return ProducerBatch::Marker{*type == ControlRecordType::commit, end->coordinator_epoch};
}

}  // namespace

LogResult<ProducerBatch> ProducerBatch::of(const BatchView& batch) {
  ProducerBatch result;
  result.producer_id = batch.producer_id();
  result.epoch = batch.producer_epoch();
  result.first_sequence = batch.base_sequence();
  result.last_sequence = batch.last_sequence();
  result.first_offset = batch.base_offset();
  result.last_offset = batch.last_offset();
  result.timestamp = batch.max_timestamp();
  result.transactional = batch.attributes().transactional();
  result.control = batch.attributes().control();
  if (!batch.has_producer() || result.epoch < ProducerEpoch(0) || result.first_offset < Offset(0) ||
      result.last_offset < result.first_offset || result.last_offset == Offset(INT64_MAX) ||
      result.first_sequence < kNoSequence) {
    return Failure(LogError::batch_malformed);
  }
  if (!result.control) return result;

  DecompressionScratch scratch;
  RecordIterator records(batch, scratch);
  RecordView record;
  const auto more = records.next(record);
  if (!more.ok()) return Failure(LogError::batch_malformed);
  if (!*more) return result;
  OTTLA_TRY(result.marker, read_marker(record));
  result.timestamp = record.timestamp();
  return result;
}

void ProducerState::Window::push(const Batch& batch) {
  if (count == batches.size()) {
    std::move(batches.begin() + 1, batches.end(), batches.begin());
    --count;
  }
  batches[count++] = batch;
}

const ProducerState::Batch* ProducerState::Window::with_sequences(Sequence first, Sequence last) const {
  if (first == kNoSequence) return nullptr;
  for (uint8_t i = 0; i < count; ++i) {
    const Batch& batch = batches[i];
    if (batch.last_sequence == last && sequence_before(last, batch.offset_delta) == first) return &batch;
  }
  return nullptr;
}

// A new epoch is a new producer in all but its id: it starts at sequence 0 and is never the sender of an older batch.
void ProducerState::Producer::enter_epoch(ProducerEpoch now) {
  if (epoch == now) return;
  epoch = now;
  window.count = 0;
}

LogResult<ProducerVerdict> ProducerState::check(const ProducerBatch& batch, BatchOrigin origin, VerificationGuard guard,
                                                bool verification_required) const {
  if (origin == BatchOrigin::replication) return ProducerVerdict{};
  if (batch.marker) {
    OTTLA_TRY_DONE(check_marker(batch));
    return ProducerVerdict{};
  }
  const Producer* producer = producers_.find(batch.producer_id);
  if (producer == nullptr) {
    if (origin == BatchOrigin::client && count() >= producers_max_) return Failure(LogError::too_many_producers);
  } else {
    if (origin == BatchOrigin::client && batch.epoch == producer->epoch) {
      if (const Batch* sent = producer->window.with_sequences(batch.first_sequence, batch.last_sequence)) {
        return ProducerVerdict{ProducerVerdict::Duplicate{sent->first_offset(), sent->last_offset, sent->timestamp}};
      }
    }
    if (batch.epoch < producer->epoch) return Failure(LogError::invalid_producer_epoch);
  }
  if (verification_required && batch.transactional && !is_verified(batch.producer_id, batch.epoch, guard)) {
    return Failure(LogError::invalid_transaction);
  }
  if (origin == BatchOrigin::client) OTTLA_TRY_DONE(check_sequence(batch));
  if (producer != nullptr && producer->in_transaction() && !batch.transactional) {
    return Failure(LogError::invalid_transaction);
  }
  return ProducerVerdict{};
}

LogResult<> ProducerState::check_marker(const ProducerBatch& batch) const {
  const Producer* producer = producers_.find(batch.producer_id);
  if (producer == nullptr) return {};
  bool fenced = batch.epoch < producer->epoch;
  if (batch.marker->transaction_version >= kEpochPerTransaction && batch.epoch == producer->epoch) {
    // The coordinator repeats itself when an answer was lost: the marker is here already, and once more harms nobody.
    // The last epoch there is cannot be raised, so its transaction ends under it.
    fenced = producer->in_transaction() && batch.epoch != kLastProducerEpoch;
  }
  if (fenced) return Failure(LogError::producer_fenced);
  if (batch.marker->coordinator_epoch < producer->coordinator_epoch) return Failure(LogError::coordinator_fenced);
  return {};
}

// A producer that is not known may start anywhere: what it sent before was deleted or expired, and refusing it would
// stop it for good. Kafka once answered UNKNOWN_PRODUCER_ID here and has given it up (KIP-360).
//
// A batch from before the window is out of order too, though it may well be in the log: a producer that was forgotten
// may have started in the middle, and to call a batch a duplicate that never came would lose it.
LogResult<> ProducerState::check_sequence(const ProducerBatch& batch) const {
  const Producer* producer = producers_.find(batch.producer_id);
  if (producer == nullptr || producer->epoch == kNoProducerEpoch) return {};
  const bool same_epoch = batch.epoch == producer->epoch;
  const Sequence last = same_epoch ? producer->window.last_sequence() : kNoSequence;
  const Sequence expected = last == kNoSequence ? Sequence(0) : sequence_after(last, 1);
  if (batch.first_sequence != expected) return Failure(LogError::out_of_order_sequence);
  return {};
}

bool ProducerState::is_verified(ProducerId producer, ProducerEpoch epoch, VerificationGuard guard) const {
  if (has_open_transaction(producer, epoch)) return true;
  const Verification* given = verifications_.find(producer);
  return given != nullptr && given->guard == guard && given->epoch == epoch;
}

void ProducerState::drop_verification(ProducerId producer, VerificationGuard guard) {
  const Verification* given = verifications_.find(producer);
  if (given != nullptr && given->guard == guard) verifications_.erase(producer);
}

LogResult<> ProducerState::check_verified(ProducerId producer, ProducerEpoch epoch, VerificationGuard guard) const {
  const Producer* known = producers_.find(producer);
  if (known != nullptr && epoch < known->epoch) return Failure(LogError::invalid_producer_epoch);
  if (!is_verified(producer, epoch, guard)) return Failure(LogError::invalid_transaction);
  return {};
}

std::optional<EndedTransaction> ProducerState::apply(const ProducerBatch& batch) {
  OTTLA_ASSERT(batch.producer_id.value() >= 0, batch.producer_id);
  OTTLA_ASSERT(batch.first_offset >= map_end_, batch.first_offset, map_end_);
  map_end_ = batch.last_offset + 1;
  if (batch.control && !batch.marker) return std::nullopt;
  if (batch.transactional || batch.marker) verifications_.erase(batch.producer_id);
  Producer& producer = *producers_.try_emplace(batch.producer_id).first;
  producer.enter_epoch(batch.epoch);
  producer.last_timestamp = batch.timestamp;
  if (batch.marker) return apply_marker(batch, producer);
  apply_data(batch, producer);
  return std::nullopt;
}

void ProducerState::apply_data(const ProducerBatch& batch, Producer& producer) {
  // A batch spans at most INT32_MAX offsets: its header has 31 bits for the last one's distance.
  const int64_t delta = batch.last_offset - batch.first_offset;
  OTTLA_ASSERT(delta >= 0 && delta <= INT32_MAX, batch.first_offset, batch.last_offset);
  producer.window.push({batch.last_offset, batch.timestamp, batch.last_sequence, static_cast<int32_t>(delta)});
  if (!batch.transactional || producer.in_transaction()) return;
  producer.transaction_first_offset = batch.first_offset;
  open_.push_back({batch.first_offset, batch.producer_id});
}

std::optional<EndedTransaction> ProducerState::apply_marker(const ProducerBatch& batch, Producer& producer) {
  producer.coordinator_epoch = batch.marker->coordinator_epoch;
  if (!producer.in_transaction()) return std::nullopt;
  const EndedTransaction ended{batch.producer_id, producer.transaction_first_offset, batch.last_offset,
                               !batch.marker->commit};
  producer.transaction_first_offset = Offset(-1);
  const size_t closed = std::erase_if(open_, [&](const OpenTransaction& open) {
    return open.first_offset == ended.first_offset && open.producer_id == batch.producer_id;
  });
  OTTLA_ASSERT(closed == 1, closed, batch.producer_id);
  decided_.push_back(ended);
  return ended;
}

VerificationGuard ProducerState::start_verification(ProducerId producer, ProducerEpoch epoch) {
  if (has_open_transaction(producer, epoch)) return VerificationGuard(0);
  const Producer* known = producers_.find(producer);
  if (known != nullptr && epoch < known->epoch) return VerificationGuard(0);
  Verification* given = verifications_.find(producer);
  if (given == nullptr) {
    if (verifications_.size() >= producers_max_) verifications_.clear();
    given = verifications_.try_emplace(producer).first;
  }
  if (epoch < given->epoch) return VerificationGuard(0);
  if (epoch > given->epoch) *given = {VerificationGuard(next_guard_++), epoch};
  return given->guard;
}

bool ProducerState::has_open_transaction(ProducerId producer, ProducerEpoch epoch) const {
  const Producer* known = producers_.find(producer);
  return known != nullptr && known->in_transaction() && known->epoch == epoch;
}

std::optional<Offset> ProducerState::first_unstable(Offset high_watermark) const {
  std::optional<Offset> first;
  if (!open_.empty()) first = open_.front().first_offset;
  for (const EndedTransaction& ended : decided_) {
    if (ended.last_offset >= high_watermark && (!first || ended.first_offset < *first)) first = ended.first_offset;
  }
  return first;
}

void ProducerState::forget_decided(Offset high_watermark) {
  const auto kept = std::partition_point(decided_.begin(), decided_.end(), [&](const EndedTransaction& ended) {
    return ended.last_offset < high_watermark;
  });
  decided_.erase(decided_.begin(), kept);
}

Offset ProducerState::last_stable_after(const EndedTransaction& ended) const {
  return open_.empty() ? ended.last_offset + 1 : open_.front().first_offset;
}

size_t ProducerState::expire(Timestamp now, Duration expiration) {
  size_t expired = 0;
  for (const ProducerId id : producers_.sorted_keys()) {
    const Producer& producer = *producers_.find(id);
    if (producer.in_transaction() || now - producer.last_timestamp < expiration) continue;
    producers_.erase(id);
    ++expired;
  }
  return expired;
}

std::vector<ProducerView> ProducerState::late_transactions(Timestamp now, Duration timeout_max) const {
  std::vector<ProducerView> late;
  for (const OpenTransaction& open : open_) {
    const Producer& producer = *producers_.find(open.producer_id);
    if (now - producer.last_timestamp > timeout_max) late.push_back(view(open.producer_id, producer));
  }
  return late;
}

void ProducerState::truncate_start(Offset log_start) {
  forget_decided(log_start);
  map_end_ = std::max(map_end_, log_start);
}

std::optional<ProducerView> ProducerState::find(ProducerId producer) const {
  const Producer* known = producers_.find(producer);
  if (known == nullptr) return std::nullopt;
  return view(producer, *known);
}

std::vector<ProducerView> ProducerState::producers() const {
  std::vector<ProducerView> views;
  views.reserve(count());
  for (const ProducerId id : producers_.sorted_keys()) views.push_back(view(id, *producers_.find(id)));
  return views;
}

Offset ProducerState::last_offset_below(ProducerId producer, Offset end) const {
  Offset last(-1);
  const Producer* known = producers_.find(producer);
  for (uint8_t index = 0; known != nullptr && index < known->window.count; ++index) {
    const Batch& batch = known->window.batches[index];
    if (batch.last_offset < end) last = batch.last_offset;
  }
  return last;
}

size_t ProducerState::count() const { return producers_.size(); }

ProducerView ProducerState::view(ProducerId id, const Producer& producer) {
  ProducerView view;
  view.producer_id = id;
  view.epoch = producer.epoch;
  view.last_sequence = producer.window.last_sequence();
  if (producer.window.count > 0) view.last_offset = producer.window.batches[producer.window.count - 1].last_offset;
  view.last_timestamp = producer.last_timestamp;
  view.coordinator_epoch = producer.coordinator_epoch;
  if (producer.in_transaction()) view.transaction_first_offset = producer.transaction_first_offset;
  return view;
}

}  // namespace ottla
