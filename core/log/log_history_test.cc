// Ten thousand lives of a log on a disk that breaks (history_testing.h), and what they came across.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "core/base/assert.h"
#include "core/base/sanitizer_testing.h"
#include "core/log/history_testing.h"
#include "core/log/rare_marks_testing.h"

namespace ottla::log_testing {
namespace {

constexpr uint64_t kHistories = OTTLA_SANITIZED ? 500 : 10'000;
constexpr size_t kOperations = 200;

// For deep runs (make histories): other seeds, and more of them.
uint64_t number_from(const char* variable, uint64_t otherwise) {
  const char* const given = std::getenv(variable);
  return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

uint64_t running_seed = 0;

void tell_seed(const CrashReport& report) {
  std::fprintf(stderr, "assertion failed: %s (%.*s) at %s:%d, in the history of seed %lu\n", report.expression,
               static_cast<int>(report.context.size()), report.context.data(), report.file, report.line,
               static_cast<unsigned long>(running_seed));
}

TEST(LogHistory, random_histories_keep_every_promise) {
  const CrashHook hook_before = set_crash_hook(tell_seed);
  const uint64_t histories = number_from("OTTLA_HISTORIES", kHistories);
  const uint64_t first = number_from("OTTLA_SEED", 1);
  Marks marks;
  Outcome sum;
  uint64_t with_crash = 0;
  uint64_t with_compaction = 0;
  for (running_seed = first; running_seed < first + histories; ++running_seed) {
    const History history = History::random(running_seed, kOperations);
    const Outcome outcome = run(history, marks);
    if (!outcome.broken.empty()) {
      const History shortest = shrink(history);
      Marks ignored;
      const Outcome again = run(shortest, ignored);
      FAIL() << "seed " << running_seed << ": " << outcome.broken << "\nin short:\n"
             << shortest.text() << again.broken << "\n"
             << again.story;
    }
    sum.add(outcome);
    if (outcome.crashes > 1) ++with_crash;  // one is the end of every history
    if (outcome.compactions > 0) ++with_compaction;
  }
  set_crash_hook(hook_before);
  const auto print = [](const char* what, uint64_t count) {
    std::printf("[ HISTORY  ] %lu %s\n", static_cast<unsigned long>(count), what);
  };
  print("histories", histories);
  print("with a crash in the middle", with_crash);
  print("with compaction", with_compaction);
  std::printf("[ HISTORY  ] %s\n", sum.text().c_str());
  std::printf("[ HISTORY  ] marks:");
  for (size_t mark = 0; mark < kMarkCount; ++mark) {
    const auto count = static_cast<unsigned long>(marks.count(static_cast<Mark>(mark)));
    std::printf(" %s %lu", std::string(kMarkNames[mark]).c_str(), count);
  }
  std::printf("\n");
  if (histories < kHistories) return;  // of so few it cannot be asked
  EXPECT_GT(with_crash, histories / 2);
  EXPECT_GT(with_compaction, histories / 2);
  EXPECT_GT(sum.crashes_in_compaction, histories / 20);
  for (size_t mark = 0; mark < kMarkCount && !OTTLA_SANITIZED; ++mark) {
    if (is_rare(static_cast<Mark>(mark))) continue;
    EXPECT_GE(marks.count(static_cast<Mark>(mark)), kTakenLeast) << kMarkNames[mark];
  }
}

TEST(LogHistory, repeats_under_its_seed) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const History history = History::random(seed, kOperations);
    Marks first_marks;
    Marks second_marks;
    const Outcome first = run(history, first_marks);
    const Outcome second = run(history, second_marks);
    EXPECT_EQ(first.trace_hash, second.trace_hash) << "seed " << seed;
    EXPECT_NE(first.trace_hash, run(History::random(seed + 1'000, kOperations), second_marks).trace_hash);
  }
}

}  // namespace
}  // namespace ottla::log_testing
