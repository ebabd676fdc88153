// One life of a metadata log, from nothing to a third snapshot, as a script: for tests that break it at every place.
#pragma once

#include "core/raft/quorum_testing.h"

namespace ottla::raft_testing {

// Small segments, so that snapshots let some of them go.
QuorumOptions small_segments();

// Runs the script as far as the disk lets it: appends, each waited for, a snapshot after every few, a stop and a start in
// the middle. `steps_max`: so many steps of jobs and no more.
void run_story(QuorumWorld& world, uint64_t steps_max = UINT64_MAX);
inline constexpr size_t kStoryAppends = 24;

// What must hold after the story was broken off and the node was started again: all that was promised is there; it
// leads, in an epoch of its own; it takes more, and has that after one more crash. What does not, or empty.
std::string check_after(QuorumWorld& world);

// The story with the power cut after each change of the disk in turn, crash and all; and killed after each step of a
// job. The first that goes wrong, or empty; `count` is how many there were.
std::string break_story_everywhere(uint64_t seed, size_t& count);
// Random acts, faults, kills and crashes.
std::string live_at_random(uint64_t seed, int acts, size_t& promised_count);

}  // namespace ottla::raft_testing
