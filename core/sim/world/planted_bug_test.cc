// Lives of a broker that is broken on purpose: each bug of core/model/world_mutants.h, compiled in alone, has to be noticed
// within so many lives. The sound broker lives the same ones, so what they notice is the bug.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/model/world_mutants.h"
#include "core/sim/world/life.h"

namespace ottla::sim {
namespace {

// Several times what it took when this was written.
constexpr uint64_t budget(WorldMutant bug) {
  switch (bug) {
    case WorldMutant::none: return 20;
    case WorldMutant::watermark_before_sync: return 20;
    case WorldMutant::answered_at_append: return 20;
    case WorldMutant::served_past_watermark: return 10;
    case WorldMutant::metadata_before_sync: return 100;
    case WorldMutant::producer_ids_given_again: return 50;
    case WorldMutant::answers_overtake: return 10;
    case WorldMutant::session_forgets_news: return 10;
  }
  return 0;
}

TEST(PlantedBug, is_noticed_and_nothing_else_is) {
  const LifeOptions options{.acknowledged_min = 300};
  for (uint64_t seed = 1; seed <= budget(kWorldMutant); ++seed) {
    const LifeOutcome life = live(seed, options);
    if (life.broken.empty()) continue;
    ASSERT_NE(kWorldMutant, WorldMutant::none) << "seed " << seed << ": " << life.broken;
    std::printf("[ CAUGHT   ] %lu of %lu lives: %s\n", static_cast<unsigned long>(seed),
                static_cast<unsigned long>(budget(kWorldMutant)), life.broken.c_str());
    return;
  }
  EXPECT_EQ(kWorldMutant, WorldMutant::none) << "not noticed within " << budget(kWorldMutant) << " lives";
}

}  // namespace
}  // namespace ottla::sim
