// Whether the room's tests can tell a broken quorum from a sound one: see mutants.h. Built with each bug, and without.
#include <gtest/gtest.h>

#include "core/raft/mutants.h"
#include "core/raft/quorum_story_testing.h"

namespace ottla {
namespace {

constexpr uint64_t kSeedsMax = 200;

// How many lives it took to notice; nothing when none of them did.
std::optional<uint64_t> lives_to_notice() {
  for (uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
    size_t count = 0;
    if (!raft_testing::live_at_random(seed, 80, count).empty()) return seed;
    if (seed == 1 && !raft_testing::break_story_everywhere(seed, count).empty()) return seed;
  }
  return std::nullopt;
}

// The older snapshot is of use only where the newest is damaged, which no crash does.
bool notices_that_the_older_snapshot_is_of_no_use() {
  raft_testing::QuorumWorld world(1, raft_testing::small_segments());
  raft_testing::run_story(world);
  const auto newest = world.consumer().applied;
  world.restart();
  const auto entries = world.disk.list("__cluster_metadata-0");
  for (const DirectoryEntry& entry : *entries) {
    const auto id = parse_snapshot_file_name(entry.name);
    if (id.has_value() && id->end == newest) world.disk.flip_bit("__cluster_metadata-0/" + entry.name, 100, 1);
  }
  world.disk.drop_cache();
  return !world.lead() || !world.check().empty();
}

TEST(PlantedBug, is_noticed) {
  const auto lives = lives_to_notice();
  const bool noticed = lives.has_value() || notices_that_the_older_snapshot_is_of_no_use();
  EXPECT_EQ(noticed, kRaftMutant != RaftMutant::none);
  if (lives.has_value()) std::printf("noticed in life %lu\n", static_cast<unsigned long>(*lives));
}

}  // namespace
}  // namespace ottla
