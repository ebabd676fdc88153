// Time as values. Nothing in core can ask what time it is: a host passes instants and timestamps in.
//
//   Duration    a span, signed, in nanoseconds
//   Instant     a point on the host's monotonic clock; only differences mean something
//   Timestamp   wall-clock milliseconds since 1970 UTC, as Kafka stores them; may jump, so never a deadline
//
// All arithmetic stops at the ends of int64 instead of wrapping: timestamps come from clients and spans from settings
// (a retention of 2^63 - 1 ms is Kafka's way to say "for ever"), and neither may turn far into past.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace ottla {

namespace time_detail {

constexpr int64_t limit(bool negative) {
  return negative ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}
constexpr int64_t add(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? limit(a < 0) : sum;
}
constexpr int64_t subtract(int64_t a, int64_t b) {
  int64_t difference = 0;
  return __builtin_sub_overflow(a, b, &difference) ? limit(a < 0) : difference;
}
constexpr int64_t multiply(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? limit((a < 0) != (b < 0)) : product;
}

}  // namespace time_detail

class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration from_ns(int64_t ns) { return Duration(ns); }
  static constexpr Duration from_us(int64_t us) { return Duration(time_detail::multiply(us, 1'000)); }
  static constexpr Duration from_ms(int64_t ms) { return Duration(time_detail::multiply(ms, 1'000'000)); }
  static constexpr Duration from_s(int64_t s) { return Duration(time_detail::multiply(s, 1'000'000'000)); }

  [[nodiscard]] constexpr int64_t ns() const { return ns_; }
  [[nodiscard]] constexpr int64_t us() const { return ns_ / 1'000; }  // towards zero, as are ms and s
  [[nodiscard]] constexpr int64_t ms() const { return ns_ / 1'000'000; }
  [[nodiscard]] constexpr int64_t s() const { return ns_ / 1'000'000'000; }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration(time_detail::add(a.ns_, b.ns_)); }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration(time_detail::subtract(a.ns_, b.ns_)); }
  friend constexpr Duration operator*(Duration a, int64_t n) { return Duration(time_detail::multiply(a.ns_, n)); }
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
  friend constexpr Instant operator+(Instant at, Duration by) {
    return at == never() ? at : Instant(time_detail::add(at.ns_, by.ns()));
  }
  friend constexpr Instant operator-(Instant at, Duration by) {
    return at == never() ? at : Instant(time_detail::subtract(at.ns_, by.ns()));
  }
  friend constexpr Duration operator-(Instant a, Instant b) {
    return Duration::from_ns(time_detail::subtract(a.ns_, b.ns_));
  }

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
  friend constexpr Timestamp operator+(Timestamp at, Duration by) {
    return Timestamp(time_detail::add(at.ms_, by.ms()));
  }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) {
    return Duration::from_ms(time_detail::subtract(a.ms_, b.ms_));
  }

 private:
  constexpr explicit Timestamp(int64_t ms) : ms_(ms) {}
  int64_t ms_ = -1;
};

}  // namespace ottla
