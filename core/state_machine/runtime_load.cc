// How a tenant's hard state is rebuilt from the log.
#include <algorithm>
#include <utility>

#include "core/record/control_records.h"
#include "core/record/record_iterator.h"
#include "core/state_machine/runtime.h"

namespace ottla {

// Everything that the log holds now is to be committed and read: a leader knows it and may not lose it on its own account,
// so nothing that is decided may depend on less.
void TenantRuntime::begin_load() {
  trouble_.clear();
  state_ = State::loading;
  load_end_ = log_->log_end();
  position_ = log_->log_start();
  committed_end_ = log_->committed_end();
  may_read_ = true;
  unknown_count_ = 0;
  timeline_ = std::make_unique<Timeline>();
  tenant_ = options_.maker->make(*timeline_, *this);
}

// One read a turn: a long log must not hold up everybody else.
void TenantRuntime::load_step() {
  if (!std::exchange(may_read_, false)) return;
  load_end_ = log_->log_end();
  const Offset end = std::min(committed_end_, load_end_);
  timeline_->commit(end);
  if (position_ < end) {
    const auto records = log_->read(position_, options_.load_step);
    if (!records.ok()) return fail(std::string(text(records.error().code())));
    if (!*records) return;  // readable() comes
    may_read_ = true;
    if ((*records)->batches.empty()) {
      position_ = end;  // compaction took what was there
    } else if (!replay_batches((*records)->batches)) {
      return;
    }
  }
  if (position_ < load_end_) return;
  timeline_->commit(load_end_);
  written_end_ = position_;
  state_ = State::serving;
  options_.sink->debug("state_machine", "loaded",
                       {{"log", options_.name}, {"end", position_.value()}, {"unknown", unknown_count_}});
  tenant_->loaded(now_, wall_);
}

bool TenantRuntime::replay_batches(BytesView batches) {
  while (!batches.empty()) {
    const auto batch = BatchView::first_of(batches);
    if (!batch.ok()) {
      fail("a batch at offset " + std::to_string(position_.value()) + " is damaged");
      return false;
    }
    if (batch->next_offset() > load_end_ || batch->last_offset() < position_) {
      fail("a batch at offset " + std::to_string(position_.value()) + " is out of place");
      return false;
    }
    if (!(batch->attributes().control() ? replay_control(*batch) : replay_batch(*batch))) {
      fail("the batch at offset " + std::to_string(batch->base_offset().value()) + " cannot be read");
      return false;
    }
    position_ = batch->next_offset();
    batches = batches.from(batch->size());
  }
  return true;
}

bool TenantRuntime::replay_batch(const BatchView& batch) {
  RecordIterator records(batch, scratch_);
  RecordView record;
  for (;;) {
    const auto more = records.next(record);
    if (!more.ok()) return false;
    if (!*more) return true;
    if (record.offset() < position_ || !record.has_key()) continue;  // without a key nothing can be meant
    TransactionOf transaction;
    if (batch.attributes().transactional()) transaction = {batch.producer_id(), batch.producer_epoch()};
    replay({.offset = record.offset(),
            .timestamp = record.timestamp(),
            .key = *record.key(),
            .value = record.value(),
            .transaction = transaction});
  }
}

bool TenantRuntime::replay_control(const BatchView& batch) {
  RecordIterator records(batch, scratch_);
  RecordView record;
  for (;;) {
    const auto more = records.next(record);
    if (!more.ok()) return false;
    if (!*more) return true;
    if (record.offset() < position_ || !record.has_key()) continue;
    const auto type = read_control_key(*record.key());
    if (!type.ok()) return false;
    if (*type != ControlRecordType::abort && *type != ControlRecordType::commit) continue;
    timeline_->advance(record.offset());
    tenant_->transaction_ended({batch.producer_id(), batch.producer_epoch()}, *type == ControlRecordType::commit);
  }
}

void TenantRuntime::replay(const ReplayedRecord& record) {
  timeline_->advance(record.offset);
  if (tenant_->replay(record)) return;
  if (unknown_count_++ == 0) {
    options_.sink->warn("state_machine", "a record of an unknown kind is left alone",
                        {{"log", options_.name}, {"offset", record.offset.value()}});
  }
}

}  // namespace ottla
