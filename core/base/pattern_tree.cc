#include "core/base/pattern_tree.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "core/base/utf8.h"

namespace ottla {
namespace {

using Set = Pattern::Set;
using Kind = PatternNode::Kind;

constexpr Set range(char first, char last) {
  Set set;
  set.add(static_cast<uint8_t>(first), static_cast<uint8_t>(last));
  return set;
}
constexpr Set any_of(std::string_view characters) {
  Set set;
  for (const char c : characters) set.add(static_cast<uint8_t>(c), static_cast<uint8_t>(c));
  return set;
}
template <class... Sets>
constexpr Set sum(Set set, const Sets&... others) {
  (set.add(others), ...);
  return set;
}

constexpr Set kDigits = range('0', '9');
constexpr Set kLower = range('a', 'z');
constexpr Set kUpper = range('A', 'Z');
constexpr Set kWord = sum(kDigits, kLower, kUpper, any_of("_"));
constexpr Set kSpace = any_of("\t\n\f\r ");

struct NamedSet {
  std::string_view name;
  Set set;
};
constexpr NamedSet kNamedSets[] = {
    {"alnum", sum(kDigits, kLower, kUpper)},
    {"alpha", sum(kLower, kUpper)},
    {"ascii", range('\0', '\x7f')},
    {"blank", any_of("\t ")},
    {"cntrl", sum(range('\0', '\x1f'), any_of("\x7f"))},
    {"digit", kDigits},
    {"graph", range('!', '~')},
    {"lower", kLower},
    {"print", range(' ', '~')},
    {"punct", sum(range('!', '/'), range(':', '@'), range('[', '`'), range('{', '~'))},
    {"space", sum(kSpace, any_of("\v"))},
    {"upper", kUpper},
    {"word", kWord},
    {"xdigit", sum(kDigits, range('a', 'f'), range('A', 'F'))},
};

// What \d and the like stand for; nothing: the letter is none of them.
std::optional<Set> class_of(char letter) {
  switch (letter) {
    case 'd': return kDigits;
    case 'D': return kDigits.inverted();
    case 'w': return kWord;
    case 'W': return kWord.inverted();
    case 's': return kSpace;
    case 'S': return kSpace.inverted();
    default: return std::nullopt;
  }
}

std::optional<uint32_t> digit_of(char c, uint32_t base) {
  uint32_t value = base;
  if (c >= '0' && c <= '9') value = static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') value = static_cast<uint32_t>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') value = static_cast<uint32_t>(c - 'A') + 10;
  if (value >= base) return std::nullopt;
  return value;
}

struct Flags {
  bool any_case = false;    // i
  bool many_lines = false;  // m
  bool dot_is_all = false;  // s
};

// Recursive descent, a function a rule. When something is wrong the first complaint is kept and the rest of the text is
// passed over, so that every rule ends.
class Parser {
 public:
  Parser(std::string_view text, const Pattern::Bounds& bounds) : text_(text), bounds_(bounds) {}

  Result<PatternTree, PatternError> parse() {
    if (text_.size() > bounds_.text_size_max) return Failure(PatternError{"it is too long"});
    if (!is_utf8(text_)) return Failure(PatternError{"it is not UTF-8"});
    Flags flags;
    tree_.root = choice(flags);
    if (more()) complain("a ) closes no group");
    if (!trouble_.empty()) return Failure(PatternError{std::move(trouble_)});
    return std::move(tree_);
  }

 private:
  // --- The text
  [[nodiscard]] bool more() const { return at_ < text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }
  bool take(std::string_view wanted) {
    if (text_.substr(at_, wanted.size()) != wanted) return false;
    at_ += wanted.size();
    return true;
  }
  void complain(std::string_view what) {
    if (trouble_.empty()) trouble_ = std::string(what) + ", at " + std::to_string(at_);
    at_ = text_.size();
  }
  // Above ASCII all characters are the same: never there.
  uint32_t character() {
    const auto first = static_cast<uint8_t>(text_[at_]);
    at_ += utf8_step(text_.substr(at_)).size;
    return first < 128 ? first : kBeyond;
  }

  // --- The tree
  uint32_t add(PatternNode node) {
    tree_.nodes.push_back(node);
    return static_cast<uint32_t>(tree_.nodes.size() - 1);
  }
  uint32_t add(Kind kind) {
    PatternNode node;
    node.kind = kind;
    return add(node);
  }
  uint32_t add(Set set, const Flags& flags) {
    if (flags.any_case) set.add_other_case();
    PatternNode node;
    node.kind = Kind::set;
    node.set = set;
    return add(node);
  }
  uint32_t add_character(uint32_t c, const Flags& flags) {
    Set set;
    set.add(c, c);
    return add(set, flags);
  }
  // Those under one roof; one alone needs none.
  uint32_t gather(Kind kind, const std::vector<uint32_t>& children) {
    if (children.empty()) return add(Kind::nothing);
    if (children.size() == 1) return children[0];
    for (size_t i = 1; i < children.size(); ++i) tree_.nodes[children[i - 1]].next = children[i];
    PatternNode node;
    node.kind = kind;
    node.child = children[0];
    return add(node);
  }

  // --- The rules
  uint32_t choice(Flags& flags) {
    std::vector<uint32_t> children{sequence(flags)};
    while (take("|")) children.push_back(sequence(flags));
    return gather(Kind::choice, children);
  }

  uint32_t sequence(Flags& flags) {
    std::vector<uint32_t> children;
    while (more() && peek() != '|' && peek() != ')') {
      if (take("\\Q")) {
        while (more() && !take("\\E")) children.push_back(add_character(character(), flags));
        if (!children.empty()) children.back() = repeated(children.back());
        continue;
      }
      if (const auto one = item(flags)) children.push_back(repeated(*one));
    }
    return gather(Kind::sequence, children);
  }

  // Nothing: it changed the flags and takes no place.
  std::optional<uint32_t> item(Flags& flags) {
    switch (peek()) {
      case '(': return group(flags);
      case '[': return add(bracket(flags), Flags());
      case '\\': return escape(flags);
      case '*':
      case '+':
      case '?':
      case '{':
        if (!repetition_follows()) break;  // a brace that is no repetition is a brace
        complain("there is nothing before it to repeat");
        return std::nullopt;
      case '.': ++at_; return add(flags.dot_is_all ? Set().inverted() : any_of("\n").inverted(), Flags());
      case '^': ++at_; return add(flags.many_lines ? Kind::line_begin : Kind::text_begin);
      case '$': ++at_; return add(flags.many_lines ? Kind::line_end : Kind::text_end);
      default: break;
    }
    return add_character(character(), flags);
  }

  uint32_t repeated(uint32_t child) {
    const auto counts = repetition();
    if (!counts) return child;
    (void)take("?");
    if (repetition_follows()) complain("a repetition is repeated");
    PatternNode node;
    node.kind = Kind::repeat;
    node.child = child;
    std::tie(node.least, node.most) = *counts;
    return add(node);
  }

  std::optional<std::pair<int, int>> repetition() {
    if (take("*")) return std::pair(0, PatternNode::kUnbounded);
    if (take("+")) return std::pair(1, PatternNode::kUnbounded);
    if (take("?")) return std::pair(0, 1);
    const size_t start = at_;
    const auto counts = braces();
    if (!counts) {
      at_ = start;
      return std::nullopt;
    }
    const auto [least, most] = *counts;
    if (least > Pattern::kRepeatMax || most > Pattern::kRepeatMax) complain("a repetition of more than 1000 times");
    if (most != PatternNode::kUnbounded && least > most) complain("a repetition of at least more than at most");
    return counts;
  }
  // {n}, {n,}, {n,m}
  std::optional<std::pair<int, int>> braces() {
    if (!take("{")) return std::nullopt;
    const auto least = number();
    if (!least) return std::nullopt;
    if (take("}")) return std::pair(*least, *least);
    if (!take(",")) return std::nullopt;
    if (take("}")) return std::pair(*least, PatternNode::kUnbounded);
    const auto most = number();
    if (!most || !take("}")) return std::nullopt;
    return std::pair(*least, *most);
  }
  std::optional<int> number() {
    if (!more() || !digit_of(peek(), 10)) return std::nullopt;
    int value = 0;
    for (; more() && digit_of(peek(), 10); ++at_) {
      value = std::min(value * 10 + static_cast<int>(*digit_of(peek(), 10)), Pattern::kRepeatMax + 1);
    }
    return value;
  }
  bool repetition_follows() {
    const size_t start = at_;
    const bool follows = more() && (peek() == '*' || peek() == '+' || peek() == '?' || braces().has_value());
    at_ = start;
    return follows;
  }

  std::optional<uint32_t> group(Flags& flags) {
    const size_t start = at_++;
    Flags inner = flags;
    if (take("?")) {
      if (take("P<") || take("<")) {
        if (!name()) return std::nullopt;
      } else if (!set_flags(inner)) {
        return std::nullopt;
      } else if (take(")")) {  // for the rest of the group around
        flags = inner;
        return std::nullopt;
      } else {
        ++at_;  // the colon
      }
    }
    if (++depth_ > bounds_.depth_max) complain("groups within groups too deep");
    const uint32_t node = choice(inner);
    --depth_;
    if (!take(")")) {
      at_ = start;
      complain("a group is not closed");
    }
    return node;
  }
  bool name() {
    const size_t start = at_;
    while (more() && kWord.has(static_cast<uint8_t>(peek()))) ++at_;
    if (at_ > start && take(">")) return true;
    complain("a group's name is none");
    return false;
  }
  // Up to the colon or the parenthesis.
  bool set_flags(Flags& flags) {
    bool on = true;
    bool any = false;
    for (; more() && peek() != ':' && peek() != ')'; ++at_) {
      const char flag = peek();
      if (flag == '-' && on) {
        on = false;
        any = false;
        continue;
      }
      any = true;
      if (flag == 'i') {
        flags.any_case = on;
      } else if (flag == 'm') {
        flags.many_lines = on;
      } else if (flag == 's') {
        flags.dot_is_all = on;
      } else if (flag != 'U') {  // lazy instead of greedy: the same names
        complain("there is no such group or flag");
        return false;
      }
    }
    if (more() && (any || on)) return true;
    complain("there is no such group or flag");
    return false;
  }

  // --- Escapes
  uint32_t escape(const Flags& flags) {
    if (take("\\A")) return add(Kind::text_begin);
    if (take("\\z")) return add(Kind::text_end);
    if (take("\\b")) return add(Kind::word_edge);
    if (take("\\B")) return add(Kind::no_word_edge);
    if (const auto set = escaped_class()) return add(*set, flags);
    return add_character(escaped_character(), flags);
  }
  std::optional<Set> escaped_class() {
    if (at_ + 1 >= text_.size() || peek() != '\\') return std::nullopt;
    const auto set = class_of(text_[at_ + 1]);
    if (set) at_ += 2;
    return set;
  }
  uint32_t escaped_character() {
    ++at_;
    if (!more()) return complain("a \\ escapes nothing"), 0;
    const char c = peek();
    switch (c) {
      case 'a': ++at_; return '\a';
      case 'f': ++at_; return '\f';
      case 'n': ++at_; return '\n';
      case 'r': ++at_; return '\r';
      case 't': ++at_; return '\t';
      case 'v': ++at_; return '\v';
      case 'x': ++at_; return hexadecimal();
      case 'p':
      case 'P': return complain("classes of Unicode (\\p) are not served"), 0;
      case 'C': return complain("single bytes (\\C) are not served"), 0;
      default: break;
    }
    if (c >= '0' && c <= '7') return octal();
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 128 && !kWord.has(byte)) return character();
    if (c == '_') return character();
    return complain("there is no such escape"), 0;
  }
  // \1 to \7 are characters with two more digits only: alone they would be references back.
  uint32_t octal() {
    const bool zero = peek() == '0';
    uint32_t value = 0;
    size_t digits = 0;
    for (; digits < 3 && more() && digit_of(peek(), 8); ++digits, ++at_) value = value * 8 + *digit_of(peek(), 8);
    if (!zero && digits < 2) complain("references back are not served");
    return value;
  }
  uint32_t hexadecimal() {
    const bool braced = take("{");
    uint32_t value = 0;
    size_t digits = 0;
    for (; (braced || digits < 2) && more() && digit_of(peek(), 16); ++digits, ++at_) {
      value = std::min(value * 16 + *digit_of(peek(), 16), kBeyond);
    }
    const bool right = braced ? digits > 0 && take("}") && value <= kUnicodeLast : digits == 2;
    if (!right) complain("\\x is followed by no character");
    return value;
  }

  // --- Classes
  Set bracket(const Flags& flags) {
    const size_t start = at_++;
    const bool inverted = take("^");
    Set set;
    for (bool first = true; more() && (first || peek() != ']'); first = false) bracket_item(set);
    if (!take("]")) {
      at_ = start;
      complain("a class is not closed");
    }
    if (flags.any_case) set.add_other_case();
    return inverted ? set.inverted() : set;
  }
  void bracket_item(Set& set) {
    if (text_.find(":]", at_) != std::string_view::npos && take("[:")) return named_set(set);
    if (const auto of_class = escaped_class()) return set.add(*of_class);
    const uint32_t first = peek() == '\\' ? escaped_character() : character();
    if (at_ + 1 >= text_.size() || peek() != '-' || text_[at_ + 1] == ']') return set.add(first, first);
    ++at_;
    if (escaped_class()) return complain("a range ends with a class");
    const uint32_t last = peek() == '\\' ? escaped_character() : character();
    if (last < first) return complain("a range goes backwards");
    set.add(first, last);
  }
  void named_set(Set& set) {
    const bool inverted = take("^");
    for (const NamedSet& known : kNamedSets) {
      if (text_.substr(at_, known.name.size()) != known.name || text_.substr(at_ + known.name.size(), 2) != ":]") {
        continue;
      }
      at_ += known.name.size() + 2;
      return set.add(inverted ? known.set.inverted() : known.set);
    }
    complain("there is no such class");
  }

  static constexpr uint32_t kUnicodeLast = 0x10ffff;
  static constexpr uint32_t kBeyond = kUnicodeLast + 1;

  std::string_view text_;
  const Pattern::Bounds& bounds_;
  size_t at_ = 0;
  int depth_ = 0;
  std::string trouble_;
  PatternTree tree_;
};

}  // namespace

Result<PatternTree, PatternError> parse_pattern(std::string_view text, const Pattern::Bounds& bounds) {
  return Parser(text, bounds).parse();
}

}  // namespace ottla
