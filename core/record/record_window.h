// A window that slides over the decompressed records of a batch. For this room only.
#pragma once

#include <algorithm>
#include <optional>

#include "core/record/batch_refusal.h"
#include "core/record/batch_view.h"
#include "core/record/decompression_scratch.h"
#include "core/record/record_grammar.h"

namespace ottla {

class RecordWindow {
 public:
  // Twice 64 KiB, so that a codec's block of that size always has room to be decoded in place.
  static constexpr size_t kSize = 128 * limits::kKiB;

  // Borrows the scratch until it is destroyed.
  RecordWindow(DecompressionScratch& scratch, const BatchView& batch, size_t uncompressed_size_max);
  RecordWindow(const RecordWindow&) = delete;
  RecordWindow& operator=(const RecordWindow&) = delete;
  ~RecordWindow();

  [[nodiscard]] const uint8_t* data() const { return buffer_.data() + begin_; }
  [[nodiscard]] size_t size() const { return end_ - begin_; }
  [[nodiscard]] size_t total_size() const { return total_; }  // of all that was decompressed so far
  void consume(size_t size) { begin_ += size; }

  // Reads on until the window has `wanted` bytes, or all that are left when they are fewer. False: see flaw(). Bytes
  // move; what data() pointed to before is gone.
  bool fill(size_t wanted) { return size() >= wanted || fill_slowly(wanted); }
  // The same for more than kSize bytes: the window grows as bytes arrive, never ahead of them by more than twice.
  bool fill_growing(size_t wanted);
  [[nodiscard]] BatchFlaw flaw() const { return flaw_; }

 private:
  bool fill_slowly(size_t wanted);
  bool read_more();

  DecompressionScratch& scratch_;
  Decompressor& stream_;
  BytesBuffer& buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t total_ = 0;
  size_t total_max_;
  bool ended_ = false;
  BatchFlaw flaw_ = BatchFlaw::compressed_malformed;
};

namespace record_grammar {

// A record that need not fit the window: what is skipped passes through and is forgotten.
class WindowCursor {
 public:
  WindowCursor(RecordWindow& window, size_t size) : window_(&window), left_(size) {}

  [[nodiscard]] static const uint8_t* place() { return nullptr; }
  [[nodiscard]] bool at_end() const { return left_ == 0; }
  [[nodiscard]] BatchFlaw flaw() const { return flaw_; }
  bool refuse(BatchFlaw flaw) {
    flaw_ = flaw;
    return false;
  }

  bool byte(uint8_t& out) {
    return read(1, [&](ContiguousCursor& in) { return in.byte(out); });
  }
  bool varint(int32_t& out) {
    return read(kVarintMax, [&](ContiguousCursor& in) { return in.varint(out); });
  }
  bool varlong(int64_t& out) {
    return read(kVarlongMax, [&](ContiguousCursor& in) { return in.varlong(out); });
  }
  bool skip(int32_t size) {
    auto rest = static_cast<size_t>(size);
    if (rest > left_) return refuse(BatchFlaw::record_cut_off);
    left_ -= rest;
    while (rest > 0) {
      if (!window_->fill(1)) return refuse(window_->flaw());
      if (window_->size() == 0) return refuse(BatchFlaw::records_missing);
      const size_t part = std::min(rest, window_->size());
      window_->consume(part);
      rest -= part;
    }
    return true;
  }

 private:
  // Reads one field of at most `longest` bytes, of those that the record and the stream still have.
  template <class Read>
  bool read(size_t longest, Read field) {
    const size_t wanted = std::min(longest, left_);
    if (!window_->fill(wanted)) return refuse(window_->flaw());
    if (window_->size() < wanted) return refuse(BatchFlaw::records_missing);
    ContiguousCursor in(window_->data(), window_->data() + wanted);
    if (!field(in)) return refuse(in.flaw());
    const auto used = static_cast<size_t>(in.place() - window_->data());
    window_->consume(used);
    left_ -= used;
    return true;
  }

  RecordWindow* window_;
  size_t left_;
  BatchFlaw flaw_ = BatchFlaw::record_cut_off;
};

}  // namespace record_grammar
}  // namespace ottla
