// What a simulated disk was asked to do: counters of everything, the last operations in full, a hash of all of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/io_error.h"
#include "core/sim/trace_hash.h"

namespace ottla::sim {

// Operations asked for, failed ones included. Tests state budgets in these: they do not jitter.
struct SimCounters {
  std::array<uint64_t, kIoOperationCount> operations{};
  uint64_t bytes_read = 0;
  uint64_t bytes_written = 0;
  uint64_t failures = 0;

  [[nodiscard]] uint64_t of(IoOperation operation) const { return operations[static_cast<size_t>(operation)]; }
};

class SimHistory {
 public:
  explicit SimHistory(size_t entries_max) : entries_max_(entries_max) {}

  // `position` and `size` as far as they mean something.
  void begin(IoOperation operation, std::string_view path, int64_t position, int64_t size);
  // The operation begun last failed.
  void fail(IoError::Code code);
  // Something that no caller asked for: a crash, damage.
  void note(std::string_view what);

  [[nodiscard]] const SimCounters& counters() const { return counters_; }
  SimCounters& counters() { return counters_; }
  [[nodiscard]] uint64_t trace_hash() const { return hash_.value(); }
  // One line an operation, oldest first: "184 write t-0/0.log 4096+512" and "185 sync t-0/0.log: input/output error".
  [[nodiscard]] std::string text() const;

 private:
  struct Entry {
    uint64_t number = 0;
    IoOperation operation = IoOperation::none;  // none: a note
    std::string path;
    int64_t position = 0;
    int64_t size = 0;
    std::optional<IoError::Code> failed;
  };
  Entry& next_entry();

  size_t entries_max_;
  std::vector<Entry> entries_;  // a ring once it is full; its strings are reused
  uint64_t number_ = 0;         // of entries ever
  SimCounters counters_;
  TraceHash hash_;
};

}  // namespace ottla::sim
