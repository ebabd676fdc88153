#include "core/record/batch_check.h"

#include "core/record/record_grammar.h"
#include "core/record/record_window.h"

namespace ottla {
namespace {

using record_grammar::ContiguousCursor;
using record_grammar::read_fields;
using record_grammar::RecordFields;
using record_grammar::WindowCursor;

constexpr int32_t kControlKeySizeMin = 4;

// Holds each record against its batch and the rules, and gathers the facts.
class Judge {
 public:
  Judge(const BatchView& batch, const AppendRules& rules, bool compacted)
      : base_timestamp_(batch.base_timestamp().ms()),
        earliest_(rules.earliest.ms()),
        latest_(rules.latest.ms()),
        key_size_min_(batch.attributes().control() ? kControlKeySizeMin : (rules.keys_required ? 0 : -1)),
        short_key_(batch.attributes().control() ? BatchFlaw::control_key_too_short : BatchFlaw::key_missing),
        last_offset_delta_(batch.last_offset_delta()),
        gaps_allowed_(compacted) {}

  // False: flaw says why.
  [[gnu::always_inline]] bool take(const RecordFields& record, BatchFlaw& flaw) {
    const bool in_order = gaps_allowed_
                              ? record.offset_delta >= next_offset_delta_ && record.offset_delta <= last_offset_delta_
                              : record.offset_delta == next_offset_delta_;
    if (!in_order) [[unlikely]] {
      flaw = BatchFlaw::offset_delta_mismatch;
      return false;
    }
    next_offset_delta_ = int64_t{record.offset_delta} + 1;

    int64_t timestamp = 0;
    if (__builtin_add_overflow(base_timestamp_, record.timestamp_delta, &timestamp)) [[unlikely]] {
      flaw = BatchFlaw::timestamp_overflow;
      return false;
    }
    if ((timestamp < earliest_ || timestamp > latest_) && timestamp != Timestamp::none().ms()) [[unlikely]] {
      flaw = BatchFlaw::timestamp_out_of_range;
      return false;
    }
    if (timestamp > max_timestamp_) {
      max_timestamp_ = timestamp;
      max_timestamp_offset_delta_ = record.offset_delta;
    }
    if (record.key_size < key_size_min_) [[unlikely]] {
      flaw = short_key_;
      return false;
    }
    return true;
  }

  [[nodiscard]] BatchFacts facts(const BatchView& batch, size_t records_size) const {
    BatchFacts facts;
    facts.record_count = batch.record_count();
    facts.records_size = records_size;
    if (batch.attributes().timestamp_type() == TimestampType::log_append_time) {
      facts.max_timestamp = batch.max_timestamp();
      facts.max_timestamp_offset_delta = batch.record_count() > 0 ? 0 : -1;
    } else {
      facts.max_timestamp = Timestamp::from_ms(max_timestamp_);
      facts.max_timestamp_offset_delta = max_timestamp_offset_delta_;
    }
    return facts;
  }

 private:
  int64_t base_timestamp_;
  int64_t earliest_;
  int64_t latest_;
  int64_t next_offset_delta_ = 0;
  int64_t max_timestamp_ = Timestamp::none().ms();
  int32_t max_timestamp_offset_delta_ = -1;
  int32_t key_size_min_;
  BatchFlaw short_key_;
  int32_t last_offset_delta_;
  bool gaps_allowed_;
};

// A record's length. One too short for its fields is found by reading them.
bool read_length(ContiguousCursor& in, int32_t& length, BatchFlaw& flaw) {
  if (!in.varint(length)) {
    flaw = in.flaw() == BatchFlaw::record_cut_off ? BatchFlaw::records_missing : in.flaw();
    return false;
  }
  if (length < 0) {
    flaw = BatchFlaw::negative_size;
    return false;
  }
  return true;
}

Result<BatchFacts, BatchRefusal> walk_in_place(const BatchView& batch, Judge judge) {
  const BytesView body = batch.body();
  ContiguousCursor at(body.begin(), body.end());
  BatchFlaw flaw{};
  for (int32_t i = 0; i < batch.record_count(); ++i) {
    int32_t length = 0;
    if (!read_length(at, length, flaw)) return Failure(BatchRefusal(flaw, i));
    if (length > body.end() - at.place()) return Failure(BatchRefusal(BatchFlaw::records_missing, i));
    RecordFields record;
    ContiguousCursor in(at.place(), at.place() + length);
    if (!read_fields(in, record)) return Failure(BatchRefusal(in.flaw(), i));
    if (!judge.take(record, flaw)) return Failure(BatchRefusal(flaw, i));
    at = ContiguousCursor(in.place(), body.end());
  }
  if (!at.at_end()) return Failure(BatchFlaw::bytes_after_records);
  return judge.facts(batch, body.size());
}

Result<BatchFacts, BatchRefusal> walk_stream(const BatchView& batch, Judge judge, DecompressionScratch& scratch,
                                             size_t uncompressed_size_max) {
  RecordWindow window(scratch, batch, uncompressed_size_max);
  BatchFlaw flaw{};
  for (int32_t i = 0; i < batch.record_count(); ++i) {
    if (!window.fill(kVarintMax)) return Failure(BatchRefusal(window.flaw(), i));
    ContiguousCursor at(window.data(), window.data() + window.size());
    int32_t length = 0;
    if (!read_length(at, length, flaw)) return Failure(BatchRefusal(flaw, i));
    window.consume(static_cast<size_t>(at.place() - window.data()));

    RecordFields record;
    const auto size = static_cast<size_t>(length);
    if (size <= RecordWindow::kSize) {
      if (!window.fill(size)) return Failure(BatchRefusal(window.flaw(), i));
      if (window.size() < size) return Failure(BatchRefusal(BatchFlaw::records_missing, i));
      ContiguousCursor in(window.data(), window.data() + size);
      if (!read_fields(in, record)) return Failure(BatchRefusal(in.flaw(), i));
      window.consume(size);
    } else {
      WindowCursor in(window, size);
      if (!read_fields(in, record)) return Failure(BatchRefusal(in.flaw(), i));
    }
    if (!judge.take(record, flaw)) return Failure(BatchRefusal(flaw, i));
  }
  // Only the end of the stream has its checksums looked at, and shows that nothing follows.
  if (!window.fill(1)) return Failure(window.flaw());
  if (window.size() > 0) return Failure(BatchFlaw::bytes_after_records);
  return judge.facts(batch, window.total_size());
}

Result<BatchFacts, BatchRefusal> walk(const BatchView& batch, const Judge& judge, DecompressionScratch& scratch,
                                      size_t uncompressed_size_max) {
  if (batch.record_count() == 0 || batch.compression() == CompressionType::none) return walk_in_place(batch, judge);
  return walk_stream(batch, judge, scratch, uncompressed_size_max);
}

// What holds of every batch, wherever it is met.
std::optional<BatchFlaw> find_lie(const BatchView& batch) {
  const int64_t base = batch.base_offset().value();
  const int32_t last_delta = batch.last_offset_delta();
  if (batch.record_count() < 0) return BatchFlaw::record_count_invalid;
  if (last_delta < 0 || batch.record_count() > int64_t{last_delta} + 1) return BatchFlaw::last_offset_delta_mismatch;
  if (base < 0 || base >= std::numeric_limits<int64_t>::max() - last_delta) return BatchFlaw::offset_out_of_range;
  if (batch.producer_id() < kNoProducer) return BatchFlaw::producer_id_invalid;
  if (batch.has_producer() && batch.producer_epoch().value() < 0) return BatchFlaw::producer_epoch_invalid;
  if (batch.attributes().transactional() && !batch.has_producer()) return BatchFlaw::transactional_without_producer;
  return std::nullopt;
}

// What only a broker may do, or must do before it stores a batch.
std::optional<BatchFlaw> find_presumption(const BatchView& batch, const AppendRules& rules) {
  const BatchAttributes attributes = batch.attributes();
  if (batch.base_offset() != Offset(0)) return BatchFlaw::base_offset_not_zero;
  if (batch.record_count() <= 0) return BatchFlaw::record_count_invalid;
  if (batch.record_count() != int64_t{batch.last_offset_delta()} + 1) return BatchFlaw::last_offset_delta_mismatch;
  if (attributes.control()) return BatchFlaw::control_from_client;
  if (attributes.timestamp_type() == TimestampType::log_append_time) return BatchFlaw::log_append_time_from_client;
  if (attributes.has_delete_horizon()) return BatchFlaw::delete_horizon_from_client;
  if (batch.compression() == CompressionType::zstd && !rules.zstd_allowed) return BatchFlaw::zstd_not_allowed;
  // Without a producer id the sequence means nothing, and some clients leave a 0 there.
  if (batch.has_producer() && batch.base_sequence().value() < 0) return BatchFlaw::sequence_invalid;
  return std::nullopt;
}

}  // namespace

void AppendRules::bound_timestamps(Timestamp now, int64_t before_max_ms, int64_t after_max_ms) {
  // Stops at the ends of int64, so that bounds set before give way to endless ones.
  earliest = Timestamp::from_ms(time_detail::subtract(now.ms(), before_max_ms));
  latest = Timestamp::from_ms(time_detail::add(now.ms(), after_max_ms));
}

Result<BatchFacts, BatchRefusal> check_append(const BatchView& batch, const AppendRules& rules,
                                              DecompressionScratch& scratch) {
  if (batch.size() > rules.batch_size_max) return Failure(BatchFlaw::size_too_large);
  if (!batch.crc_matches()) return Failure(BatchFlaw::crc_mismatch);
  if (const auto flaw = find_presumption(batch, rules)) return Failure(*flaw);
  if (const auto flaw = find_lie(batch)) return Failure(*flaw);
  return walk(batch, Judge(batch, rules, /*compacted=*/false), scratch, rules.uncompressed_size_max);
}

Result<BatchFacts, BatchRefusal> check_stored(const BatchView& batch, DecompressionScratch& scratch,
                                              size_t uncompressed_size_max) {
  if (!batch.crc_matches()) return Failure(BatchFlaw::crc_mismatch);
  if (const auto flaw = find_lie(batch)) return Failure(*flaw);
  return walk(batch, Judge(batch, AppendRules(), /*compacted=*/true), scratch, uncompressed_size_max);
}

}  // namespace ottla
