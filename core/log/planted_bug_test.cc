// Random histories against logs that are broken on purpose: each bug of mutants.h, compiled in alone, has to be noticed
// within so many histories. The sound log passes the same ones, so what they notice is the bug.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "core/log/history_testing.h"
#include "core/log/mutants.h"

namespace ottla::log_testing {
namespace {

constexpr size_t kOperations = 200;

// Some ten times what it takes: which history meets a bug first changes with every change to the log.
constexpr uint64_t budget(Mutant bug) {
  switch (bug) {
    case Mutant::none: return 300;
    case Mutant::acknowledge_before_sync: return 50;
    case Mutant::cache_believed_after_failure: return 300;
    case Mutant::dedup_window_lost_at_restart: return 50;
    case Mutant::torn_tail_kept: return 300;
    case Mutant::stale_epoch_line_believed: return 3'000;
    case Mutant::late_sync_believed: return 8'000;
    case Mutant::recovery_point_outruns_log: return 100;
    case Mutant::index_trusted_unchecked: return 2'000;
    case Mutant::cold_read_unchecked: return 2'000;
    case Mutant::tombstone_dropped_early: return 200;
    case Mutant::marker_dropped_early: return 200;
    case Mutant::swap_without_sync: return 100;
    case Mutant::aborted_record_supersedes: return 200;
    case Mutant::original_counts_again: return 3'000;
    case Mutant::producer_forgotten_by_cleaner: return 200;
  }
  return 0;
}

enum class End : uint8_t { sound, broken, assertion };

// A log that is broken may break an assertion, which ends the process: so another one lives the history first.
End end_of(const History& history) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    Marks marks;
    ::_exit(run(history, marks).broken.empty() ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) || WTERMSIG(status) == SIGABRT) << status;
  if (WIFSIGNALED(status)) return End::assertion;
  return WEXITSTATUS(status) == 0 ? End::sound : End::broken;
}

TEST(PlantedBug, is_noticed_and_nothing_else_is) {
  Marks marks;
  for (uint64_t seed = 1; seed <= budget(kMutant); ++seed) {
    const History history = History::random(seed, kOperations);
    const End end = kMutant == Mutant::none ? End::broken : end_of(history);
    if (end == End::sound) continue;
    if (end == End::assertion) {
      std::printf("[ CAUGHT   ] %lu of %lu histories: an assertion\n", static_cast<unsigned long>(seed),
                  static_cast<unsigned long>(budget(kMutant)));
      return;
    }
    const std::string broken = run(history, marks).broken;
    if (broken.empty()) continue;
    ASSERT_NE(kMutant, Mutant::none) << "seed " << seed << ": " << broken;
    const History shortest = shrink(history, 300);
    EXPECT_FALSE(run(shortest, marks).broken.empty());
    EXPECT_LE(shortest.operations.size(), history.operations.size());
    std::printf("[ CAUGHT   ] %lu of %lu histories: %s, in short with %zu operations\n",
                static_cast<unsigned long>(seed), static_cast<unsigned long>(budget(kMutant)), broken.c_str(),
                shortest.operations.size());
    return;
  }
  EXPECT_EQ(kMutant, Mutant::none) << "not noticed within " << budget(kMutant) << " histories";
}

}  // namespace
}  // namespace ottla::log_testing
