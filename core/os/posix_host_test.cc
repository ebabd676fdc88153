// The clocks and the random bits of the system.
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "core/base/hex.h"
#include "core/os/posix_clock.h"
#include "core/os/posix_entropy.h"

namespace ottla {
namespace {

TEST(PosixClock, runs_forward_at_the_pace_of_the_world) {
  const Instant before = monotonic_now();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const Instant after = monotonic_now();
  EXPECT_GE(after - before, Duration::from_ms(20));
  EXPECT_LT(after - before, Duration::from_s(20)) << "a unit is wrong, or this machine is asleep";
  Instant last = after;
  for (int i = 0; i < 10'000; ++i) {
    const Instant now = monotonic_now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(PosixClock, tells_the_wall_time_in_milliseconds) {
  using std::chrono::system_clock;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch());
  EXPECT_NEAR(static_cast<double>(wall_now().ms()), static_cast<double>(now.count()), 20'000);
}

TEST(PosixEntropy, fills_any_size_and_does_not_repeat) {
  PosixEntropy entropy;
  entropy.fill({});
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    std::array<uint8_t, 16> id{};
    entropy.fill(id);
    EXPECT_TRUE(seen.insert(hex_encode(BytesView(id))).second);
  }
  // More than the system gives in one call without being open to interruption; no part stays as it was.
  std::vector<uint8_t> many(100'000, 0);
  entropy.fill(many);
  for (size_t at = 0; at < many.size(); at += 100) {
    EXPECT_NE(std::count(many.begin() + at, many.begin() + at + 100, 0), 100) << at;
  }
}

}  // namespace
}  // namespace ottla
