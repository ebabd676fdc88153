// What goes wrong on a simulated disk besides crashes: rules that fail chosen operations, and how often the everyday
// annoyances happen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/io_error.h"

namespace ottla::sim {

// "The third sync of a .log from now on fails with io, and so does every later one."
struct FaultRule {
  IoOperation operation = IoOperation::none;
  uint64_t nth = 1;                  // which one, counted from when the rule was added; 1 is the next
  IoError::Code code = IoError::io;  // what the caller hears
  bool for_ever = false;             // or just that once
  std::string path_contains{};       // counts only operations on such paths; empty: all. Renames go by `to`.
};

class SimFaults {
 public:
  void add(FaultRule rule);
  // Mends everything: no rule is left.
  void clear() { rules_.clear(); }
  // How many operations rules have failed.
  [[nodiscard]] uint64_t hit_count() const { return hit_count_; }

  // Counts the operation against every rule; the first rule that is due decides.
  std::optional<IoError::Code> check(IoOperation operation, std::string_view path);

 private:
  struct Armed {
    FaultRule rule;
    uint64_t seen = 0;
  };
  std::vector<Armed> rules_;
  uint64_t hit_count_ = 0;
};

// How a disk is from the start; what tests turn on and off has a setter on SimDisk.
struct SimDiskOptions {
  int64_t capacity = int64_t{1} << 40;
  uint32_t files_open_max = 65'536;
  uint32_t would_block_per_mille = 0;  // read_cached of what is cached
  uint32_t write_back_per_mille = 30;  // writes after which the kernel writes some dirty pages on its own
  size_t history_max = 512;            // operations remembered
};

}  // namespace ottla::sim
