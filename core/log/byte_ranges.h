// A set of byte ranges, kept as few as they can be: which parts of a file were looked at.
#pragma once

#include <cstdint>
#include <vector>

namespace ottla {

class ByteRanges {
 public:
  void add(int64_t start, int64_t end);
  // Keeps what is below `end`.
  void truncate(int64_t end);
  // Where the range that holds `position` ends; `position` when none does.
  [[nodiscard]] int64_t reach(int64_t position) const;
  [[nodiscard]] bool covers(int64_t start, int64_t end) const { return start >= end || reach(start) >= end; }

 private:
  struct Range {
    int64_t start;
    int64_t end;
  };
  std::vector<Range> ranges_;  // ascending, with gaps between
};

}  // namespace ottla
