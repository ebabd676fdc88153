// The one reading of a record's fields, over bytes that lie in one piece or come through a window. For this room only.
//
// A cursor covers exactly the bytes that the record's length claims. What it hands out is bounds-checked; a step that
// fails leaves the reason in flaw().
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/varint.h"
#include "core/record/batch_format.h"
#include "core/record/batch_refusal.h"

namespace ottla::record_grammar {

struct RecordFields {
  int64_t timestamp_delta = 0;
  int32_t offset_delta = 0;
  int32_t key_size = 0;    // -1: null
  int32_t value_size = 0;  // -1: null
  int32_t header_count = 0;
  const uint8_t* key = nullptr;  // these three only where the record lies in one piece
  const uint8_t* value = nullptr;
  const uint8_t* headers = nullptr;
};

class ContiguousCursor {
 public:
  ContiguousCursor(const uint8_t* at, const uint8_t* end) : at_(at), end_(end) {}

  [[nodiscard]] const uint8_t* place() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] BatchFlaw flaw() const { return flaw_; }
  bool refuse(BatchFlaw flaw) {
    flaw_ = flaw;
    return false;
  }

  bool byte(uint8_t& out) {
    if (at_ == end_) return refuse(BatchFlaw::record_cut_off);
    out = *at_++;
    return true;
  }
  // Most numbers of a record are one or two bytes long.
  bool varint(int32_t& out) {
    if (at_ != end_ && at_[0] < 0x80) [[likely]] {
      out = unzigzag(uint32_t{*at_++});
      return true;
    }
    if (end_ - at_ >= 2 && at_[1] < 0x80) [[likely]] {
      out = unzigzag(two_bytes());
      at_ += 2;
      return true;
    }
    return take(long_varint(at_, left()), kVarintMax, out);
  }
  bool varlong(int64_t& out) {
    if (at_ != end_ && at_[0] < 0x80) [[likely]] {
      out = unzigzag(uint64_t{*at_++});
      return true;
    }
    if (end_ - at_ >= 2 && at_[1] < 0x80) [[likely]] {
      out = unzigzag(uint64_t{two_bytes()});
      at_ += 2;
      return true;
    }
    return take(long_varlong(at_, left()), kVarlongMax, out);
  }
  bool skip(int32_t size) {
    if (end_ - at_ < size) return refuse(BatchFlaw::record_cut_off);
    at_ += size;
    return true;
  }

 private:
  // Numbers of three bytes and more, and those that are not there. Apart, and given values rather than the cursor: a
  // cursor whose address goes nowhere lives in registers, which halves the time of a walk.
  [[gnu::noinline]] static Varint<int32_t> long_varint(const uint8_t* at, size_t left) { return read_varint(at, left); }
  [[gnu::noinline]] static Varint<int64_t> long_varlong(const uint8_t* at, size_t left) {
    return read_varlong(at, left);
  }
  template <class T>
  bool take(Varint<T> read, size_t longest, T& out) {
    // A number that is not there was cut off, unless there was room for the longest that its type can have.
    if (read.used == 0) return refuse(left() < longest ? BatchFlaw::record_cut_off : BatchFlaw::varint_overflow);
    out = read.value;
    at_ += read.used;
    return true;
  }
  [[nodiscard]] size_t left() const { return static_cast<size_t>(end_ - at_); }
  [[nodiscard]] uint32_t two_bytes() const { return (at_[0] & 0x7fU) | uint32_t{at_[1]} << 7; }

  const uint8_t* at_;
  const uint8_t* end_;
  BatchFlaw flaw_ = BatchFlaw::record_cut_off;
};

template <class Cursor>
[[gnu::noinline]] bool skip_headers(Cursor& in, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    int32_t size = 0;
    if (!in.varint(size)) return false;
    if (size < 0) return in.refuse(BatchFlaw::negative_size);  // a header's key is never null
    if (!in.skip(size) || !in.varint(size)) return false;
    if (size < -1) return in.refuse(BatchFlaw::negative_size);
    if (!in.skip(std::max(size, 0))) return false;
  }
  return true;
}

// Reads all that follows a record's length, and that it is exactly that long.
template <class Cursor>
[[gnu::always_inline]] inline bool read_fields(Cursor& in, RecordFields& out) {
  uint8_t attributes = 0;
  if (!in.byte(attributes)) return false;
  if (attributes != 0) return in.refuse(BatchFlaw::record_attributes);
  if (!in.varlong(out.timestamp_delta) || !in.varint(out.offset_delta)) return false;

  if (!in.varint(out.key_size)) return false;
  if (out.key_size < -1) return in.refuse(BatchFlaw::negative_size);
  out.key = in.place();
  if (!in.skip(std::max(out.key_size, 0)) || !in.varint(out.value_size)) return false;
  if (out.value_size < -1) return in.refuse(BatchFlaw::negative_size);
  out.value = in.place();
  if (!in.skip(std::max(out.value_size, 0))) return false;

  if (!in.varint(out.header_count)) return false;
  if (out.header_count < 0) return in.refuse(BatchFlaw::negative_size);
  out.headers = in.place();
  if (out.header_count > 0) {
    Cursor ahead = in;
    const bool good = skip_headers(ahead, out.header_count);
    in = ahead;
    if (!good) return false;
  }
  return in.at_end() || in.refuse(BatchFlaw::record_length_mismatch);
}

}  // namespace ottla::record_grammar
