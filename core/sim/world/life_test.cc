#include "core/sim/world/life.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace ottla::sim {
namespace {

uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// `make sim` says more of them, and from where: OTTLA_SEEDS, OTTLA_FIRST_SEED.
TEST(Life, breaks_no_promise_in_any_seed) {
  const uint64_t first = from_environment("OTTLA_FIRST_SEED", 1);
  const uint64_t count = from_environment("OTTLA_SEEDS", 1'000);
  LifeOutcome all;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const LifeOutcome one = live(seed);
    ASSERT_EQ(one.broken, "") << "seed " << seed << "; the end of its story:\n" << one.story;
    ASSERT_GE(one.operations, 500U) << "seed " << seed;
    ASSERT_GE(one.faults(), 2U) << "seed " << seed;
    all.add(one);
  }
  std::printf("%lu lives: %s\n", static_cast<unsigned long>(count), all.text().c_str());
}

TEST(Life, is_a_function_of_its_seed) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const LifeOutcome once = live(seed);
    const LifeOutcome again = live(seed);
    EXPECT_EQ(once.trace_hash, again.trace_hash) << "seed " << seed << ": " << once.text() << "\n" << again.text();
  }
  EXPECT_NE(live(1).trace_hash, live(2).trace_hash);
}

}  // namespace
}  // namespace ottla::sim
