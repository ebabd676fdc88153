// Planted bugs, as in core/log/mutants.h: each can be compiled in alone, and the room's planted_bug_test must then fail.
//
//   if (is_planted(RaftMutant::vote_not_saved)) ...
#pragma once

#include <cstdint>

#ifndef OTTLA_MUTANT
#define OTTLA_MUTANT none
#endif

namespace ottla {

enum class RaftMutant : uint8_t {
  none,
  commit_before_sync,    // what was appended counts as committed before it is on the disk
  vote_not_saved,        // the epoch is taken up without writing the vote first
  prefix_dropped_early,  // the log is dropped up to the newest snapshot: nothing is left to go with the older one
  epoch_from_log_alone,  // quorum-state is not looked at: a vote without a batch is forgotten
};

inline constexpr RaftMutant kRaftMutant = RaftMutant::OTTLA_MUTANT;
constexpr bool is_planted(RaftMutant mutant) { return kRaftMutant == mutant && mutant != RaftMutant::none; }

}  // namespace ottla
