// Lives of a broker that is broken on purpose: each bug of core/model/world_mutants.h, compiled in alone, has to be noticed
// within so many lives. The sound broker lives the same ones, so what they notice is the bug.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "core/model/world_mutants.h"
#include "core/sim/world/life.h"

namespace ottla::sim {
namespace {

// Within how many lives it has to be noticed, several times what it took when this was written; and what the promise that it
// breaks says. A bug that is noticed for another's reason is not noticed.
struct Expected {
  uint64_t lives;
  std::string_view says;  // one of these, separated by '|'
};
// Gone, or another stands in its place.
constexpr std::string_view kLostOrRefused =
    "is lost|was acknowledged where|was read where|was acknowledged here and before|was refused";
constexpr Expected expected(WorldMutant bug) {
  switch (bug) {
    case WorldMutant::none: return {20, ""};
    // What was acknowledged is gone; or the producer's next batch is told so.
    case WorldMutant::watermark_before_sync:
    case WorldMutant::answered_at_append: return {20, kLostOrRefused};
    case WorldMutant::served_past_watermark: return {10, "at or above the high watermark"};
    case WorldMutant::metadata_before_sync: return {100, "was made and is lost|was removed and is there"};
    // Two producers of one id: what the one sends counts as a batch of the other, sent again (then it is acknowledged and not
    // there) or out of order.
    case WorldMutant::producer_ids_given_again: return {50, kLostOrRefused};
    case WorldMutant::answers_overtake: return {10, "had not asked"};
    case WorldMutant::session_forgets_news: return {30, "does not hear of what there is"};
    case WorldMutant::log_start_not_written: return {200, "was deleted"};
  }
  return {0, ""};
}

bool says_one_of(std::string_view text, std::string_view choices) {
  for (size_t begin = 0; begin <= choices.size();) {
    const size_t end = std::min(choices.find('|', begin), choices.size());
    if (text.find(choices.substr(begin, end - begin)) != std::string_view::npos) return true;
    begin = end + 1;
  }
  return false;
}

TEST(PlantedBug, is_noticed_and_nothing_else_is) {
  const LifeOptions options{.acknowledged_min = 300};
  const auto [lives, says] = expected(kWorldMutant);
  for (uint64_t seed = 1; seed <= lives; ++seed) {
    const LifeOutcome life = live(seed, options);
    if (life.broken.empty()) continue;
    ASSERT_NE(kWorldMutant, WorldMutant::none) << "seed " << seed << ": " << life.broken;
    std::printf("[ CAUGHT   ] %lu of %lu lives: %s\n", static_cast<unsigned long>(seed),
                static_cast<unsigned long>(lives), life.broken.c_str());
    EXPECT_TRUE(says_one_of(life.broken, says)) << "seed " << seed << " noticed something else: " << life.broken;
    return;
  }
  EXPECT_EQ(kWorldMutant, WorldMutant::none) << "not noticed within " << lives << " lives";
}

}  // namespace
}  // namespace ottla::sim
