// Feeds the batches of a scan to producer state, and what it says of ended transactions to the segment's aborted index.
#pragma once

#include "core/log/producer_state.h"
#include "core/log/segment_scan.h"

namespace ottla {

// What a batch does to producer state and aborted index once it stands in the log; appends and scans alike.
inline void replay(const std::optional<ProducerBatch>& batch, ProducerState& producers, SegmentContent& content) {
  if (!batch.has_value()) return;
  const std::optional<EndedTransaction> ended = producers.apply(*batch);
  if (!ended.has_value() || !ended->aborted) return;
  content.append_aborted({.producer_id = ended->producer_id,
                          .first_offset = ended->first_offset,
                          .last_offset = ended->last_offset,
                          .last_stable_offset = producers.last_stable_after(*ended)});
}

class ProducerReplay : public SegmentScan::Visitor {
 public:
  // `producers` has seen everything below its map_end.
  explicit ProducerReplay(ProducerState& producers) : producers_(producers) {}

  // What cannot be read of a marker makes the batch damaged: its checksum was right, so nobody sound wrote it.
  bool accept(const BatchView& batch) override {
    batch_.reset();
    if (!batch.has_producer() || batch.base_offset() < producers_.map_end()) return true;
    auto facts = ProducerBatch::of(batch);
    if (!facts.ok()) return false;
    batch_ = *facts;
    return true;
  }
  void visit(const BatchView& batch, SegmentContent& content) override {
    replay(batch_, producers_, content);
    if (producers_.map_end() < batch.next_offset()) producers_.set_map_end(batch.next_offset());
  }

 private:
  ProducerState& producers_;
  std::optional<ProducerBatch> batch_;
};

}  // namespace ottla
