// A segment's batches, and their records.
#include <algorithm>
#include <string>
#include <utility>

#include "cluster/cli/dump_files.h"
#include "core/record/batch_check.h"
#include "core/record/batch_format.h"
#include "core/record/batch_view.h"
#include "core/record/control_records.h"
#include "core/record/record_iterator.h"

namespace ottla::cli {
namespace {

std::string_view text(CompressionType compression) {
  constexpr std::string_view kNames[kCompressionTypeCount] = {"none", "gzip", "snappy", "lz4", "zstd"};
  return kNames[static_cast<size_t>(compression)];
}

std::string_view text(ControlRecordType type) {
  switch (type) {
    case ControlRecordType::abort: return "abort";
    case ControlRecordType::commit: return "commit";
    case ControlRecordType::leader_change: return "leaderChange";
    case ControlRecordType::snapshot_header: return "snapshotHeader";
    case ControlRecordType::snapshot_footer: return "snapshotFooter";
    case ControlRecordType::kraft_version: return "kraftVersion";
    case ControlRecordType::kraft_voters: return "kraftVoters";
    case ControlRecordType::unknown: break;
  }
  return "unknown";
}

class SegmentDump {
 public:
  SegmentDump(const File& file, Offset base, FileDump& dump) : file_(file), dump_(dump), end_(base) {}

  void run() {
    const auto size = file_.size();
    if (!size.ok()) return dump_.problem(size.error());
    size_ = *size;
    while (position_ < size_ && dump_batch()) {
    }
  }

 private:
  // Bytes [position_, position_ + size) into the buffer; false when that failed, and was told.
  bool load(int64_t size) {
    buffer_.resize(static_cast<size_t>(size));
    const auto read = read_exactly(file_, position_, {buffer_.data(), buffer_.size()});
    if (!read.ok()) dump_.problem(read.error());
    return read.ok();
  }

  // False when what comes next cannot be found.
  bool dump_batch() {
    const int64_t left = size_ - position_;
    if (!load(std::min<int64_t>(left, batch_format::kHeaderSize))) return false;
    auto batch = BatchView::first_of(buffer_.view());
    if (!batch.ok() && batch.error().flaw == BatchFlaw::truncated &&
        left > static_cast<int64_t>(batch_format::kHeaderSize)) {
      const int64_t size = int64_t{batch_format::kLengthEnd} + load_be<int32_t>(buffer_.data() + batch_format::kLength);
      if (size <= left) {
        if (!load(size)) return false;
        batch = BatchView::first_of(buffer_.view());
      }
    }
    if (!batch.ok()) return refuse(batch.error(), left);
    if (print(*batch)) check_order(*batch);  // of one that is damaged nothing follows
    if (dump_.records()) dump_records(*batch);
    position_ += static_cast<int64_t>(batch->size());
    return true;
  }

  bool refuse(BatchRefusal refusal, int64_t left) {
    std::string what(flaw_sentence(refusal.flaw));
    // These two are found last, over a batch whose size holds.
    const bool goes_on = refusal.flaw == BatchFlaw::crc_mismatch || refusal.flaw == BatchFlaw::unknown_compression ||
                         refusal.flaw == BatchFlaw::reserved_attributes;
    if (!goes_on) {
      const bool zeros = std::all_of(buffer_.view().begin(), buffer_.view().end(), [](uint8_t b) { return b == 0; });
      if (zeros) what = "Zeros where a batch should start, as preallocated files and crashes leave them.";
      what += " The last " + std::to_string(left) + " bytes of the file were not read.";
    }
    dump_.problem(position_, what);
    position_ += static_cast<int64_t>(buffer_.size());
    return goes_on;
  }

  // Whether its checksum matches.
  bool print(const BatchView& batch) {
    const BatchAttributes attributes = batch.attributes();
    const bool crc_valid = batch.crc_matches();
    DumpLine line = dump_.line("batch");
    line.number("position", position_);
    line.number("size", static_cast<int64_t>(batch.size()));
    line.number("baseOffset", batch.base_offset().value());
    line.number("lastOffset", batch.last_offset().value());
    line.number("count", batch.record_count());
    line.number("partitionLeaderEpoch", batch.leader_epoch().value());
    line.number("producerId", batch.producer_id().value());
    line.number("producerEpoch", batch.producer_epoch().value());
    line.number("baseSequence", batch.base_sequence().value());
    line.number("lastSequence", batch.last_sequence().value());
    line.time("baseTimestamp", batch.base_timestamp());
    line.time("maxTimestamp", batch.max_timestamp());
    const bool created = attributes.timestamp_type() == TimestampType::create_time;
    line.text("timestampType", created ? "CreateTime" : "LogAppendTime");
    line.text("compression", text(attributes.compression()));
    line.boolean("transactional", attributes.transactional());
    line.boolean("control", attributes.control());
    if (const auto horizon = batch.delete_horizon()) line.time("deleteHorizonMs", *horizon);
    line.number("crc", batch.crc());
    line.boolean("crcValid", crc_valid);
    FileDump::print(std::move(line));
    if (!crc_valid) dump_.problem(position_, flaw_sentence(BatchFlaw::crc_mismatch));
    return crc_valid;
  }

  void check_order(const BatchView& batch) {
    if (batch.base_offset() < end_) {
      dump_.problem(position_, "The batch starts at offset " + std::to_string(batch.base_offset().value()) +
                                   ", below " + std::to_string(end_.value()) + ", where what is before it ends.");
    }
    if (batch.leader_epoch() < epoch_) {
      dump_.problem(position_, "The batch is of leader epoch " + std::to_string(batch.leader_epoch().value()) +
                                   ", the one before it of " + std::to_string(epoch_.value()) + ".");
    }
    end_ = std::max(end_, batch.next_offset());
    epoch_ = std::max(epoch_, batch.leader_epoch());
  }

  void dump_records(const BatchView& batch) {
    const auto checked = check_stored(batch, scratch_);
    const bool told = !checked.ok() && checked.error().flaw == BatchFlaw::crc_mismatch;
    if (!checked.ok() && !told) {
      std::string what(flaw_sentence(checked.error().flaw));
      if (checked.error().record_index >= 0) what += " Record " + std::to_string(checked.error().record_index) + ".";
      dump_.problem(position_, what);
    }
    RecordIterator records(batch, scratch_);
    RecordView record;
    while (true) {
      const auto more = records.next(record);
      if (!more.ok() || !*more) break;  // what is wrong was told by the check
      print(record, batch.attributes().control());
    }
  }

  void print(const RecordView& record, bool control) {
    DumpLine line = dump_.line("record");
    line.number("offset", record.offset().value());
    line.time("timestamp", record.timestamp());
    if (record.sequence() != kNoSequence) line.number("sequence", record.sequence().value());
    if (control) {
      const auto type = read_control_key(record.key().value_or(BytesView()));
      line.text("controlType", type.ok() ? text(*type) : flaw_name(type.error()));
      if (type.ok() && (*type == ControlRecordType::abort || *type == ControlRecordType::commit)) {
        const auto marker = read_end_transaction_marker(record.value().value_or(BytesView()));
        if (marker.ok()) line.number("coordinatorEpoch", marker->coordinator_epoch);
      }
    }
    line.bytes("key", record.key());
    line.bytes("value", record.value());
    line.headers("headers", record.headers());
    FileDump::print(std::move(line));
  }

  const File& file_;
  FileDump& dump_;
  int64_t size_ = 0;
  int64_t position_ = 0;
  Offset end_;  // of the batches so far
  LeaderEpoch epoch_ = kNoLeaderEpoch;
  BytesBuffer buffer_;
  DecompressionScratch scratch_;
};

}  // namespace

void dump_segment(const File& file, Offset base, FileDump& dump) { SegmentDump(file, base, dump).run(); }

}  // namespace ottla::cli
