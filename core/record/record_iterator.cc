#include "core/record/record_iterator.h"

#include <algorithm>
#include <utility>

namespace ottla {

using record_grammar::ContiguousCursor;

void HeadersView::Iterator::decode() {
  if (left_ == 0) return;
  ContiguousCursor in(rest_.begin(), rest_.end());
  int32_t key_size = 0;
  int32_t value_size = 0;
  bool good = in.varint(key_size);
  header_.key = BytesView(in.place(), static_cast<size_t>(key_size));
  good = good && in.skip(key_size) && in.varint(value_size);
  header_.value.reset();
  if (value_size >= 0) header_.value = BytesView(in.place(), static_cast<size_t>(value_size));
  good = good && in.skip(std::max(value_size, 0));
  OTTLA_ASSERT(good, left_);
  rest_ = rest_.from(static_cast<size_t>(in.place() - rest_.begin()));
}

RecordIterator::RecordIterator(const BatchView& batch, DecompressionScratch& scratch, size_t uncompressed_size_max)
    : batch_(batch), rest_(batch.body()) {
  // A batch without records has no stream, whatever codec its attributes name. (Compaction, Kafka's and ours, names
  // none in what it emptied; others may not be so tidy.)
  if (batch.compression() != CompressionType::none && batch.record_count() > 0) {
    window_.emplace(scratch, batch, uncompressed_size_max);
  }
}

Result<bool, BatchRefusal> RecordIterator::next(RecordView& out) {
  if (index_ >= batch_.record_count()) return false;
  size_t length_size = 0;
  OTTLA_TRY(const BytesView body, next_body(length_size));

  ContiguousCursor in(body.begin(), body.end());
  if (!read_fields(in, out.fields_)) return Failure(BatchRefusal(in.flaw(), index_));
  out.size_ = length_size + body.size();
  out.headers_ = BytesView(out.fields_.headers, static_cast<size_t>(body.end() - out.fields_.headers));
  out.offset_ = batch_.offset_at(out.fields_.offset_delta);
  const Sequence base = batch_.base_sequence();
  out.sequence_ = base.value() < 0 ? kNoSequence : sequence_after(base, out.fields_.offset_delta);
  int64_t timestamp = 0;
  if (__builtin_add_overflow(batch_.base_timestamp().ms(), out.fields_.timestamp_delta, &timestamp)) {
    return Failure(BatchRefusal(BatchFlaw::timestamp_overflow, index_));
  }
  out.create_timestamp_ = Timestamp::from_ms(timestamp);
  const bool stamped = batch_.attributes().timestamp_type() == TimestampType::log_append_time;
  out.timestamp_ = stamped ? batch_.max_timestamp() : out.create_timestamp_;
  ++index_;
  return true;
}

Result<BytesView, BatchRefusal> RecordIterator::next_body(size_t& length_size) {
  if (window_.has_value()) {
    window_->consume(std::exchange(pending_, 0));
    if (!window_->fill(kVarintMax)) return Failure(BatchRefusal(window_->flaw(), index_));
    rest_ = BytesView(window_->data(), window_->size());
  }
  ContiguousCursor at(rest_.begin(), rest_.end());
  int32_t length = 0;
  if (!at.varint(length)) {
    const bool cut_off = at.flaw() == BatchFlaw::record_cut_off;
    return Failure(BatchRefusal(cut_off ? BatchFlaw::records_missing : at.flaw(), index_));
  }
  if (length < 0) return Failure(BatchRefusal(BatchFlaw::negative_size, index_));
  const auto size = static_cast<size_t>(length);
  length_size = static_cast<size_t>(at.place() - rest_.begin());
  if (window_.has_value()) {
    if (!window_->fill_growing(length_size + size)) return Failure(BatchRefusal(window_->flaw(), index_));
    rest_ = BytesView(window_->data(), window_->size());
    pending_ = length_size + size;
  }
  if (rest_.size() - length_size < size) return Failure(BatchRefusal(BatchFlaw::records_missing, index_));
  const BytesView body = rest_.slice(length_size, size);
  rest_ = rest_.from(length_size + size);
  return body;
}

}  // namespace ottla
