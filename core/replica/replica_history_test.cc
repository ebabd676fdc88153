#include "core/replica/replica_history_testing.h"

#include <gtest/gtest.h>

namespace ottla {
namespace {

TEST(ReplicaHistory, at_random_keeps_every_promise) {
  replica_testing::HistoryCounts counts;
  for (uint64_t seed = 1; seed <= 1'000; ++seed) {
    ASSERT_EQ(replica_testing::live_at_random(seed, 120, counts), "");
  }
  std::printf("%lu values appended, %lu crashes, %lu partitions held against %lu promises\n",
              static_cast<unsigned long>(counts.appended), static_cast<unsigned long>(counts.crashes),
              static_cast<unsigned long>(counts.checked), static_cast<unsigned long>(counts.promised));
  EXPECT_GT(counts.appended, 20'000U);
  EXPECT_GT(counts.crashes, 3'000U);
}

}  // namespace
}  // namespace ottla
