#include "core/log/retention.h"

#include <gtest/gtest.h>

namespace ottla {
namespace {

constexpr Timestamp at(int64_t ms) { return Timestamp::from_ms(ms); }

// Segments of ten offsets and 100 bytes each, whose last record came at 100, 200, ...; the last one is active.
std::vector<SegmentFacts> segments(int64_t count) {
  std::vector<SegmentFacts> facts;
  for (int64_t i = 0; i < count; ++i) {
    facts.push_back({.base = Offset(10 * i), .end = Offset(10 * i + 10), .size = 100});
    facts.back().first_timestamp = at(100 * i + 1);
    facts.back().largest_timestamp = at(100 * i + 100);
  }
  return facts;
}

LogSettings keeping(int64_t retention_ms, int64_t retention_size = -1) {
  LogSettings settings;
  settings.retention_ms = retention_ms;
  settings.retention_size = retention_size;
  return settings;
}

constexpr Offset kEverything(1'000'000);

TEST(Retention, drops_what_is_older_than_retention_ms) {
  const auto plan = plan_retention(segments(4), Offset(0), kEverything, keeping(500), at(701));
  EXPECT_EQ(plan.by_time, 2U) << "of 100 and 200, not of 300: that is 401 old";
  EXPECT_EQ(plan.log_start, Offset(20));
  EXPECT_FALSE(plan.roll);
  EXPECT_EQ(plan_retention(segments(4), Offset(0), kEverything, keeping(500), at(600)).count(), 0U) << "not at 500";
  EXPECT_EQ(plan_retention(segments(4), Offset(0), kEverything, keeping(500), at(601)).count(), 1U);
}

TEST(Retention, stops_at_the_first_segment_that_stays) {
  auto log = segments(4);
  log[1].largest_timestamp = at(1'000'000);  // a producer whose clock is ahead
  const auto plan = plan_retention(log, Offset(0), kEverything, keeping(500), at(100'000));
  EXPECT_EQ(plan.log_start, Offset(10));
}

TEST(Retention, never_expires_a_segment_without_timestamps) {
  auto log = segments(4);
  log[0].largest_timestamp = Timestamp::none();
  EXPECT_EQ(plan_retention(log, Offset(0), kEverything, keeping(500), at(100'000)).count(), 0U);
}

TEST(Retention, drops_all_and_rolls_when_the_active_segment_is_expired) {
  const auto plan = plan_retention(segments(3), Offset(0), Offset(30), keeping(500), at(100'000));
  EXPECT_EQ(plan.count(), 3U);
  EXPECT_TRUE(plan.roll);
  EXPECT_EQ(plan.log_start, Offset(30));
}

TEST(Retention, leaves_an_empty_active_segment_alone) {
  auto log = segments(3);
  log[2] = {.base = Offset(20), .end = Offset(20), .size = 0};
  const auto plan = plan_retention(log, Offset(0), kEverything, keeping(0), at(100'000));
  EXPECT_EQ(plan.log_start, Offset(20));
  EXPECT_FALSE(plan.roll);
}

TEST(Retention, keeps_everything_that_reaches_above_the_high_watermark) {
  for (const auto& [high_watermark, log_start] : {std::pair{0, 0}, {9, 0}, {10, 10}, {19, 10}, {20, 20}, {29, 20}}) {
    const auto plan = plan_retention(segments(3), Offset(0), Offset(high_watermark), keeping(0, 0), at(100'000));
    EXPECT_EQ(plan.log_start, Offset(log_start)) << high_watermark;
    EXPECT_FALSE(plan.roll);
  }
}

TEST(Retention, drops_what_is_beyond_retention_bytes) {
  const auto start = [](int64_t size) {
    return plan_retention(segments(5), Offset(0), kEverything, keeping(-1, size), at(0)).log_start.value();
  };
  EXPECT_EQ(start(500), 0);
  EXPECT_EQ(start(401), 0) << "a segment goes only if as much as it holds is too much";
  EXPECT_EQ(start(400), 10);
  EXPECT_EQ(start(250), 20);
  EXPECT_EQ(start(0), 50);
  EXPECT_EQ(start(-1), 0);
}

TEST(Retention, drops_whole_segments_below_the_log_start) {
  const auto settings = keeping(-1);
  EXPECT_EQ(plan_retention(segments(4), Offset(19), kEverything, settings, at(0)).by_log_start, 1U);
  const auto plan = plan_retention(segments(4), Offset(25), kEverything, settings, at(0));
  EXPECT_EQ(plan.by_log_start, 2U);
  EXPECT_EQ(plan.log_start, Offset(25)) << "it never falls";
  EXPECT_EQ(plan_retention(segments(2), Offset(20), kEverything, settings, at(0)).by_log_start, 1U)
      << "the active one says where the log ends";
}

TEST(Retention, takes_size_from_what_the_log_start_leaves) {
  const auto plan = plan_retention(segments(5), Offset(20), kEverything, keeping(-1, 200), at(0));
  EXPECT_EQ(plan.by_log_start, 2U);
  EXPECT_EQ(plan.by_size, 1U);
  EXPECT_EQ(plan.log_start, Offset(30));
}

TEST(Retention, of_a_compacted_log_is_its_log_start_alone) {
  LogSettings settings = keeping(0, 0);
  settings.deletes = false;
  settings.compacts = true;
  EXPECT_EQ(plan_retention(segments(4), Offset(0), kEverything, settings, at(100'000)).count(), 0U);
  EXPECT_EQ(plan_retention(segments(4), Offset(10), kEverything, settings, at(100'000)).by_log_start, 1U);
  settings.deletes = true;
  EXPECT_EQ(plan_retention(segments(4), Offset(0), kEverything, settings, at(100'000)).count(), 4U);
}

TEST(Retention, of_for_ever_is_for_ever) {
  EXPECT_EQ(plan_retention(segments(4), Offset(0), kEverything, keeping(INT64_MAX), at(INT64_MAX)).count(), 0U);
  EXPECT_EQ(plan_retention(segments(4), Offset(0), kEverything, keeping(-1), at(INT64_MAX)).count(), 0U);
}

}  // namespace
}  // namespace ottla
