// The records of a batch, one after another.
//
//   RecordIterator records(batch, scratch);
//   RecordView record;
//   for (;;) {
//     OTTLA_TRY(const bool more, records.next(record));
//     if (!more) break;
//     for (const HeaderView header : record.headers()) ...
//   }
//
// A record's views are into the batch when that is uncompressed, otherwise into the scratch: good until the next call.
// Nothing is allocated over uncompressed batches; over compressed ones only where a record is larger than the scratch's
// buffer was before. A batch that passed a check yields no error; any other yields its records up to the first flaw.
// The header is not checked here: a count or offset in it that lies is found by batch_check.h alone.
#pragma once

#include <iterator>
#include <optional>

#include "core/record/batch_view.h"
#include "core/record/decompression_scratch.h"
#include "core/record/record_window.h"

namespace ottla {

struct HeaderView {
  BytesView key;
  std::optional<BytesView> value;
};

// A record's headers, decoded as they are walked over. They were checked with the record, so walking cannot fail.
class HeadersView {
 public:
  class Iterator {
   public:
    using value_type = HeaderView;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(BytesView rest, int32_t count) : rest_(rest), left_(count) { decode(); }
    const HeaderView& operator*() const { return header_; }
    const HeaderView* operator->() const { return &header_; }
    Iterator& operator++() {
      --left_;
      decode();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& at, std::default_sentinel_t) { return at.left_ == 0; }

   private:
    void decode();

    BytesView rest_;
    int32_t left_ = 0;
    HeaderView header_;
  };

  HeadersView() = default;
  HeadersView(BytesView bytes, int32_t count) : bytes_(bytes), count_(count) {}

  [[nodiscard]] int32_t count() const { return count_; }
  [[nodiscard]] BytesView bytes() const { return bytes_; }  // as they stand in the record, after their count
  [[nodiscard]] Iterator begin() const { return {bytes_, count_}; }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

 private:
  BytesView bytes_;
  int32_t count_ = 0;
};

class RecordView {
 public:
  [[nodiscard]] Offset offset() const { return offset_; }
  [[nodiscard]] Timestamp timestamp() const { return timestamp_; }  // the batch's own under LogAppendTime
  // What its creator said, which a batch of LogAppendTime keeps beneath the broker's time.
  [[nodiscard]] Timestamp create_timestamp() const { return create_timestamp_; }
  [[nodiscard]] Sequence sequence() const { return sequence_; }
  [[nodiscard]] bool has_key() const { return fields_.key_size >= 0; }
  [[nodiscard]] bool has_value() const { return fields_.value_size >= 0; }
  [[nodiscard]] std::optional<BytesView> key() const { return bytes(fields_.key, fields_.key_size); }
  [[nodiscard]] std::optional<BytesView> value() const { return bytes(fields_.value, fields_.value_size); }
  [[nodiscard]] HeadersView headers() const { return {headers_, fields_.header_count}; }
  [[nodiscard]] size_t size() const { return size_; }  // in the uncompressed batch, its length field included

 private:
  friend class RecordIterator;

  static std::optional<BytesView> bytes(const uint8_t* from, int32_t size) {
    if (size < 0) return std::nullopt;
    return BytesView(from, static_cast<size_t>(size));
  }

  Offset offset_;
  Timestamp timestamp_;
  Timestamp create_timestamp_;
  Sequence sequence_;
  record_grammar::RecordFields fields_;
  BytesView headers_;
  size_t size_ = 0;
};

class RecordIterator {
 public:
  // Borrows the scratch as long as it lives, if the batch is compressed.
  RecordIterator(const BatchView& batch, DecompressionScratch& scratch,
                 size_t uncompressed_size_max = limits::kBatchUncompressedSizeMax);

  // The next record into `out`; false after the last.
  Result<bool, BatchRefusal> next(RecordView& out);

 private:
  // Finds the next record's body and moves past it.
  Result<BytesView, BatchRefusal> next_body(size_t& length_size);

  BatchView batch_;
  std::optional<RecordWindow> window_;  // of a compressed batch
  BytesView rest_;                      // of an uncompressed one
  size_t pending_ = 0;                  // bytes of the window that the record given out last still uses
  int32_t index_ = 0;
};

}  // namespace ottla
