// The frame of our own binary files, all numbers big-endian:
//
//   0   4   four letters that say which file it is
//   4   4   CRC32C of everything after it
//   8   2   version
//   10  ..  the body
//
//   SealedFileWriter file("otck", 1, out);   out.append(...), append_be(out, ...)   file.seal();
//   OTTLA_TRY(ByteReader body, open_sealed_file("otck", 1, size_max, bytes));
#pragma once

#include <string_view>

#include "core/base/bytes.h"
#include "core/base/endian.h"
#include "core/log/log_error.h"

namespace ottla {

template <class T>
void append_be(BytesBuffer& out, T number) {
  store_be(out.extend(sizeof(T)), number);
}

// Reads numbers off the front of bytes. Reading past the end gives zeros and is remembered, so a run of reads is checked
// once, at its end; nothing is allocated by what was read before that.
class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    const BytesView from = bytes(sizeof(T));
    return from.empty() ? T{} : load_be<T>(from.data());
  }
  BytesView bytes(size_t size) {  // empty when there are fewer
    if (size > rest_.size()) {
      failed_ = true;
      rest_ = {};
    }
    if (failed_) return {};
    const BytesView taken = rest_.first(size);
    rest_ = rest_.from(size);
    return taken;
  }
  // A count of things of at least `size_min` bytes each: more than there is room for is a failure and reads as 0.
  size_t count(size_t size_min) {
    const auto count = number<uint32_t>();
    if (count > rest_.size() / size_min) failed_ = true;
    return failed_ ? 0 : count;
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] size_t left() const { return rest_.size(); }
  // All was there and nothing is left.
  [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

 private:
  BytesView rest_;
  bool failed_ = false;
};

class SealedFileWriter {
 public:
  SealedFileWriter(std::string_view letters, int16_t version, BytesBuffer& out);
  void seal();

 private:
  BytesBuffer& out_;
  size_t start_;
};
FormatResult<ByteReader> open_sealed_file(std::string_view letters, int16_t version, size_t size_max, BytesView bytes);

}  // namespace ottla
