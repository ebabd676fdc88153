// Producers whose first batch in a partition was refused for a reason that passes (a full disk, say) while the next ones
// are on their way. A partition that knows nothing of a producer lets it begin with any sequence, since what it knew may
// have expired; but here the beginning is known: were the second batch stored first, the first one could never follow.
// So nothing of that producer is taken before the batch that was refused comes again. What is refused meanwhile is told
// OUT_OF_ORDER_SEQUENCE_NUMBER, which producers take back in order as long as a batch before is not answered.
//
// In memory and bounded: when there are too many, the oldest knowledge is not worth keeping and all is forgotten.
#pragma once

#include <cstddef>
#include <functional>

#include "core/base/hash_map.h"
#include "core/log/log.h"
#include "core/log/log_host.h"
#include "core/model/ids.h"
#include "core/model/limits.h"
#include "core/record/batch_view.h"

namespace ottla {

class RefusedFirsts {
 public:
  // May the batch be appended, as far as this goes?
  [[nodiscard]] bool lets_begin(const Log& log, const BatchView& batch) const {
    if (firsts_.empty() || batch.producer_id() == kNoProducer) return true;
    const Sequence* first = firsts_.find(key_of(log, batch));
    return first == nullptr || *first == batch.base_sequence() || log.producers().find(batch.producer_id()).has_value();
  }
  void refused(const Log& log, const BatchView& batch) {
    if (batch.producer_id() == kNoProducer || log.producers().find(batch.producer_id()).has_value()) return;
    if (firsts_.size() >= limits::kRefusedFirstsMax) firsts_.clear();
    firsts_.try_emplace(key_of(log, batch), batch.base_sequence());
  }
  void appended(const Log& log, const BatchView& batch) {
    if (!firsts_.empty() && batch.producer_id() != kNoProducer) firsts_.erase(key_of(log, batch));
  }
  [[nodiscard]] size_t count() const { return firsts_.size(); }

 private:
  struct Key {
    LogNumber log;
    ProducerId producer;
    ProducerEpoch epoch;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept {
      return std::hash<LogNumber>{}(key.log) * 31 + std::hash<ProducerId>{}(key.producer) * 7 +
             std::hash<ProducerEpoch>{}(key.epoch);
    }
  };
  static Key key_of(const Log& log, const BatchView& batch) {
    return {.log = log.number(), .producer = batch.producer_id(), .epoch = batch.producer_epoch()};
  }

  HashMap<Key, Sequence, KeyHash> firsts_;
};

}  // namespace ottla
