// Time as values. Nothing in core can ask what time it is: a host passes instants and timestamps in.
//
//   Duration    a span, signed, in nanoseconds
//   Instant     a point on the host's monotonic clock; only differences mean something
//   Timestamp   wall-clock milliseconds since 1970 UTC, as Kafka stores them; may jump, so never a deadline
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace ottla {

class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration from_ns(int64_t ns) { return Duration(ns); }
  static constexpr Duration from_us(int64_t us) { return Duration(us * 1'000); }
  static constexpr Duration from_ms(int64_t ms) { return Duration(ms * 1'000'000); }
  static constexpr Duration from_s(int64_t s) { return Duration(s * 1'000'000'000); }

  [[nodiscard]] constexpr int64_t ns() const { return ns_; }
  [[nodiscard]] constexpr int64_t us() const { return ns_ / 1'000; }  // towards zero, as are ms and s
  [[nodiscard]] constexpr int64_t ms() const { return ns_ / 1'000'000; }
  [[nodiscard]] constexpr int64_t s() const { return ns_ / 1'000'000'000; }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration(a.ns_ + b.ns_); }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration(a.ns_ - b.ns_); }
  friend constexpr Duration operator*(Duration a, int64_t n) { return Duration(a.ns_ * n); }
  friend constexpr Duration operator/(Duration a, int64_t n) { return Duration(a.ns_ / n); }

 private:
  constexpr explicit Duration(int64_t ns) : ns_(ns) {}
  int64_t ns_ = 0;
};

class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant from_ns(int64_t ns) { return Instant(ns); }
  static constexpr Instant never() { return Instant(std::numeric_limits<int64_t>::max()); }

  [[nodiscard]] constexpr int64_t ns() const { return ns_; }

  friend constexpr auto operator<=>(Instant, Instant) = default;
  // Adding to never() stays never(): a deadline without a limit may be moved about like any other.
  friend constexpr Instant operator+(Instant at, Duration by) { return at == never() ? at : Instant(at.ns_ + by.ns()); }
  friend constexpr Instant operator-(Instant at, Duration by) { return at == never() ? at : Instant(at.ns_ - by.ns()); }
  friend constexpr Duration operator-(Instant a, Instant b) { return Duration::from_ns(a.ns_ - b.ns_); }

 private:
  constexpr explicit Instant(int64_t ns) : ns_(ns) {}
  int64_t ns_ = 0;
};

class Timestamp {
 public:
  constexpr Timestamp() = default;
  static constexpr Timestamp from_ms(int64_t ms) { return Timestamp(ms); }
  static constexpr Timestamp none() { return Timestamp(-1); }  // Kafka's NO_TIMESTAMP

  [[nodiscard]] constexpr int64_t ms() const { return ms_; }

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp at, Duration by) { return Timestamp(at.ms_ + by.ms()); }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return Duration::from_ms(a.ms_ - b.ms_); }

 private:
  constexpr explicit Timestamp(int64_t ms) : ms_(ms) {}
  int64_t ms_ = -1;
};

}  // namespace ottla
