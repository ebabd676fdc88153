#include "core/log/batch_filter.h"

#include <algorithm>
#include <array>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/log/mutants.h"
#include "core/record/record_iterator.h"

namespace ottla {

using namespace batch_format;

Result<BatchFilter::Outcome, BatchRefusal> BatchFilter::apply(const BatchView& batch, size_t size_max,
                                                              BytesBuffer& out) {
  ++counts_.batches_read;
  const bool control = batch.attributes().control();
  const bool mapped = batch.last_offset() < rules_.mapped_end;
  const std::optional<Timestamp> old_horizon = batch.delete_horizon();
  bool discards = false;       // all of its records
  bool wants_horizon = false;  // it holds something that is to go in a later pass
  std::optional<AbortedTransaction> still_aborted;
  if (control) {
    OTTLA_TRY(const auto type, control_type(batch));
    const CleanTransactions::Marker marker = transactions_.meet_marker(batch, type);
    still_aborted = marker.still_aborted;
    const bool may_go = marker.discardable || is_planted(Mutant::marker_dropped_early);
    const bool due = !type.has_value() || (old_horizon.has_value() && rules_.now >= *old_horizon) ||
                     is_planted(Mutant::marker_dropped_early);
    discards = may_go && due;
    wants_horizon = may_go && !due;
  } else {
    discards = transactions_.meet_data(batch);
  }

  Outcome outcome;
  if (!mapped) {
    outcome = pass_on(batch, out);
  } else if (discards) {
    counts_.records_read += static_cast<uint64_t>(std::max(batch.record_count(), 0));
    if (batch.record_count() > 0) marks_.hit(control ? Mark::marker_dropped : Mark::aborted_data_removed);
    outcome.kept = leave_nothing(batch, out);
  } else {
    OTTLA_TRY(const Survey found, survey(batch));
    wants_horizon = (wants_horizon || found.has_tombstone) && !old_horizon.has_value();
    if (found.has_tombstone) marks_.hit(Mark::tombstone_kept);
    std::optional<Timestamp> horizon = old_horizon;
    int64_t difference = 0;
    if (wants_horizon) {
      const Timestamp at = rules_.now + Duration::from_ms(rules_.delete_retention_ms);
      // The horizon stands in the base timestamp's place: a batch with a timestamp too far from it goes without.
      if (__builtin_sub_overflow(found.earliest.ms(), at.ms(), &difference)) {
        wants_horizon = false;
      } else {
        horizon = at;
      }
    }
    const bool all_stay = found.kept == batch.record_count();
    // Every record may grow by what a far base timestamp adds to its difference.
    const size_t grown = found.plain_size + static_cast<size_t>(found.kept) * 16;
    const bool fits = grown <= limits::kBatchSizeMax - limits::kBatchSizeMax / 16;
    if (found.kept == 0) {
      outcome.kept = leave_nothing(batch, out);
    } else if ((all_stay && !wants_horizon) || !fits) {
      outcome = pass_on(batch, out);
    } else {
      const size_t before = out.size();
      OTTLA_TRY(outcome.kept, rebuild(batch, horizon, out));
      if (outcome.kept.size() > std::max(batch.size(), size_max)) {
        out.resize(before);
        outcome = pass_on(batch, out);
      } else {
        counts_.records_kept += static_cast<uint64_t>(found.kept);
      }
    }
  }
  if (!outcome.kept.empty()) outcome.still_aborted = still_aborted;
  if (outcome.verbatim) {
    counts_.records_kept += static_cast<uint64_t>(std::max(batch.record_count(), 0));
    ++counts_.batches_verbatim;
  }
  return outcome;
}

Result<std::optional<ControlRecordType>, BatchFlaw> BatchFilter::control_type(const BatchView& batch) {
  RecordIterator records(batch, scratch_);
  RecordView record;
  const auto more = records.next(record);
  if (!more.ok()) return Failure(more.error().flaw);
  if (!*more) return std::optional<ControlRecordType>();
  if (!record.has_key()) return Failure(BatchFlaw::control_key_too_short);
  OTTLA_TRY(const ControlRecordType type, read_control_key(*record.key()));
  return std::optional<ControlRecordType>(type);
}

Result<BatchFilter::Survey, BatchRefusal> BatchFilter::survey(const BatchView& batch) {
  Survey found;
  kept_.clear();
  RecordIterator records(batch, scratch_);
  RecordView record;
  for (;;) {
    OTTLA_TRY(const bool more, records.next(record));
    if (!more) break;
    ++counts_.records_read;
    const bool stays = batch.attributes().control() || keeps(batch, record);
    kept_.push_back(stays);
    if (!stays) continue;
    if (found.kept == 0 || record.create_timestamp() < found.earliest) found.earliest = record.create_timestamp();
    ++found.kept;
    found.plain_size += record.size();
    if (!record.has_value() && !batch.attributes().control()) found.has_tombstone = true;
  }
  found.plain_size += kHeaderSize;
  return found;
}

// The newest record of its key, unless that says "deleted" and has said so long enough. A record without a key came
// before the topic was compacted and nothing can supersede it: it goes, as in Kafka. A key that the map has no room for
// stays.
bool BatchFilter::keeps(const BatchView& batch, const RecordView& record) {
  if (!record.has_key()) return false;
  const std::optional<Offset> newest = keys_.find(*record.key());
  if (newest.has_value() && record.offset() < *newest) return false;
  if (record.has_value()) return true;
  const std::optional<Timestamp> horizon = batch.delete_horizon();
  const bool due = (horizon.has_value() && rules_.now >= *horizon) || is_planted(Mutant::tombstone_dropped_early);
  if (due) marks_.hit(Mark::tombstone_dropped);
  return !due;
}

bool BatchFilter::is_last_of_producer(const BatchView& batch) const {
  if (!batch.has_producer()) return false;
  const LastOfProducer* last = producers_.find(batch.producer_id());
  if (last == nullptr) return false;
  if (last->last_unknown) return !batch.attributes().control();
  if (last->last_offset >= Offset(0)) return batch.last_offset() == last->last_offset;
  return batch.attributes().control() && batch.producer_epoch() == last->epoch;
}

Result<BytesView, BatchRefusal> BatchFilter::rebuild(const BatchView& batch, std::optional<Timestamp> horizon,
                                                     BytesBuffer& out) {
  const BatchAttributes attributes = batch.attributes();
  BatchOptions options;
  options.base_offset = batch.base_offset();
  options.leader_epoch = batch.leader_epoch();
  options.compression = batch.compression();
  options.producer_id = batch.producer_id();
  options.producer_epoch = batch.producer_epoch();
  options.base_sequence = batch.base_sequence();
  options.transactional = attributes.transactional();
  options.control = attributes.control();
  if (attributes.timestamp_type() == TimestampType::log_append_time) options.log_append_time = batch.max_timestamp();
  options.delete_horizon = horizon;
  options.base_timestamp = batch.base_timestamp();
  builder_.start(options, out);
  RecordIterator records(batch, scratch_);
  RecordView record;
  for (const bool stays : kept_) {
    const auto more = records.next(record);
    if (!more.ok() || !*more) {
      builder_.abandon();
      return Failure(more.ok() ? BatchRefusal(BatchFlaw::records_missing) : more.error());
    }
    if (stays) builder_.append_copy(record);
  }
  builder_.reserve_last_offset(batch.last_offset());
  return builder_.finish();
}

BatchFilter::Outcome BatchFilter::pass_on(const BatchView& batch, BytesBuffer& out) {
  const size_t start = out.size();
  out.append(batch.bytes());
  return {.kept = out.view().from(start), .still_aborted = std::nullopt, .verbatim = true};
}

BytesView BatchFilter::leave_nothing(const BatchView& batch, BytesBuffer& out) {
  const size_t start = out.size();
  if (is_last_of_producer(batch) && !is_planted(Mutant::producer_forgotten_by_cleaner)) {
    marks_.hit(Mark::empty_batch_kept);
    append_emptied_batch(batch, out);
  }
  return out.view().from(start);
}

BytesView append_placeholder(BytesView header, BytesBuffer& out) {
  const size_t start = out.size();
  std::copy_n(header.data(), kHeaderSize, out.extend(kHeaderSize));
  uint8_t* to = out.data() + start;
  store_be(to + kLength, static_cast<int32_t>(kHeaderSize - kLengthEnd));
  store_be(to + kAttributes,
           static_cast<uint16_t>(load_be<uint16_t>(header.data() + kAttributes) & BatchAttributes::kLogAppendTime));
  store_be(to + kBaseTimestamp, Timestamp::none().ms());
  store_be(to + kProducerId, kNoProducer.value());
  store_be(to + kProducerEpoch, kNoProducerEpoch.value());
  store_be(to + kBaseSequence, kNoSequence.value());
  store_be(to + kRecordCount, int32_t{0});
  store_be(to + kCrc, crc32c(BytesView(to, kHeaderSize).from(kAttributes)));
  return out.view().from(start);
}

}  // namespace ottla
