// Coverage marks: every branch that only a crash or damage takes says that it was taken, and a test holds the counts
// against what must have happened ("each recovery case at least 100 times").
//
//   environment.marks.hit(Mark::torn_tail);
//
// Marks is an object that the owner of a data directory has and hands in, so there is no global state and two worlds in
// one process count apart. It counts where tests are built (OTTLA_MARKS, from CMake); elsewhere it is empty and hit()
// is nothing. Jobs on several threads may hit one Marks at once.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace ottla {

// A row of marks.inc each; the function of the same name, where there is one, tells the story.
enum class Mark : uint8_t {
#define OTTLA_MARK(name) name,
#include "core/log/marks.inc"
#undef OTTLA_MARK
};

inline constexpr std::string_view kMarkNames[] = {
#define OTTLA_MARK(name) #name,
#include "core/log/marks.inc"
#undef OTTLA_MARK
};
inline constexpr size_t kMarkCount = std::size(kMarkNames);

class Marks {
 public:
#ifdef OTTLA_MARKS
  void hit(Mark mark) { counts_[static_cast<size_t>(mark)].fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] uint64_t count(Mark mark) const {
    return counts_[static_cast<size_t>(mark)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<uint64_t>, kMarkCount> counts_{};
#else
  void hit(Mark) {}
#endif
};

}  // namespace ottla
