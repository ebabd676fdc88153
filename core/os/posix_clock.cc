#include "core/os/posix_clock.h"

#include <time.h>

#include <cerrno>

#include "core/base/assert.h"

namespace ottla {
namespace {

timespec now(clockid_t clock) {
  timespec time{};
  OTTLA_ASSERT(::clock_gettime(clock, &time) == 0, errno);
  return time;
}

}  // namespace

Instant monotonic_now() {
  const timespec time = now(CLOCK_MONOTONIC);
  return Instant::from_ns(time.tv_sec * 1'000'000'000 + time.tv_nsec);
}

Timestamp wall_now() {
  const timespec time = now(CLOCK_REALTIME);
  return Timestamp::from_ms(time.tv_sec * 1'000 + time.tv_nsec / 1'000'000);
}

}  // namespace ottla
