// Regular expressions over names, in RE2's syntax: a subscription says by one which topics it means.
//
//   const auto orders = Pattern::compile("orders-(eu|us)\\d{2}", bounds);
//   if (orders.ok() && orders->matches("orders-eu07")) ...
//
// The time of a match is linear in the name, whatever the expression: all ways of matching are followed at once, so there is
// nothing to go back to. What compiling may cost is bounded by Bounds.
//
// An expression means the whole name, as if it stood between \A and \z. Names are ASCII, so that is the alphabet: a name with
// any other byte matches nothing, and what an expression says of other characters is understood and never comes true.
//
//   literals, . , [a-z], [^...], [[:alpha:]], \d \w \s \D \W \S, \t \n \r \f \v \a, \123, \x7F, \x{10FFFF}, \Q...\E
//   xy, x|y, (x), (?:x), (?P<name>x), (?<name>x), (?i) (?s) (?m) (?U) and (?i:x), each of them off behind a -
//   x*, x+, x?, x{n}, x{n,}, x{n,m}, and all of them lazy, which is the same here; ^, $, \A, \z, \b, \B
//
// Not served, and refused by name: \p{...}, \C. No expression of RE2's has back references or assertions that look around.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ottla {

struct PatternError {
  std::string text;  // what is wrong, and where: "a group is not closed, at 4"
};

class Pattern {
 public:
  struct Bounds {
    size_t text_size_max = 0;
    size_t program_size_max = 0;  // instructions; counted repetitions multiply them
    int depth_max = 0;            // groups within groups
  };
  static constexpr int kRepeatMax = 1000;  // RE2's

  static Result<Pattern, PatternError> compile(std::string_view text, const Bounds& bounds);

  [[nodiscard]] bool matches(std::string_view name) const;
  [[nodiscard]] size_t program_size() const { return program_.size(); }

  // The characters that one place of an expression takes.
  struct Set {
    uint64_t bits[2] = {0, 0};

    [[nodiscard]] constexpr bool has(uint8_t c) const { return c < 128 && (bits[c >> 6] >> (c & 63) & 1) != 0; }
    constexpr void add(uint32_t first, uint32_t last) {  // above ASCII: nothing
      for (uint32_t c = first; c <= last && c < 128; ++c) bits[c >> 6] |= uint64_t{1} << (c & 63);
    }
    constexpr void add(const Set& other) {
      bits[0] |= other.bits[0];
      bits[1] |= other.bits[1];
    }
    void add_other_case();
    [[nodiscard]] constexpr Set inverted() const { return {{~bits[0], ~bits[1]}}; }
    friend bool operator==(const Set&, const Set&) = default;
  };

 private:
  friend class PatternCompiler;

  enum class Op : uint8_t {
    take,
    fork,
    jump,
    text_begin,
    text_end,
    line_begin,
    line_end,
    word_edge,
    no_word_edge,
    match
  };
  struct Instruction {
    Op op;
    uint32_t to = 0;    // fork, jump: where to go on; take: the set
    uint32_t also = 0;  // fork
  };
  // The instructions that wait for a character, each once.
  class Front;

  std::vector<Instruction> program_;
  std::vector<Set> sets_;
};

}  // namespace ottla
