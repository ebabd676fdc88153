// Writes one JSON value, piece by piece, at the end of a string that the caller owns and keeps until the
// writer is done.
//
//   JsonWriter json(out, JsonWriter::Style::indented);
//   json.begin_object();
//   json.key("offset"), json.number(offset.value());
//   json.key("payload"), json.base64(bytes);
//   json.end_object();
//
// The text is always well-formed: an order of calls that JSON has no place for (a value without a key in an
// object, an end that does not match, a second value) is a bug and asserts. Keys are not checked for
// repetition.
//
//   strings   are UTF-8; what is not is replaced by U+FFFD. Escaped are quotes, backslashes and control
//   characters only numbers   every bit of an int64 or uint64 is written, beyond what JavaScript can read
//   back, as Kafka's tools do doubles   the shortest text that reads back as the same double, with a point or
//   an exponent ("1.0"), so that readers
//             that tell integers from doubles do. NaN and the infinities, which JSON lacks, are the strings
//             "NaN", "Infinity" and "-Infinity", as the Java client's JSON converters write them
//   bytes     are standard base64 with padding, as there
//
// Indented style puts every member on a line of its own, two spaces a level; no style ends with a newline.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace ottla {

class JsonWriter {
 public:
  enum class Style : uint8_t { compact, indented };
  static constexpr size_t kDepthMax = 64;  // objects and arrays inside each other; deeper asserts

  explicit JsonWriter(std::string& out, Style style = Style::compact) : out_(out), style_(style) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void begin_object() { begin(true); }
  void end_object() { end(true); }
  void begin_array() { begin(false); }
  void end_array() { end(false); }
  void key(std::string_view name);

  void string(std::string_view value);
  void number(double value);
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) void number(T value) {
    if constexpr (std::signed_integral<T>) {
      signed_number(value);
    } else {
      unsigned_number(value);
    }
  }
  void boolean(bool value);
  void null();
  void base64(BytesView value);

  // The one value is complete: nothing is open and nothing more may be written.
  [[nodiscard]] bool done() const { return done_; }

 private:
  void begin(bool object);
  void end(bool object);
  void before_value();
  void after_value() { done_ = depth_ == 0; }
  void before_member();
  void new_line();
  void quoted(std::string_view text);
  void signed_number(int64_t value);
  void unsigned_number(uint64_t value);
  [[nodiscard]] uint64_t level() const { return uint64_t{1} << (depth_ - 1); }
  [[nodiscard]] bool in_object() const { return depth_ > 0 && (objects_ & level()) != 0; }

  std::string& out_;
  uint64_t objects_ = 0;  // a bit for each open level: it is an object, not an array
  uint64_t filled_ = 0;   // a bit for each open level: it has a member
  size_t depth_ = 0;
  Style style_;
  bool key_written_ = false;
  bool done_ = false;
};

}  // namespace ottla
