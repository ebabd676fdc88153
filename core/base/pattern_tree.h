// The text of a regular expression as a tree, for Pattern alone.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/pattern.h"

namespace ottla {

struct PatternNode {
  enum class Kind : uint8_t {
    nothing,
    set,
    text_begin,
    text_end,
    line_begin,
    line_end,
    word_edge,
    no_word_edge,
    sequence,  // of its children
    choice,    // one of its children
    repeat,    // of its only child
  };
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr int kUnbounded = -1;

  Kind kind = Kind::nothing;
  uint32_t child = kNone;  // the first
  uint32_t next = kNone;   // its parent's next child
  int least = 0;           // repeat
  int most = 0;
  Pattern::Set set;
};

struct PatternTree {
  std::vector<PatternNode> nodes;
  uint32_t root = 0;
};

Result<PatternTree, PatternError> parse_pattern(std::string_view text, const Pattern::Bounds& bounds);

}  // namespace ottla
