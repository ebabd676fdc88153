// Producer state as bytes: Kafka's snapshot, and the windows that it has no room for.
#include <algorithm>

#include "core/base/crc32c.h"
#include "core/log/producer_state.h"
#include "core/log/sealed_file.h"

namespace ottla {
namespace {

constexpr int16_t kVersion = 1;
constexpr size_t kCrc = 2;
constexpr size_t kCrcEnd = 6;
constexpr size_t kEntrySize = 46;
constexpr size_t kWindowBatchSize = 24;
constexpr size_t kWindowSizeMin = 8 + 1 + kWindowBatchSize;

}  // namespace

void ProducerState::encode_snapshot(BytesBuffer& out) const {
  const size_t start = out.size();
  append_be(out, kVersion);
  append_be(out, uint32_t{0});
  append_be(out, static_cast<uint32_t>(count()));
  for (const ProducerId id : producers_.sorted_keys()) {
    const Producer& producer = *producers_.find(id);
    const Window& window = producer.window;
    const Batch last = window.count == 0 ? Batch{} : window.batches[window.count - 1];
    append_be(out, id.value());
    append_be(out, producer.epoch.value());
    append_be(out, last.last_sequence.value());
    append_be(out, last.last_offset.value());
    append_be(out, last.offset_delta);
    append_be(out, producer.last_timestamp.ms());
    append_be(out, producer.coordinator_epoch);
    append_be(out, producer.transaction_first_offset.value());
  }
  store_be(out.data() + start + kCrc, crc32c(out.view().from(start + kCrcEnd)));
}

FormatResult<ProducerState> ProducerState::decode_snapshot(Offset snapshot_offset, BytesView bytes,
                                                           size_t producers_max) {
  if (bytes.size() > limits::kProducerSnapshotSizeMax) return Failure(FormatFlaw::too_large);
  ByteReader reader(bytes);
  const auto version = reader.number<int16_t>();
  const auto crc = reader.number<uint32_t>();
  if (reader.failed()) return Failure(FormatFlaw::too_short);
  if (version != kVersion) return Failure(FormatFlaw::bad_version);
  if (crc != crc32c(bytes.from(kCrcEnd))) return Failure(FormatFlaw::bad_checksum);
  const size_t count = reader.count(kEntrySize);
  if (reader.failed() || reader.left() != count * kEntrySize) return Failure(FormatFlaw::size_mismatch);

  ProducerState state(producers_max);
  state.map_end_ = snapshot_offset;
  state.producers_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const ProducerId id(reader.number<int64_t>());
    Producer producer;
    Batch last;
    producer.epoch = ProducerEpoch(reader.number<int16_t>());
    last.last_sequence = Sequence(reader.number<int32_t>());
    last.last_offset = Offset(reader.number<int64_t>());
    last.offset_delta = reader.number<int32_t>();
    last.timestamp = producer.last_timestamp = Timestamp::from_ms(reader.number<int64_t>());
    producer.coordinator_epoch = reader.number<int32_t>();
    producer.transaction_first_offset = Offset(reader.number<int64_t>());
    if (id < ProducerId(0) || producer.epoch < kNoProducerEpoch || last.last_sequence < kNoSequence ||
        last.last_offset < Offset(-1) || last.offset_delta < 0 || producer.transaction_first_offset < Offset(-1)) {
      return Failure(FormatFlaw::bad_number);
    }
    if (last.last_offset >= snapshot_offset || producer.transaction_first_offset >= snapshot_offset) {
      return Failure(FormatFlaw::beyond_log);
    }
    if (last.last_offset >= Offset(0)) {
      if (last.first_offset() < Offset(0)) return Failure(FormatFlaw::bad_number);
      producer.window.push(last);
    }
    if (producer.in_transaction()) state.open_.push_back({producer.transaction_first_offset, id});
    if (!state.producers_.try_emplace(id, producer).second) return Failure(FormatFlaw::bad_identity);
  }
  // Kafka writes producers in no order.
  const auto earlier = [](const OpenTransaction& a, const OpenTransaction& b) {
    return a.first_offset < b.first_offset;
  };
  const auto same = [](const OpenTransaction& a, const OpenTransaction& b) { return a.first_offset == b.first_offset; };
  std::sort(state.open_.begin(), state.open_.end(), earlier);
  if (std::adjacent_find(state.open_.begin(), state.open_.end(), same) != state.open_.end()) {
    return Failure(FormatFlaw::bad_identity);
  }
  return state;
}

void ProducerState::encode_windows(BytesBuffer& out) const {
  const size_t start = out.size();
  uint32_t written = 0;
  append_be(out, uint32_t{0});
  for (const ProducerId id : producers_.sorted_keys()) {
    const Producer& producer = *producers_.find(id);
    const Window& window = producer.window;
    // The snapshot says it all of a producer with one batch, unless a marker came later.
    if (window.count == 0 || (window.count == 1 && window.batches[0].timestamp == producer.last_timestamp)) continue;
    append_be(out, id.value());
    append_be(out, window.count);
    for (uint8_t i = 0; i < window.count; ++i) {
      const Batch& batch = window.batches[i];
      append_be(out, batch.last_offset.value());
      append_be(out, batch.timestamp.ms());
      append_be(out, batch.last_sequence.value());
      append_be(out, batch.offset_delta);
    }
    ++written;
  }
  store_be(out.data() + start, written);
}

FormatResult<bool> ProducerState::restore_windows(BytesView bytes) {
  struct Restored {
    ProducerId id;
    Window window;
  };
  ByteReader reader(bytes);
  const size_t count = reader.count(kWindowSizeMin);
  std::vector<Restored> all;
  all.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    Restored restored{ProducerId(reader.number<int64_t>()), {}};
    const auto size = reader.number<uint8_t>();
    if (size == 0 || size > limits::kProducerWindow) return Failure(FormatFlaw::bad_number);
    for (uint8_t j = 0; j < size; ++j) {
      Batch batch;
      batch.last_offset = Offset(reader.number<int64_t>());
      batch.timestamp = Timestamp::from_ms(reader.number<int64_t>());
      batch.last_sequence = Sequence(reader.number<int32_t>());
      batch.offset_delta = reader.number<int32_t>();
      if (batch.last_sequence < kNoSequence || batch.offset_delta < 0 ||
          batch.last_offset < Offset(batch.offset_delta)) {
        return Failure(FormatFlaw::bad_number);
      }
      if (j > 0 && batch.first_offset() <= restored.window.batches[j - 1].last_offset) {
        return Failure(FormatFlaw::not_ascending);
      }
      restored.window.push(batch);
    }
    if (!all.empty() && restored.id <= all.back().id) return Failure(FormatFlaw::not_ascending);
    all.push_back(restored);
  }
  if (!reader.done()) return Failure(FormatFlaw::size_mismatch);

  bool all_known = true;
  for (const Restored& restored : all) {
    Producer* producer = producers_.find(restored.id);
    const Batch& last = restored.window.batches[restored.window.count - 1];
    if (producer == nullptr || producer->window.count == 0) {
      all_known = false;
      continue;
    }
    const Batch& ours = producer->window.batches[producer->window.count - 1];
    if (ours.last_offset != last.last_offset || ours.last_sequence != last.last_sequence ||
        ours.offset_delta != last.offset_delta) {
      all_known = false;
      continue;
    }
    producer->window = restored.window;
  }
  return all_known;
}

}  // namespace ottla
