#include "core/base/prng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <set>
#include <vector>

namespace ottla {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

// From another implementation of SplitMix64 and xoshiro256**. A recorded seed means a run only while these hold.
TEST(Prng, a_seed_gives_the_same_numbers_for_ever) {
  Prng zero(0);
  for (const uint64_t expected : std::initializer_list<uint64_t>{
           0x99ec5f36cb75f2b4, 0xbf6e1f784956452a, 0x1a5f849d4933e6e0, 0x6aa594f1262d2d2c, 0xbba5ad4a1f842e59}) {
    EXPECT_EQ(zero.next(), expected);
  }
  Prng other(42);
  for (const uint64_t expected : std::initializer_list<uint64_t>{
           0x15780b2e0c2ec716, 0x6104d9866d113a7e, 0xae17533239e499a1, 0xecb8ad4703b360a1, 0xfde6dc7fe2ec5e64}) {
    EXPECT_EQ(other.next(), expected);
  }
}

TEST(Prng, what_is_derived_from_the_numbers_stays_the_same_too) {
  EXPECT_EQ(Prng(0).below(1000), 0x99ec5f36cb75f2b4 % 1000);
  EXPECT_EQ(Prng(0).fraction(), 0x1.33d8be6d96ebep-1);
  EXPECT_EQ(Prng(0).fork().next(), Prng(0x99ec5f36cb75f2b4).next());
  std::array<uint8_t, 11> bytes{};
  Prng(0).fill(bytes);
  EXPECT_EQ(bytes, (std::array<uint8_t, 11>{0xb4, 0xf2, 0x75, 0xcb, 0x36, 0x5f, 0xec, 0x99, 0x2a, 0x45, 0x56}));
}

TEST(Prng, below_favours_no_number) {
  Prng prng(1);
  std::array<int, 7> counts{};
  constexpr int kDraws = 70'000;
  for (int i = 0; i < kDraws; ++i) ++counts[prng.below(counts.size())];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);  // five standard deviations
}

TEST(Prng, below_favours_no_half_of_a_range_that_does_not_fit_into_64_bits_evenly) {
  // Draws modulo 3 * 2^62 without rejection would fall into the first third half of the time.
  Prng prng(2);
  constexpr uint64_t kBound = uint64_t{3} << 62;
  int first_third = 0;
  for (int i = 0; i < 30'000; ++i) first_third += prng.below(kBound) < kBound / 3 ? 1 : 0;
  EXPECT_NEAR(first_third, 10'000, 500);
}

TEST(Prng, below_one_is_zero) { EXPECT_EQ(Prng(3).below(1), 0U); }

TEST(Prng, between_reaches_both_ends_and_nothing_beyond) {
  Prng prng(4);
  std::set<int64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(prng.between(-2, 2));
  EXPECT_EQ(seen, (std::set<int64_t>{-2, -1, 0, 1, 2}));
  EXPECT_EQ(prng.between(kMin, kMin), kMin);
  EXPECT_EQ(prng.between(kMax, kMax), kMax);
}

TEST(Prng, between_takes_the_whole_of_int64) {
  Prng prng(5);
  int negative = 0;
  for (int i = 0; i < 1000; ++i) negative += prng.between(kMin, kMax) < 0 ? 1 : 0;
  EXPECT_NEAR(negative, 500, 100);
  for (int i = 0; i < 1000; ++i) EXPECT_GE(prng.between(kMin + 1, kMax), kMin + 1);
}

TEST(Prng, chances_and_fractions_are_what_they_say) {
  Prng prng(6);
  int hits = 0;
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    hits += prng.chance(1, 4) ? 1 : 0;
    const double fraction = prng.fraction();
    ASSERT_GE(fraction, 0.0);
    ASSERT_LT(fraction, 1.0);
    sum += fraction;
  }
  EXPECT_NEAR(hits, 2'500, 220);
  EXPECT_NEAR(sum, 5'000, 150);
  EXPECT_FALSE(prng.chance(0, 5));
  EXPECT_TRUE(prng.chance(5, 5));
}

TEST(Prng, a_fork_is_moved_by_nothing_its_parent_does_later) {
  Prng quiet(7);
  Prng busy(7);
  Prng of_quiet = quiet.fork();
  Prng of_busy = busy.fork();
  for (int i = 0; i < 10; ++i) busy.next();
  EXPECT_EQ(of_quiet.next(), of_busy.next());
}

TEST(Prng, picks_every_element) {
  Prng prng(8);
  std::vector<int> from = {1, 2, 3};
  std::set<int> seen;
  for (int i = 0; i < 100; ++i) seen.insert(prng.pick(std::span<int>(from)));
  EXPECT_EQ(seen, (std::set<int>{1, 2, 3}));
}

TEST(PrngDeathTest, a_choice_among_nothing_is_a_bug) {
  EXPECT_DEATH((void)Prng(0).below(0), "bound > 0");
  EXPECT_DEATH((void)Prng(0).between(2, 1), "first=2 last=1");
  EXPECT_DEATH((void)Prng(0).pick(std::span<int>()), "from.empty");
}

}  // namespace
}  // namespace ottla
