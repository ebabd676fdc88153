#include "core/log/clean_plan.h"

#include <gtest/gtest.h>

namespace ottla {
namespace {

constexpr Timestamp at(int64_t ms) { return Timestamp::from_ms(ms); }

std::vector<SegmentFacts> facts_of(const std::vector<int64_t>& bases, int64_t size = 100) {
  std::vector<SegmentFacts> facts;
  for (size_t i = 0; i + 1 < bases.size(); ++i) {
    facts.push_back({.base = Offset(bases[i]),
                     .end = Offset(bases[i + 1]),
                     .size = size,
                     .first_timestamp = at(bases[i]),
                     .largest_timestamp = at(bases[i + 1] - 1),
                     .index_size = 8,
                     .time_index_size = 12});
  }
  return facts;
}

TEST(CleanPlan, cleans_up_to_the_active_segment_the_stable_end_and_the_lag) {
  const auto segments = facts_of({0, 10, 20, 30, 40});
  const LogSettings settings;
  const auto end_of = [&](int64_t stable, int64_t cleaned, int64_t lag) {
    LogSettings changed = settings;
    changed.min_compaction_lag_ms = lag;
    return cleanable(segments, Offset(0), Offset(stable), Offset(cleaned), changed, at(100)).first_uncleanable.value();
  };
  EXPECT_EQ(end_of(40, 0, 0), 30) << "never the active one";
  EXPECT_EQ(end_of(25, 0, 0), 20) << "no segment that reaches above the stable end";
  EXPECT_EQ(end_of(20, 0, 0), 20);
  EXPECT_EQ(end_of(5, 0, 0), 0);
  EXPECT_EQ(end_of(40, 0, 75), 20) << "what was written at 29 is 71 old";
  EXPECT_EQ(end_of(40, 0, 71), 30);
  EXPECT_EQ(end_of(40, 0, 1000), 0);
}

TEST(CleanPlan, weighs_dirty_against_clean) {
  const auto segments = facts_of({0, 10, 20, 30, 40});
  LogSettings settings;
  CleanRange range = cleanable(segments, Offset(0), Offset(40), Offset(10), settings, at(100));
  EXPECT_EQ(range.first_dirty, Offset(10));
  EXPECT_EQ(range.clean_size, 100);
  EXPECT_EQ(range.dirty_size, 200);
  EXPECT_TRUE(range.wants_cleaning(0.5));
  EXPECT_FALSE(range.wants_cleaning(0.7));
  settings.max_compaction_lag_ms = 90;
  EXPECT_FALSE(cleanable(segments, Offset(0), Offset(40), Offset(10), settings, at(100)).overdue);
  EXPECT_TRUE(cleanable(segments, Offset(0), Offset(40), Offset(10), settings, at(101)).wants_cleaning(0.99));
  EXPECT_FALSE(cleanable(segments, Offset(0), Offset(40), Offset(30), settings, at(500)).wants_cleaning(0.0));
}

TEST(CleanPlan, starts_over_when_the_checkpoint_cannot_be_right) {
  const auto segments = facts_of({10, 20, 30});
  EXPECT_EQ(cleanable(segments, Offset(12), Offset(30), Offset(3), {}, at(0)).first_dirty, Offset(12));
  EXPECT_EQ(cleanable(segments, Offset(12), Offset(30), Offset(31), {}, at(0)).first_dirty, Offset(12));
}

TEST(CleanPlan, merges_what_fits_one_segment) {
  LogSettings settings;
  settings.segment_size_max = 250;
  using Groups = std::vector<SegmentGroup>;
  const auto segments = facts_of({0, 10, 20, 30, 40, 50});
  EXPECT_EQ(group_segments(segments, Offset(50), settings), (Groups{{0, 2}, {2, 4}, {4, 5}}));
  EXPECT_EQ(group_segments(segments, Offset(25), settings), (Groups{{0, 2}, {2, 3}}));
  settings.segment_size_max = 1000;
  settings.segment_index_size_max = 36;
  EXPECT_EQ(group_segments(segments, Offset(50), settings), (Groups{{0, 3}, {3, 5}})) << "the time indexes' 12 each";
  settings.segment_index_size_max = 1000;
  const auto far = facts_of({0, 10, INT32_MAX, int64_t{INT32_MAX} + 1, int64_t{INT32_MAX} + 2});
  EXPECT_EQ(group_segments(far, Offset(INT64_MAX), settings), (Groups{{0, 2}, {2, 4}}));
}

}  // namespace
}  // namespace ottla
