// The latest record of those that can be read, wherever the log begins and whatever may be read of it.
#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "core/log/log_testing.h"
#include "core/log/offset_for_time.h"

namespace ottla::log_testing {
namespace {

using Found = OffsetForTime::Found;

// Searched to the end. The log's jobs are the world's only ones.
std::optional<Found> latest_below(LogWorld& world, Log& log, Offset end) {
  const auto id = log.start_latest_record(end);
  EXPECT_TRUE(id.ok());
  while (world.jobs.count() > 0) {
    auto done = world.jobs.step();
    if (!done) continue;
    const auto& search = finished<OffsetForTime>(*done->second);
    EXPECT_FALSE(search.error().has_value() || search.damage().has_value());
    const std::optional<Found> found = search.found();
    world.directory().completed(done->first, std::move(done->second));
    return found;
  }
  ADD_FAILURE() << "no search";
  return std::nullopt;
}

TEST(LatestRecord, is_the_first_of_those_that_nothing_is_later_than) {
  LogWorld world(1);
  Log& log = world.create();
  EXPECT_FALSE(latest_below(world, log, log.log_end()).has_value());
  for (const int64_t ms : {1000, 3000, 2000, 3000}) {
    world.wall = Timestamp::from_ms(ms);
    world.append(log, {"v"});
  }
  const auto found = latest_below(world, log, log.log_end());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->offset, Offset(1));
  EXPECT_EQ(found->timestamp, Timestamp::from_ms(3000));
  EXPECT_EQ(found->epoch, LeaderEpoch(0));
}

// Against a look at every record: times that rise, fall and repeat, segments of all sizes, logs that begin and may be read
// anywhere, indexes in memory and not.
TEST(LatestRecord, is_what_a_look_at_all_of_them_finds) {
  size_t beyond_bounds = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    Prng prng(seed);
    LogSettings settings;
    settings.segment_size_max = static_cast<int64_t>(prng.between(300, 6000));
    settings.index_interval = static_cast<int64_t>(prng.between(0, 500));
    LogWorld world(seed, settings);
    Log* log = &world.create();
    std::vector<int64_t> times;
    int64_t now = 1'000'000;
    const auto count = prng.between(1, 120);
    while (static_cast<int64_t>(times.size()) < count) {
      now += prng.between(-300, 500);
      if (prng.chance(1, 20)) now += prng.between(-20'000, 20'000);
      world.wall = Timestamp::from_ms(now);
      const auto records = static_cast<size_t>(prng.between(1, 4));
      world.append(*log, std::vector<std::string>(records, std::string(prng.below(60), 'x')));
      times.insert(times.end(), records, now);
    }
    world.settle();
    if (prng.chance(1, 2)) {
      world.restart();
      log = &world.ready();
    }
    const auto size = static_cast<int64_t>(times.size());
    int64_t start = 0;
    for (int i = 0; i < 6; ++i) {
      const int64_t end = prng.chance(1, 3) ? size : static_cast<int64_t>(prng.between(start, size));
      std::optional<Found> expected;
      for (int64_t at = start; at < end; ++at) {
        const auto time = Timestamp::from_ms(times[static_cast<size_t>(at)]);
        if (!expected || time > expected->timestamp) expected = Found{Offset(at), time, LeaderEpoch(0)};
      }
      const int64_t largest = *std::max_element(times.begin(), times.end());
      beyond_bounds += expected && expected->timestamp.ms() < largest ? 1 : 0;
      // Batches are read whole or not at all, and a bound lies between two.
      ASSERT_EQ(latest_below(world, *log, Offset(end)), expected) << start << " to " << end;
      if (prng.chance(1, 2)) {
        start = static_cast<int64_t>(prng.between(start, size));
        ASSERT_TRUE(log->raise_log_start(Offset(start)).ok());
      }
    }
  }
  EXPECT_GT(beyond_bounds, 200U);
}

}  // namespace
}  // namespace ottla::log_testing
