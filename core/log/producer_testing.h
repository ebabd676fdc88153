// A partition that has nothing but its producers: offsets are counted, records are not stored.
#pragma once

#include <string>

#include "core/log/producer_state.h"

namespace ottla::producer_testing {

struct MarkerOptions {
  int32_t coordinator_epoch = 0;
  int16_t transaction_version = 0;
  BatchOrigin origin = BatchOrigin::coordinator;
};

struct Partition {
  explicit Partition(size_t producers_max = limits::kProducersMax) : state(producers_max) {}

  ProducerState state;
  int64_t now = 0;

  [[nodiscard]] Offset end() const { return state.map_end(); }
  // The last stable offset, everything being replicated.
  [[nodiscard]] Offset stable() const { return state.first_unstable(end()).value_or(end()); }

  // A batch of `count` records at the end; sequence -1: none.
  [[nodiscard]] ProducerBatch data(int64_t id, int16_t epoch, int32_t sequence, int32_t count,
                                   bool transactional = false) const {
    ProducerBatch batch;
    batch.producer_id = ProducerId(id);
    batch.epoch = ProducerEpoch(epoch);
    batch.first_sequence = Sequence(sequence);
    batch.last_sequence = sequence < 0 ? kNoSequence : sequence_after(Sequence(sequence), count - 1);
    batch.first_offset = end();
    batch.last_offset = end() + (count - 1);
    batch.timestamp = Timestamp::from_ms(now);
    batch.transactional = transactional;
    return batch;
  }
  [[nodiscard]] ProducerBatch marker(int64_t id, int16_t epoch, bool commit, MarkerOptions options = {}) const {
    ProducerBatch batch = data(id, epoch, -1, 1, true);
    batch.control = true;
    batch.marker = {commit, options.coordinator_epoch, options.transaction_version};
    return batch;
  }

  // "5-9": where it was stored; "again 0-3": where it is already; else why not.
  std::string send(int64_t id, int16_t epoch, int32_t sequence, int32_t count, bool transactional = false,
                   BatchOrigin origin = BatchOrigin::client) {
    return send(data(id, epoch, sequence, count, transactional), origin);
  }
  std::string send(const ProducerBatch& batch, BatchOrigin origin) {
    const auto verdict = state.check(batch, origin);
    if (!verdict.ok()) return std::string(text(verdict.error().code()));
    if (verdict->duplicate) {
      return "again " + range(verdict->duplicate->first_offset, verdict->duplicate->last_offset);
    }
    state.apply(batch);
    return range(batch.first_offset, batch.last_offset);
  }
  // "aborted 5-9, stable 7": the transaction from its first offset to the marker, and the last stable offset then.
  std::string mark(int64_t id, int16_t epoch, bool commit, MarkerOptions options = {}) {
    const ProducerBatch batch = marker(id, epoch, commit, options);
    const auto verdict = state.check(batch, options.origin);
    if (!verdict.ok()) return std::string(text(verdict.error().code()));
    const auto ended = state.apply(batch);
    if (!ended) return "nothing ended";
    return (ended->aborted ? "aborted " : "committed ") + range(ended->first_offset, ended->last_offset) + ", stable " +
           std::to_string(state.last_stable_after(*ended).value());
  }

  static std::string range(Offset first, Offset last) {
    return std::to_string(first.value()) + "-" + std::to_string(last.value());
  }
};

}  // namespace ottla::producer_testing
