// What an owner appends to its log, one function a kind of append, and what the log must answer.
#include "core/base/endian.h"
#include "core/log/history_run_testing.h"
#include "core/record/control_records.h"

namespace ottla::log_testing {

namespace {

constexpr int64_t kFirstIdempotent = 1;
constexpr int64_t kFirstTransactional = 11;
constexpr uint32_t kProducersEach = 3;

std::string number(Offset offset) { return std::to_string(offset.value()); }

}  // namespace

// --- Batches

// Records of which no two are alike.
ModelBatch HistoryRun::draw_batch(uint32_t draw) {
  ModelBatch batch;
  batch.epoch = epoch_;
  batch.first_timestamp = now() + Duration::from_ms(draw % 40);
  batch.base = model_.log_end;
  batch.last = batch.base + static_cast<int64_t>(draw / 40 % 4);
  return batch;
}

void HistoryRun::sequence(ModelBatch& batch, ProducerId id, ProducerEpoch epoch, Sequence first) {
  batch.producer = id;
  batch.producer_epoch = epoch;
  batch.first_sequence = first;
  batch.last_sequence = sequence_after(first, static_cast<int32_t>(batch.last - batch.base));
}

// The batch as its producer sends it, with `base`, and in the model as the file will have it.
Bytes HistoryRun::build(ModelBatch& batch, Offset base) {
  BytesBuffer out;
  if (batch.ends != ModelBatch::Ends::nothing) {
    append_transaction_end(
        {.type = batch.ends == ModelBatch::Ends::committed ? ControlRecordType::commit : ControlRecordType::abort,
         .marker = {},
         .producer_id = batch.producer,
         .producer_epoch = batch.producer_epoch,
         .timestamp = batch.first_timestamp,
         .offset = base,
         .leader_epoch = batch.epoch},
        builder_, out);
  } else {
    builder_.start({.base_offset = base,
                    .leader_epoch = batch.epoch,
                    .producer_id = batch.producer,
                    .producer_epoch = batch.producer_epoch,
                    .base_sequence = batch.first_sequence,
                    .transactional = batch.transactional},
                   out);
    for (int64_t index = 0; index <= batch.last - batch.base; ++index) {
      const uint64_t serial = ++serial_;
      std::string value = std::to_string(serial);
      // Now and then as long as a page: something to tear.
      value.resize(value.size() + (serial % 11 == 0 ? 300 + serial % 4'000 : serial % 60), 'x');
      const size_t of_key = serial % ModelRecord::kKeys;
      const bool tombstone = serial % 8 == 0;
      const std::string key = std::to_string(of_key);
      RecordToAppend record{.timestamp = batch.first_timestamp + Duration::from_ms(index), .key = BytesView::of(key)};
      if (!tombstone) record.value = BytesView::of(value);
      builder_.append(record);
      batch.records.push_back({of_key, tombstone});
    }
    builder_.finish();
  }
  Bytes sent = out.freeze();
  batch.bytes = std::string(BytesView(sent).text());
  auto* bytes = reinterpret_cast<uint8_t*>(batch.bytes.data());
  store_be(bytes + batch_format::kBaseOffset, batch.base.value());
  store_be(bytes + batch_format::kLeaderEpoch, batch.epoch.value());
  return sent;
}

void HistoryRun::append_leader(Log& log, ModelBatch batch, const Expected& expected) {
  const uint64_t hits = disk_.faults().hit_count();
  const bool marker = batch.ends != ModelBatch::Ends::nothing;
  const Bytes sent = build(batch, Offset(0));
  if (static_cast<int64_t>(sent.size()) > settings_.segment_size_max) return;
  ++outcome_.appends;
  const Timestamp largest = batch.first_timestamp + Duration::from_ms(batch.last - batch.base);
  const auto appended = log.append_as_leader({.batch = sent,
                                              .epoch = epoch_,
                                              .origin = marker ? BatchOrigin::coordinator : BatchOrigin::client,
                                              .max_timestamp = largest,
                                              .now = largest});
  using Answer = Expected::Answer;
  if (appended.ok() && appended->duplicate) {
    if (expected.answer != Answer::duplicate || appended->first_offset != expected.first_offset ||
        appended->last_offset != expected.last_offset) {
      break_promise("taken for a duplicate of " + number(appended->first_offset));
    }
    return;
  }
  if (appended.ok()) {
    if (expected.answer != Answer::appended) return break_promise("appended what should have been refused");
    if (appended->first_offset != model_.log_end) return break_promise("appended at " + number(appended->first_offset));
    return model_.append(std::move(batch));
  }
  const LogError error = appended.error();
  if (error == LogError::io || error == LogError::no_space || error == LogError::offline) {
    if (disk_.has_power() && disk_.faults().hit_count() == hits && !disk_full_) {
      break_promise("an append fails without a fault");
    }
    model_.undecided.push_back(std::move(batch));
    return;
  }
  const bool fits = !expected.code.has_value() || error == *expected.code;
  if (expected.answer == Answer::appended || (expected.answer == Answer::duplicate && !expected.refusal_allowed) ||
      !fits) {
    break_promise("refused: " + std::string(text(error.code())));
  }
}

void HistoryRun::append(Log& log, const Operation& operation) { append_leader(log, draw_batch(operation.a), {}); }

void HistoryRun::append_idempotent(Log& log, const Operation& operation) {
  using Answer = Expected::Answer;
  const ProducerId id(kFirstIdempotent + operation.b % kProducersEach);
  ModelProducer& producer = model_.producers[id];
  ModelBatch batch = draw_batch(operation.a);
  const uint32_t how = operation.b / kProducersEach % 20;
  const ProducerEpoch next_epoch(static_cast<int16_t>(producer.epoch.value() + 1));
  if (producer.unknown || producer.epoch == kNoProducerEpoch || how == 0) {
    sequence(batch, id, next_epoch, Sequence(0));
    return append_leader(log, std::move(batch), {});
  }
  if (how <= 5 && !producer.window.empty()) {
    // Sent again, for the answer was lost.
    const size_t age = operation.a % producer.window.size();
    const ModelProducer::Sent& sent = producer.window[producer.window.size() - 1 - age];
    batch.last = batch.base + (sent.last_offset - sent.first_offset);
    sequence(batch, id, producer.epoch, sent.first);
    return append_leader(log, std::move(batch),
                         {.answer = Answer::duplicate,
                          .refusal_allowed = age >= producer.sure_count,
                          .first_offset = sent.first_offset,
                          .last_offset = sent.last_offset});
  }
  if (how == 6) {
    sequence(batch, id, producer.epoch,
             sequence_after(producer.next_sequence(), 1 + static_cast<int32_t>(operation.a % 5)));
    return append_leader(log, std::move(batch),
                         {.answer = Answer::not_appended, .code = LogError::out_of_order_sequence});
  }
  if (how == 7 && producer.epoch.value() > 0) {
    sequence(batch, id, ProducerEpoch(static_cast<int16_t>(producer.epoch.value() - 1)), Sequence(0));
    return append_leader(log, std::move(batch),
                         {.answer = Answer::not_appended, .code = LogError::invalid_producer_epoch});
  }
  sequence(batch, id, producer.epoch, producer.next_sequence());
  append_leader(log, std::move(batch), {});
}

void HistoryRun::append_transactional(Log& log, const Operation& operation) {
  const ProducerId id(kFirstTransactional + operation.b % kProducersEach);
  ModelProducer& producer = model_.producers[id];
  ModelBatch batch = draw_batch(operation.a);
  batch.transactional = true;
  if (producer.transaction_first.has_value() && operation.b / kProducersEach % 2 == 0) {
    return end_transaction(log, id, operation.b / 8 % 2 == 0, std::move(batch));
  }
  if (producer.unknown) {
    // Its transaction may be open in an older epoch, which only its coordinator could end.
    if (model_.lost_transaction_start) return;
    sequence(batch, id, ProducerEpoch(static_cast<int16_t>(producer.epoch.value() + 1)), Sequence(0));
  } else {
    sequence(batch, id, producer.epoch, producer.next_sequence());
  }
  append_leader(log, std::move(batch), {});
}

void HistoryRun::end_transaction(Log& log, ProducerId id, bool commit, ModelBatch batch) {
  batch.transactional = true;
  batch.last = batch.base;
  batch.producer = id;
  batch.producer_epoch = model_.producers[id].epoch;
  batch.ends = commit ? ModelBatch::Ends::committed : ModelBatch::Ends::aborted;
  append_leader(log, std::move(batch), {});
}

// All that are open, as their coordinators would in time.
void HistoryRun::end_transactions(uint32_t draw) {
  for (uint32_t which = 0; which < kProducersEach; ++which) {
    const ProducerId id(kFirstTransactional + which);
    const auto producer = model_.producers.find(id);
    Log* log = ready_log();
    if (log == nullptr || over()) return;
    if (producer == model_.producers.end() || !producer->second.transaction_first.has_value()) continue;
    end_transaction(*log, id, (draw >> which) % 2 == 0, draw_batch(draw));
  }
}

void HistoryRun::append_replicated(Log& log, const Operation& operation) {
  const uint64_t hits = disk_.faults().hit_count();
  std::vector<ModelBatch> batches;
  BytesBuffer all;
  LogModel ahead;  // where producers stand, batch by batch
  ahead.producers = model_.producers;
  ahead.log_end = model_.log_end;
  for (uint32_t left = 1 + operation.b % 3; left > 0; --left) {
    ModelBatch batch = draw_batch(operation.a + left * 41);
    batch.base = ahead.log_end + static_cast<int64_t>(operation.b % 31 == 0 ? 3 : 0);
    batch.last = batch.base + static_cast<int64_t>((operation.a + left) % 4);
    const ProducerId id(kFirstIdempotent + (operation.b + left) % kProducersEach);
    if ((operation.b + left) % 4 == 0 && !ahead.producers[id].unknown) {
      sequence(batch, id, ahead.producers[id].epoch, ahead.producers[id].next_sequence());
    }
    const Bytes one = build(batch, batch.base);
    if (static_cast<int64_t>(one.size()) > settings_.segment_size_max) break;
    all.append(one);
    ahead.append(batch);
    batches.push_back(std::move(batch));
  }
  if (batches.empty()) return;
  outcome_.appends += batches.size();
  const auto appended = log.append_as_follower(all.freeze(), batches.front().first_timestamp);
  if (appended.ok()) {
    for (ModelBatch& batch : batches) model_.append(std::move(batch));
    return;
  }
  if (disk_.has_power() && disk_.faults().hit_count() == hits && !disk_full_) {
    return break_promise("replication fails without a fault: " + std::string(text(appended.error().code())));
  }
  for (ModelBatch& batch : batches) {
    if (batch.last < log.log_end()) {
      model_.append(std::move(batch));
    } else {
      model_.undecided.push_back(std::move(batch));
    }
  }
}

void HistoryRun::append_refused(Log& log, const Operation& operation) {
  ModelBatch batch = draw_batch(operation.a);
  const auto expect = [&](const auto& result, LogError::Code code) {
    if (result.ok() || result.error() != code) break_promise("not refused: " + std::string(text(code)));
  };
  if (operation.a % 3 == 0 && model_.log_end > Offset(0)) {
    const Bytes sent = build(batch, model_.log_end - 1);
    if (static_cast<int64_t>(sent.size()) > settings_.segment_size_max) return;
    return expect(log.append_as_follower(sent, batch.first_timestamp), LogError::offset_not_after_end);
  }
  if (operation.a % 3 == 1 && log.epochs().latest() > LeaderEpoch(0)) {
    batch.epoch = LeaderEpoch(log.epochs().latest().value() - 1);
    const Bytes sent = build(batch, model_.log_end);
    if (static_cast<int64_t>(sent.size()) > settings_.segment_size_max) return;
    return expect(log.append_as_follower(sent, batch.first_timestamp), LogError::epoch_too_old);
  }
  expect(log.append_as_follower(Bytes::copy_of(BytesView::of("no batch")), batch.first_timestamp),
         LogError::batch_malformed);
}

}  // namespace ottla::log_testing
