// Histories: long random lives of one log on a disk that breaks, held against a model that cannot (history_model_testing.h).
//
//   const History history = History::random(seed, 200);
//   const Outcome outcome = run(history, marks);
//   if (!outcome.broken.empty()) std::cout << shrink(history, ...).text();
//
// A history is its seed, which settles everything about the world, and a list of operations, which carry their own random
// numbers. So any part of the list is a history too, and a failing one is made short by leaving operations out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/log/marks.h"

namespace ottla::log_testing {

// A row of history_acts_testing.inc each.
enum class Act : uint8_t {
#define OTTLA_ACT(name, weight) name,
#include "core/log/history_acts_testing.inc"
#undef OTTLA_ACT
};

struct Operation {
  Act act;
  uint32_t a;  // what the operation draws on: which producer, how many records, how many changes until the power goes
  uint32_t b;

  friend bool operator==(const Operation&, const Operation&) = default;
};

struct History {
  uint64_t seed = 0;
  std::vector<Operation> operations;

  static History random(uint64_t seed, size_t operation_count);
  // As code: what a test that repeats it looks like.
  [[nodiscard]] std::string text() const;
};

struct Outcome {
  std::string broken;  // the first promise that was broken, in words; empty when all were kept
  std::string story;   // then what the log said and what the disk was asked for last
  uint64_t operations_done = 0;
  uint64_t crashes = 0;
  uint64_t crashes_in_recovery = 0;
  uint64_t kills = 0;
  uint64_t stops = 0;
  uint64_t sleeps = 0;
  uint64_t appends = 0;
  uint64_t reads = 0;
  uint64_t truncations = 0;
  uint64_t compactions = 0;  // segments that took the place of others
  uint64_t crashes_in_compaction = 0;
  uint64_t faults = 0;  // operations of the disk that were made to fail
  uint64_t damaged_files = 0;
  uint64_t quarantined = 0;  // for damage to batches
  uint64_t trace_hash = 0;   // of all that the disk was asked for

  void add(const Outcome& other);  // the counts
  [[nodiscard]] std::string text() const;
};

Outcome run(const History& history, Marks& marks);

// The shortest list that is found to break a promise too, by leaving out ever smaller parts. At most `runs_max` runs.
History shrink(const History& history, size_t runs_max = 2'000);

std::string_view text(Act act);

}  // namespace ottla::log_testing
