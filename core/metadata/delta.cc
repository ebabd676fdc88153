#include "core/metadata/delta.h"

#include <algorithm>

#include "core/metadata/delta_text.h"
#include "core/model/limits.h"
#include "core/record/batch_view.h"
#include "core/record/record_iterator.h"
#include "core/wire/codec.h"

namespace ottla {

using metadata_detail::refuse;

MetadataDelta::MetadataDelta(ImagePtr before)
    : before_(std::move(before)), next_(std::make_shared<MetadataImage>(*before_)) {
  if (before_->transaction_ != nullptr) {
    transaction_ = std::make_shared<std::vector<Bytes>>(*before_->transaction_);
  }
}

MetadataDelta::~MetadataDelta() = default;

MetadataResult<> MetadataDelta::apply(Offset offset, LeaderEpoch epoch, BytesView record) {
  OTTLA_ASSERT(after_ == nullptr);
  if (offset < next_->end_) return {};
  auto open = wire::open_record(wire::RecordFamily::metadata, record);
  if (!open.ok()) return refuse(offset, "unreadable record: " + open.error().text());
  MetadataResult<> applied = transaction_ != nullptr ? in_transaction(*open, record) : apply_open(*open, record);
  if (!applied.ok()) return refuse(offset, std::string(open->message->name()) + ": " + applied.error().text);
  reached(offset + 1, epoch);
  return {};
}

// Calls `take` with each record of the data batches that end after `from`.
template <class Take>
MetadataResult<> MetadataDelta::for_each_record(BytesView batches, DecompressionScratch& scratch, Offset from,
                                                Take&& take) {
  while (!batches.empty()) {
    const auto batch = BatchView::first_of(batches);
    if (!batch.ok()) return refuse(from, "unreadable batch: " + std::string(flaw_name(batch.error().flaw)));
    if (!batch->attributes().control() && batch->next_offset() > from) {
      RecordIterator records(*batch, scratch);
      RecordView record;
      for (;;) {
        const auto more = records.next(record);
        if (!more.ok()) return refuse(from, "unreadable batch: " + std::string(flaw_name(more.error().flaw)));
        if (!*more) break;
        if (!record.value()) return refuse(record.offset(), "a record without a value");
        OTTLA_TRY_DONE(take(*batch, record));
      }
    }
    batches = batches.from(batch->size());
  }
  return {};
}

MetadataResult<> MetadataDelta::apply_batches(BytesView batches, DecompressionScratch& scratch) {
  OTTLA_TRY_DONE(for_each_record(batches, scratch, end(), [&](const BatchView& batch, const RecordView& record) {
    return apply(record.offset(), batch.leader_epoch(), *record.value());
  }));
  while (!batches.empty()) {
    const auto batch = BatchView::first_of(batches);
    OTTLA_ASSERT(batch.ok());
    if (batch->next_offset() > end()) reached(batch->next_offset(), batch->leader_epoch());
    batches = batches.from(batch->size());
  }
  return {};
}

MetadataResult<> MetadataDelta::apply_snapshot(BytesView batches, DecompressionScratch& scratch) {
  return for_each_record(batches, scratch, Offset(0), [&](const BatchView& batch, const RecordView& record) {
    return apply(end(), batch.leader_epoch(), *record.value());
  });
}

void MetadataDelta::reached(Offset end, LeaderEpoch epoch) {
  next_->end_ = std::max(next_->end_, end);
  next_->epoch_ = std::max(next_->epoch_, epoch);
}

MetadataResult<> MetadataDelta::on(const wire::BeginTransactionRecord&) {
  transaction_ = std::make_shared<std::vector<Bytes>>();
  return {};
}

// Between the begin and the end of a transaction records only gather.
MetadataResult<> MetadataDelta::in_transaction(const wire::OpenRecord& record, BytesView bytes) {
  const wire::Message& message = *record.message;
  if (&message == &wire::message_of<wire::BeginTransactionRecord>())
    return refuse("a transaction within a transaction");
  const bool aborts = &message == &wire::message_of<wire::AbortTransactionRecord>();
  const bool ends = &message == &wire::message_of<wire::EndTransactionRecord>();
  if (!aborts && !ends) {
    if (transaction_->size() >= limits::kMetadataTransactionMax) return refuse("a transaction of too many records");
    transaction_->push_back(Bytes::copy_of(bytes));
    return {};
  }
  const std::shared_ptr<const std::vector<Bytes>> gathered = std::move(transaction_);
  if (aborts) return {};
  for (const Bytes& each : *gathered) {
    auto open = wire::open_record(wire::RecordFamily::metadata, each);
    if (!open.ok()) return refuse("unreadable record: " + open.error().text());
    OTTLA_TRY_DONE(apply_open(*open, each));
  }
  return {};
}

// Finds the record's struct among those listed, and applies it.
MetadataResult<> MetadataDelta::apply_open(const wire::OpenRecord& record, BytesView bytes) {
  const wire::Message& message = *record.message;
  bool found = false;
  MetadataResult<> result;
  arena_.reset();
  const auto decoded = [&](auto& into) -> MetadataResult<> {
    const auto read = wire::decode(record.body, record.version, arena_, into);
    if (!read.ok()) return refuse(read.error().text());
    return {};
  };
  const auto take = [&]<class Record>(Record) {
    if (found || &message != &wire::message_of<Record>()) return;
    found = true;
    Record into;
    result = decoded(into);
    if (result.ok()) result = on(into);
  };
  take(wire::PartitionRecord());
  take(wire::PartitionChangeRecord());
  take(wire::TopicRecord());
  take(wire::RemoveTopicRecord());
  take(wire::ConfigRecord());
  take(wire::BrokerRegistrationChangeRecord());
  take(wire::RegisterBrokerRecord());
  take(wire::UnregisterBrokerRecord());
  take(wire::FenceBrokerRecord());
  take(wire::UnfenceBrokerRecord());
  take(wire::FeatureLevelRecord());
  take(wire::ProducerIdsRecord());
  take(wire::ClearElrRecord());
  take(wire::NoOpRecord());
  take(wire::ZkMigrationStateRecord());
  take(wire::BeginTransactionRecord());
  if (found) return result;
  return carry(record, bytes);
}

MetadataResult<ImagePtr> MetadataDelta::finish() {
  OTTLA_ASSERT(after_ == nullptr);
  OTTLA_TRY_DONE(finish_topics());
  finish_configs();
  finish_brokers();
  features_changed_ = features_ != nullptr;
  if (features_changed_) next_->features_ = features_;
  next_->transaction_ = std::move(transaction_);
  after_ = std::move(next_);
  return after_;
}

}  // namespace ottla
