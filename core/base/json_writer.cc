#include "core/base/json_writer.h"

#include <charconv>
#include <cmath>

#include "core/base/base64.h"
#include "core/base/utf8.h"

namespace ottla {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

bool is_plain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case 0x7f: out += c; return;  // a control character to people, but not to JSON
    default: break;
  }
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  out += "\\u00";
  out += kHexDigits[static_cast<uint8_t>(c) >> 4];
  out += kHexDigits[static_cast<uint8_t>(c) & 0xf];
}

}  // namespace

void JsonWriter::begin(bool object) {
  before_value();
  OTTLA_ASSERT(depth_ < kDepthMax, depth_);
  ++depth_;
  objects_ = object ? objects_ | level() : objects_ & ~level();
  filled_ &= ~level();
  out_ += object ? '{' : '[';
}

void JsonWriter::end(bool object) {
  OTTLA_ASSERT(depth_ > 0 && in_object() == object && !key_written_, depth_, object, key_written_);
  const bool filled = (filled_ & level()) != 0;
  --depth_;
  if (filled) new_line();
  out_ += object ? '}' : ']';
  after_value();
}

void JsonWriter::key(std::string_view name) {
  OTTLA_ASSERT(in_object() && !key_written_, name);
  before_member();
  quoted(name);
  out_ += style_ == Style::indented ? std::string_view(": ") : std::string_view(":");
  key_written_ = true;
}

void JsonWriter::before_value() {
  OTTLA_ASSERT(!done_);
  if (in_object()) {
    OTTLA_ASSERT(key_written_);
    key_written_ = false;
  } else if (depth_ > 0) {
    before_member();
  }
}

void JsonWriter::before_member() {
  if ((filled_ & level()) != 0) out_ += ',';
  filled_ |= level();
  new_line();
}

void JsonWriter::new_line() {
  if (style_ == Style::compact) return;
  out_ += '\n';
  out_.append(depth_ * 2, ' ');
}

void JsonWriter::quoted(std::string_view text) {
  out_ += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out_ += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;

    const Utf8Step step = utf8_step(text);
    if (!step.valid) {
      out_ += kReplacement;
    } else if (step.size > 1) {
      out_ += text.substr(0, step.size);
    } else {
      append_escaped(out_, text.front());
    }
    text.remove_prefix(step.size);
  }
  out_ += '"';
}

void JsonWriter::string(std::string_view value) {
  before_value();
  quoted(value);
  after_value();
}

void JsonWriter::number(double value) {
  if (std::isnan(value)) return string("NaN");
  if (std::isinf(value)) return string(value > 0 ? "Infinity" : "-Infinity");
  before_value();
  char text[32];  // the shortest form needs at most 24
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  const std::string_view digits(text, static_cast<size_t>(end - text));
  out_ += digits;
  if (digits.find_first_of(".e") == std::string_view::npos) out_ += ".0";
  after_value();
}

void JsonWriter::signed_number(int64_t value) {
  before_value();
  char text[24];
  out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
  after_value();
}

void JsonWriter::unsigned_number(uint64_t value) {
  before_value();
  char text[24];
  out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
  after_value();
}

void JsonWriter::boolean(bool value) {
  before_value();
  out_ += value ? std::string_view("true") : std::string_view("false");
  after_value();
}

void JsonWriter::null() {
  before_value();
  out_ += "null";
  after_value();
}

void JsonWriter::base64(BytesView value) {
  before_value();
  out_ += '"';
  base64_append(out_, value);
  out_ += '"';
  after_value();
}

}  // namespace ottla
