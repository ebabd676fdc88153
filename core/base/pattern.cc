#include "core/base/pattern.h"

#include <utility>

#include "core/base/pattern_tree.h"

namespace ottla {

void Pattern::Set::add_other_case() {
  for (uint8_t c = 'a'; c <= 'z'; ++c) {
    const auto upper = static_cast<uint8_t>(c - 'a' + 'A');
    if (has(c)) add(upper, upper);
    if (has(upper)) add(c, c);
  }
}

// --- The tree as a program

class PatternCompiler {
 public:
  PatternCompiler(const PatternTree& tree, size_t size_max) : tree_(tree), size_max_(size_max) {}

  bool compile(Pattern& pattern) {
    emit(tree_.root);
    put({Pattern::Op::match});
    pattern.program_ = std::move(program_);
    pattern.sets_ = std::move(sets_);
    return !too_large_;
  }

 private:
  using Kind = PatternNode::Kind;
  using Op = Pattern::Op;

  uint32_t put(Pattern::Instruction instruction) {
    program_.push_back(instruction);
    return here() - 1;
  }
  [[nodiscard]] uint32_t here() const { return static_cast<uint32_t>(program_.size()); }

  // Every visit counts, not only what it puts: repetitions of nothing take time too.
  void emit(uint32_t at) {
    if (too_large_ || ++steps_ > size_max_) {
      too_large_ = true;
      return;
    }
    const PatternNode& node = tree_.nodes[at];
    switch (node.kind) {
      case Kind::nothing: break;
      case Kind::set:
        if (sets_.empty() || sets_.back() != node.set) sets_.push_back(node.set);
        put({Op::take, static_cast<uint32_t>(sets_.size() - 1)});
        break;
      case Kind::text_begin: put({Op::text_begin}); break;
      case Kind::text_end: put({Op::text_end}); break;
      case Kind::line_begin: put({Op::line_begin}); break;
      case Kind::line_end: put({Op::line_end}); break;
      case Kind::word_edge: put({Op::word_edge}); break;
      case Kind::no_word_edge: put({Op::no_word_edge}); break;
      case Kind::sequence:
        for (uint32_t child = node.child; child != PatternNode::kNone; child = tree_.nodes[child].next) emit(child);
        break;
      case Kind::choice: emit_choice(node); break;
      case Kind::repeat: emit_repeat(node); break;
    }
  }

  void emit_choice(const PatternNode& node) {
    std::vector<uint32_t> ends;
    for (uint32_t child = node.child; child != PatternNode::kNone; child = tree_.nodes[child].next) {
      const bool last = tree_.nodes[child].next == PatternNode::kNone;
      const uint32_t fork = last ? 0 : put({Op::fork});
      if (!last) program_[fork].to = here();
      emit(child);
      if (last) break;
      ends.push_back(put({Op::jump}));
      program_[fork].also = here();
    }
    for (const uint32_t end : ends) program_[end].to = here();
  }

  void emit_repeat(const PatternNode& node) {
    for (int i = 0; i < node.least && !too_large_; ++i) emit(node.child);
    if (node.most == PatternNode::kUnbounded) {
      const uint32_t fork = put({Op::fork});
      program_[fork].to = here();
      emit(node.child);
      put({Op::jump, fork});
      program_[fork].also = here();
      return;
    }
    std::vector<uint32_t> forks;
    for (int i = node.least; i < node.most && !too_large_; ++i) {
      forks.push_back(put({Op::fork}));
      program_[forks.back()].to = here();
      emit(node.child);
    }
    for (const uint32_t fork : forks) program_[fork].also = here();
  }

  const PatternTree& tree_;
  const size_t size_max_;
  size_t steps_ = 0;
  bool too_large_ = false;
  std::vector<Pattern::Instruction> program_;
  std::vector<Pattern::Set> sets_;
};

Result<Pattern, PatternError> Pattern::compile(std::string_view text, const Bounds& bounds) {
  const auto tree = parse_pattern(text, bounds);
  if (!tree.ok()) return Failure(tree.error());
  Pattern pattern;
  if (!PatternCompiler(*tree, bounds.program_size_max).compile(pattern)) {
    return Failure(PatternError{"what it repeats comes to too much"});
  }
  return pattern;
}

// --- Matching

namespace {

bool is_word(int c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }

constexpr int kNoCharacter = -1;

}  // namespace

class Pattern::Front {
 public:
  explicit Front(const Pattern& pattern) : program_(pattern.program_), seen_(program_.size(), 0) {}

  void begin() {
    ++round_;
    waiting_.clear();
    matched_ = false;
  }
  // Goes on from an instruction for as long as that needs no character, between `before` and `after`.
  void add(uint32_t first, int before, int after) {
    todo_.push_back(first);
    while (!todo_.empty()) {
      const uint32_t at = todo_.back();
      todo_.pop_back();
      if (std::exchange(seen_[at], round_) == round_) continue;
      const Instruction& instruction = program_[at];
      switch (instruction.op) {
        case Op::take: waiting_.push_back(at); break;
        case Op::match: matched_ = true; break;
        case Op::jump: todo_.push_back(instruction.to); break;
        case Op::fork:
          todo_.push_back(instruction.also);
          todo_.push_back(instruction.to);
          break;
        default:
          if (holds(instruction.op, before, after)) todo_.push_back(at + 1);
      }
    }
  }

  [[nodiscard]] const std::vector<uint32_t>& waiting() const { return waiting_; }
  [[nodiscard]] bool matched() const { return matched_; }

 private:
  static bool holds(Op assertion, int before, int after) {
    switch (assertion) {
      case Op::text_begin: return before == kNoCharacter;
      case Op::text_end: return after == kNoCharacter;
      case Op::line_begin: return before == kNoCharacter || before == '\n';
      case Op::line_end: return after == kNoCharacter || after == '\n';
      case Op::word_edge: return is_word(before) != is_word(after);
      case Op::no_word_edge: return is_word(before) == is_word(after);
      default: OTTLA_UNREACHABLE("not an assertion");
    }
  }

  const std::vector<Instruction>& program_;
  std::vector<uint32_t> seen_;  // the round in which each instruction was
  uint32_t round_ = 0;
  std::vector<uint32_t> waiting_;
  std::vector<uint32_t> todo_;
  bool matched_ = false;
};

bool Pattern::matches(std::string_view name) const {
  const auto character = [&](size_t i) { return i < name.size() ? static_cast<uint8_t>(name[i]) : kNoCharacter; };
  Front fronts[2] = {Front(*this), Front(*this)};
  Front* now = &fronts[0];
  Front* next = &fronts[1];
  now->begin();
  now->add(0, kNoCharacter, character(0));
  for (size_t i = 0; i < name.size(); ++i) {
    const auto taken = static_cast<uint8_t>(name[i]);
    next->begin();
    for (const uint32_t at : now->waiting()) {
      if (sets_[program_[at].to].has(taken)) next->add(at + 1, taken, character(i + 1));
    }
    std::swap(now, next);
    if (now->waiting().empty() && !now->matched()) return false;
  }
  return now->matched();
}

}  // namespace ottla
