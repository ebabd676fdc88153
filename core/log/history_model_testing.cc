#include "core/log/history_model_testing.h"

#include <algorithm>
#include <utility>

#include "core/model/limits.h"

namespace ottla::log_testing {

namespace {

std::string number(Offset offset) { return std::to_string(offset.value()); }

}  // namespace

void LogModel::append(ModelBatch batch) {
  log_end = batch.last + 1;
  count_in(batch);
  batches.push_back(std::move(batch));
}

void LogModel::cut(Offset end) {
  log_end = boundary(end);
  while (!batches.empty() && batches.back().last >= end) batches.pop_back();
  std::erase_if(undecided, [&](const ModelBatch& batch) { return batch.last >= end; });
  // The batch that the log start lies in went, so nothing is left.
  if (log_end < log_start) return restart(log_start);
  acknowledged = std::min(acknowledged, log_end);
  rebuild_producers();
}

void LogModel::restart(Offset start) {
  batches.clear();
  released.clear();
  undecided.clear();
  log_start = log_end = acknowledged = highest_log_start = start;
  rebuild_producers();
}

void LogModel::forget_below(Offset base) {
  for (const ModelTransaction& transaction : transactions()) {
    if (transaction.first < base && transaction.marker.value_or(base) >= base) lost_transaction_start = true;
  }
  const auto kept =
      std::find_if(batches.begin(), batches.end(), [&](const ModelBatch& batch) { return batch.base >= base; });
  released.insert(released.end(), batches.begin(), kept);
  batches.erase(batches.begin(), kept);
}

void LogModel::rebuild_producers() {
  for (auto& [id, producer] : producers) {
    producer.window.clear();
    producer.unknown = true;
    producer.transaction_first.reset();
  }
  for (const ModelBatch& batch : batches) count_in(batch);
  for (auto& [id, producer] : producers) producer.sure_count = producer.window.empty() ? 0 : 1;
}

void LogModel::count_in(const ModelBatch& batch) {
  if (batch.producer == kNoProducer) return;
  ModelProducer& producer = producers[batch.producer];
  if (batch.ends != ModelBatch::Ends::nothing) {
    producer.transaction_first.reset();
    return;
  }
  if (batch.producer_epoch != producer.epoch || producer.unknown) {
    producer.window.clear();
    producer.sure_count = 0;
  }
  producer.epoch = batch.producer_epoch;
  producer.unknown = false;
  producer.window.push_back({batch.first_sequence, batch.last_sequence, batch.base, batch.last});
  if (producer.window.size() > limits::kProducerWindow) producer.window.pop_front();
  producer.sure_count = std::min(producer.sure_count + 1, producer.window.size());
  if (batch.transactional && !producer.transaction_first.has_value()) producer.transaction_first = batch.base;
}

const ModelBatch* LogModel::at(Offset base) const {
  const auto found = std::lower_bound(batches.begin(), batches.end(), base,
                                      [](const ModelBatch& batch, Offset offset) { return batch.base < offset; });
  return found == batches.end() || found->base != base ? nullptr : &*found;
}

const ModelBatch* LogModel::first_from(Offset offset, Offset end) const {
  const auto found = std::lower_bound(batches.begin(), batches.end(), offset,
                                      [](const ModelBatch& batch, Offset at) { return batch.last < at; });
  return found == batches.end() || found->last >= end ? nullptr : &*found;
}

Offset LogModel::boundary(Offset offset) const {
  const auto found = std::lower_bound(batches.begin(), batches.end(), offset,
                                      [](const ModelBatch& batch, Offset at) { return batch.last < at; });
  return found != batches.end() && found->base < offset ? found->base : std::min(offset, log_end);
}

Offset LogModel::least_end(Offset offset) const {
  const Offset end = boundary(offset);
  if (end < log_start) return Offset(0);  // everything goes
  const auto kept =
      std::find_if(batches.rbegin(), batches.rend(), [&](const ModelBatch& one) { return one.last < end; });
  if (kept != batches.rend()) return kept->last + 1;
  return std::min(log_start, end);
}

std::vector<ModelTransaction> LogModel::transactions() const {
  std::vector<ModelTransaction> all;
  std::map<ProducerId, size_t> open;
  for (const ModelBatch& batch : batches) {
    const auto found = open.find(batch.producer);
    if (batch.ends != ModelBatch::Ends::nothing) {
      if (found == open.end()) continue;
      all[found->second].marker = batch.base;
      all[found->second].aborted = batch.ends == ModelBatch::Ends::aborted;
      open.erase(found);
    } else if (batch.transactional && found == open.end()) {
      open[batch.producer] = all.size();
      all.push_back({.producer = batch.producer, .first = batch.base, .marker = std::nullopt});
    }
  }
  return all;
}

std::string compare_epochs(const Log& log, const LogModel& model) {
  for (const ModelBatch& batch : model.batches) {
    if (batch.gone || batch.base < std::max(model.log_start, model.highest_log_start)) continue;
    const LeaderEpoch told = log.epochs().at(batch.base);
    if (told == batch.epoch) continue;
    return "offset " + number(batch.base) + " is of epoch " + std::to_string(batch.epoch.value()) + ", the log says " +
           std::to_string(told.value());
  }
  if (!log.epochs().empty() && log.epochs().lines().back().start_offset > log.log_end()) {
    return "an epoch begins above the log end";
  }
  return "";
}

std::string compare_producers(const Log& log, const LogModel& model) {
  for (const auto& [id, producer] : model.producers) {
    if (producer.unknown) continue;
    const auto known = log.producers().find(id);
    const std::string who = "producer " + std::to_string(id.value());
    if (!known.has_value()) return who + " is forgotten";
    if (known->epoch != producer.epoch || known->last_sequence != producer.window.back().last ||
        known->last_offset != producer.window.back().last_offset) {
      return who + " sent " + std::to_string(producer.window.back().last.value()) + " of epoch " +
             std::to_string(producer.epoch.value()) + " last, at " + number(producer.window.back().last_offset) +
             "; the log knows " + std::to_string(known->last_sequence.value()) + " of epoch " +
             std::to_string(known->epoch.value()) + " at " + number(known->last_offset);
    }
    if (!model.lost_transaction_start && known->transaction_first_offset != producer.transaction_first) {
      return who + (producer.transaction_first.has_value() ? " has" : " has no") + " open transaction";
    }
  }
  return "";
}

std::string compare_stable_end(const Log& log, const LogModel& model) {
  if (model.lost_transaction_start) return "";
  Offset expected = model.log_end;
  for (const ModelTransaction& transaction : model.transactions()) {
    if (!transaction.marker.has_value()) expected = std::min(expected, transaction.first);
  }
  expected = std::max(expected, model.log_start);
  const Offset told = log.stable_end(log.log_end());
  return told == expected ? "" : "the stable end is " + number(expected) + ", the log says " + number(told);
}

std::string compare_aborted(const std::vector<AbortedTransaction>& aborted, const LogModel& model, Offset start,
                            Offset end, const std::function<bool(Offset)>& has_data) {
  for (const ModelTransaction& transaction : model.transactions()) {
    if (!transaction.marker.has_value()) continue;
    for (const ModelBatch& batch : model.batches) {
      if (batch.producer != transaction.producer || !batch.transactional || batch.base < transaction.first ||
          batch.base >= *transaction.marker || batch.last < start || batch.base >= end ||
          batch.base < model.log_start) {
        continue;
      }
      const bool told = std::any_of(aborted.begin(), aborted.end(), [&](const AbortedTransaction& one) {
        return one.producer_id == transaction.producer && one.first_offset <= batch.base &&
               one.last_offset >= batch.base;
      });
      if (told != transaction.aborted && has_data(batch.base)) {
        return "the transaction with data at " + number(batch.base) + " is " +
               (transaction.aborted ? "aborted" : "committed") + " at " + number(*transaction.marker) +
               ", the log says otherwise";
      }
    }
  }
  return "";
}

}  // namespace ottla::log_testing
