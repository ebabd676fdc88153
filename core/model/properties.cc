#include "core/model/properties.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/model/limits.h"
#include "core/model/quoted.h"

namespace ottla {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }
constexpr bool is_line_end(char c) { return c == '\n' || c == '\r'; }

void append_utf8(std::string& text, uint32_t point) {
  const auto add = [&](uint32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xc0 | point >> 6), add(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    add(0xe0 | point >> 12), add(0x80 | (point >> 6 & 0x3f)), add(0x80 | (point & 0x3f));
  } else {
    add(0xf0 | point >> 18), add(0x80 | (point >> 12 & 0x3f)), add(0x80 | (point >> 6 & 0x3f)),
        add(0x80 | (point & 0x3f));
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<Property>, PropertiesError> parse() {
    if (text_.size() > limits::kPropertiesSizeMax) return fail(0, "the file is larger than any settings file");
    std::vector<Property> properties;
    while (skip_to_property()) {
      if (properties.size() == limits::kPropertiesCountMax) return fail(line_, "the file has too many settings");
      Property property{{}, {}, line_};
      if (!read_part(property.name, Part::name)) return fail(fault_line_, fault_);
      skip_separator();
      if (!read_part(property.value, Part::value)) return fail(fault_line_, fault_);
      if (property.name.empty()) return fail(property.line, "a value without a name");
      if (property.name.size() > limits::kSettingNameSizeMax) return fail(property.line, "the name is too long");
      if (property.value.size() > limits::kSettingValueSizeMax) return fail(property.line, "the value is too long");
      properties.push_back(std::move(property));
    }
    if (const auto twice = find_twice(properties)) return Failure(*twice);
    return properties;
  }

 private:
  enum class Part { name, value };

  static Failure<PropertiesError> fail(int line, std::string text) {
    return Failure(PropertiesError{line, std::move(text)});
  }
  bool stop(std::string why) {
    fault_line_ = line_;
    fault_ = std::move(why);
    return false;
  }

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }

  void skip_line_end() {  // \r\n is one
    const char c = text_[at_++];
    if (c == '\r' && !at_end() && peek() == '\n') ++at_;
    ++line_;
  }
  void skip_blanks() {
    while (!at_end() && is_blank(peek())) ++at_;
  }

  // Passes blank lines and comments; false at the end of the text.
  bool skip_to_property() {
    while (true) {
      skip_blanks();
      if (at_end()) return false;
      if (is_line_end(peek())) {
        skip_line_end();
      } else if (peek() == '#' || peek() == '!') {
        while (!at_end() && !is_line_end(peek())) ++at_;
      } else {
        return true;
      }
    }
  }

  // A backslash before the end of a line, or of the text, is no character: the line goes on after the next one's blanks.
  bool skip_continuation() {
    if (peek() != '\\') return false;
    if (at_ + 1 == text_.size()) {
      ++at_;
      return true;
    }
    if (!is_line_end(text_[at_ + 1])) return false;
    ++at_;
    skip_line_end();
    skip_blanks();
    return true;
  }

  void skip_separator() {
    skip_blanks_and_continuations();
    if (at_end() || (peek() != '=' && peek() != ':')) return;
    ++at_;
    skip_blanks_and_continuations();
  }
  void skip_blanks_and_continuations() {
    while (!at_end() && (is_blank(peek()) || peek() == '\\')) {
      if (is_blank(peek())) {
        ++at_;
      } else if (!skip_continuation()) {
        return;
      }
    }
  }

  bool read_part(std::string& into, Part part) {
    while (!at_end()) {
      if (skip_continuation()) continue;
      const char c = peek();
      if (is_line_end(c)) break;
      if (part == Part::name && (is_blank(c) || c == '=' || c == ':')) return true;
      if (c == '\0') return stop("a zero byte");
      ++at_;
      if (c != '\\') {
        into += c;
      } else if (!read_escape(into)) {
        return false;
      }
    }
    return true;
  }

  bool read_escape(std::string& into) {  // after the backslash, with at least one character left in the line
    const char c = text_[at_++];
    switch (c) {
      case 't': into += '\t'; return true;
      case 'n': into += '\n'; return true;
      case 'r': into += '\r'; return true;
      case 'f': into += '\f'; return true;
      case 'u': return read_unicode(into);
      case '\0': return stop("a zero byte");
      default: into += c; return true;
    }
  }

  bool read_unicode(std::string& into) {  // after \u
    const auto first = read_hex();
    if (!first) return stop("\\u needs four hex digits");
    uint32_t point = *first;
    if (point >= 0xd800 && point < 0xe000) {
      if (point >= 0xdc00 || text_.substr(at_, 2) != "\\u") return stop("\\u has half of a surrogate pair");
      at_ += 2;
      const auto second = read_hex();
      if (!second || *second < 0xdc00 || *second > 0xdfff) return stop("\\u has half of a surrogate pair");
      point = 0x10000 + ((point - 0xd800) << 10) + (*second - 0xdc00);
    }
    if (point == 0) return stop("a zero byte");
    append_utf8(into, point);
    return true;
  }

  std::optional<uint32_t> read_hex() {
    constexpr size_t kDigits = 4;
    const std::string_view digits = text_.substr(at_, kDigits);
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    if (error != std::errc() || end != digits.data() + kDigits) return std::nullopt;
    at_ += kDigits;
    return number;
  }

  static std::optional<PropertiesError> find_twice(const std::vector<Property>& properties) {
    std::vector<const Property*> sorted;
    sorted.reserve(properties.size());
    for (const Property& property : properties) sorted.push_back(&property);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Property* a, const Property* b) { return a->name < b->name; });
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end(),
                                          [](const Property* a, const Property* b) { return a->name == b->name; });
    if (twice == sorted.end()) return std::nullopt;
    return PropertiesError{twice[1]->line, quoted(twice[0]->name) + " is set in line " +
                                               std::to_string(twice[0]->line) + " and again in line " +
                                               std::to_string(twice[1]->line)};
  }

  std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
  int fault_line_ = 0;
  std::string fault_;
};

}  // namespace

Result<std::vector<Property>, PropertiesError> parse_properties(std::string_view text) { return Parser(text).parse(); }

}  // namespace ottla
