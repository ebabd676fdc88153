#include "core/log/history_compaction_testing.h"

#include <algorithm>

#include "core/record/record_iterator.h"

namespace ottla::log_testing {

namespace {

constexpr Offset kNowhere{-1};
// A batch may be stamped this much later than it was appended (HistoryRun::draw_batch).
constexpr int64_t kStampedAheadMs = 50;

struct StoredRecord {
  Offset offset;
  std::string text;
};

// Nothing when they cannot be read.
std::optional<std::vector<StoredRecord>> records_of(const BatchView& batch) {
  std::vector<StoredRecord> all;
  DecompressionScratch scratch;
  RecordIterator records(batch, scratch);
  RecordView record;
  while (true) {
    const auto more = records.next(record);
    if (!more.ok()) return std::nullopt;
    if (!*more) return all;
    std::string text = std::to_string(record.timestamp().ms()) + " ";
    if (record.has_key()) text += record.key()->text();
    text += record.has_value() ? "=" : "-";
    if (record.has_value()) text += record.value()->text();
    all.push_back({record.offset(), std::move(text)});
  }
}

}  // namespace

MayBeGone::MayBeGone(const LogModel& model, const LogSettings& settings, Timestamp now)
    : compacts_(settings.compacts && model.cleaned_below > Offset(0)),
      below_(model.cleaned_below),
      log_start_(std::max(model.log_start, model.highest_log_start)),
      retention_ms_(settings.delete_retention_ms),
      now_(now) {
  newest_.fill(kNowhere);
  newest_there_.fill(kNowhere);
  if (!compacts_) return;
  std::map<ProducerId, std::vector<Offset>> open;
  for (const ModelBatch& batch : model.batches) {
    if (batch.ends != ModelBatch::Ends::nothing) {
      for (const Offset base : open[batch.producer]) {
        if (batch.ends == ModelBatch::Ends::aborted) {
          aborted_[base] = true;
        } else {
          aborted_.erase(base);
        }
      }
      open[batch.producer].clear();
    } else if (batch.transactional) {
      open[batch.producer].push_back(batch.base);
      aborted_[batch.base] = false;
    }
  }
  for (const ModelBatch& batch : model.batches) {
    if (batch.last >= below_) break;
    if (aborted_.contains(batch.base)) continue;
    for (size_t index = 0; index < batch.records.size(); ++index) {
      newest_[batch.records[index].key] = batch.base + static_cast<int64_t>(index);
    }
  }
}

bool MayBeGone::is_due(Timestamp written) const { return now_.ms() - written.ms() + kStampedAheadMs >= retention_ms_; }

bool MayBeGone::operator()(const ModelBatch& batch, size_t record) const {
  if (const auto found = aborted_.find(batch.base); found != aborted_.end()) return found->second;
  const ModelRecord& written = batch.records[record];
  if (newest_[written.key] > batch.base + static_cast<int64_t>(record)) return true;
  return written.tombstone && is_due(batch.first_timestamp);
}

bool MayBeGone::operator()(const ModelBatch& batch) const {
  if (!in_reach(batch)) return false;
  if (batch.ends != ModelBatch::Ends::nothing) return is_due(batch.first_timestamp);
  for (size_t record = 0; record < batch.records.size(); ++record) {
    if (!(*this)(batch, record)) return false;
  }
  return true;
}

std::string MayBeGone::why_not(const ModelBatch& batch, size_t record) const {
  if (batch.ends != ModelBatch::Ends::nothing) return ", a marker whose time has not come";
  if (aborted_.contains(batch.base)) return ", of an open transaction";
  const ModelRecord& written = batch.records[record];
  return (written.tombstone ? ", a tombstone, the newest of key " : ", the newest of key ") +
         std::to_string(written.key);
}

std::string MayBeGone::compare(const ModelBatch& written, const BatchView& stored, std::vector<size_t>& left) const {
  left.clear();
  const std::string at = " at " + std::to_string(written.base.value());
  if (!in_reach(written)) return "wrong bytes are read" + at;
  if (stored.base_offset() != written.base || stored.last_offset() != written.last ||
      stored.leader_epoch() != written.epoch || !stored.crc_matches()) {
    return "compaction changed the batch" + at;
  }
  const bool is_marker = written.ends != ModelBatch::Ends::nothing;
  const auto now = records_of(stored);
  const auto before = records_of(BatchView::only(BytesView::of(written.bytes)).value());
  OTTLA_ASSERT(before.has_value());
  if (!now.has_value()) return "compaction left what cannot be read" + at;
  // Where a segment's last batch went, one of nobody's holds its place.
  const bool placeholder = !stored.has_producer() && now->empty();
  if (!placeholder && (stored.producer_id() != written.producer || stored.producer_epoch() != written.producer_epoch ||
                       (!is_marker && stored.last_sequence() != written.last_sequence) ||
                       stored.attributes().transactional() != (written.transactional || is_marker) ||
                       stored.attributes().control() != is_marker)) {
    return "compaction changed the producer of the batch" + at;
  }
  auto next = now->begin();
  for (size_t record = 0; record < before->size(); ++record) {
    const StoredRecord& one = (*before)[record];
    if (next != now->end() && next->offset == one.offset) {
      if (next->text != one.text) return "compaction changed the record at " + std::to_string(one.offset.value());
      left.push_back(record);
      ++next;
    } else if (is_marker ? !is_due(written.first_timestamp) : !(*this)(written, record)) {
      return "compaction took the record at " + std::to_string(one.offset.value()) + why_not(written, record);
    }
  }
  return next == now->end() ? "" : "compaction made up a record" + at;
}

void MayBeGone::there(const ModelBatch& written, const std::vector<size_t>& left) {
  // What a crash brings back below where the log start was raised to was to be seen no more, and no tombstone holds it.
  if (!in_reach(written) || aborted_.contains(written.base) || written.base < log_start_) return;
  for (const size_t record : left) {
    if (written.ends != ModelBatch::Ends::nothing) continue;
    newest_there_[written.records[record].key] = written.base + static_cast<int64_t>(record);
  }
}

// That the newest is there or a tombstone was seen record by record.
std::string MayBeGone::risen() const {
  for (size_t key = 0; key < newest_.size(); ++key) {
    if (newest_there_[key] == kNowhere || newest_there_[key] == newest_[key]) continue;
    return "of key " + std::to_string(key) + " the record at " + std::to_string(newest_[key].value()) +
           " is gone, and an older one is there, at " + std::to_string(newest_there_[key].value());
  }
  return "";
}

}  // namespace ottla::log_testing
