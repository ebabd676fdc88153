#include "core/sim/sim_history.h"

#include <algorithm>

#include "core/base/assert.h"

namespace ottla::sim {

SimHistory::Entry& SimHistory::next_entry() {
  const uint64_t number = number_++;
  if (entries_.size() < entries_max_) entries_.emplace_back();
  Entry& entry = entries_[number % entries_max_];
  entry.number = number;
  entry.failed.reset();
  return entry;
}

void SimHistory::begin(IoOperation operation, std::string_view path, int64_t position, int64_t size) {
  ++counters_.operations[static_cast<size_t>(operation)];
  Entry& entry = next_entry();
  entry.operation = operation;
  entry.path = path;
  entry.position = position;
  entry.size = size;
  hash_.add(static_cast<int>(operation));
  hash_.add(path);
  hash_.add(position);
  hash_.add(size);
}

void SimHistory::fail(IoError::Code code) {
  OTTLA_ASSERT(number_ > 0);
  ++counters_.failures;
  entries_[(number_ - 1) % entries_max_].failed = code;
  hash_.add(static_cast<int>(code));
}

void SimHistory::note(std::string_view what) {
  Entry& entry = next_entry();
  entry.operation = IoOperation::none;
  entry.path = what;
  hash_.add(what);
}

std::string SimHistory::text() const {
  std::string out;
  const uint64_t kept = std::min<uint64_t>(number_, entries_max_);
  for (uint64_t number = number_ - kept; number < number_; ++number) {
    const Entry& entry = entries_[number % entries_max_];
    out.append(std::to_string(number)).append(" ");
    if (entry.operation == IoOperation::none) {
      out.append("-- ").append(entry.path);
    } else {
      out.append(ottla::text(entry.operation)).append(" ").append(entry.path.empty() ? "." : entry.path);
    }
    if (entry.operation == IoOperation::write || entry.operation == IoOperation::read ||
        entry.operation == IoOperation::read_cached) {
      out.append(" ").append(std::to_string(entry.position)).append("+").append(std::to_string(entry.size));
    } else if (entry.operation == IoOperation::truncate || entry.operation == IoOperation::preallocate) {
      out.append(" ").append(std::to_string(entry.size));
    }
    if (entry.failed.has_value()) out.append(": ").append(ottla::text(*entry.failed));
    out.append("\n");
  }
  return out;
}

}  // namespace ottla::sim
