// Virtual time: it passes only when the queue of events is run, and then jumps from one event to the next.
//
//   SimClock clock;
//   clock.after(Duration::from_ms(5), [&] { broker.tick(clock.now(), wall.at(clock.now())); });
//   clock.run_until(clock.now() + Duration::from_s(60));
//
// Events happen in the order of their instants; events of one instant in the order in which they were planned. That
// order is the run: nothing else in the simulator decides what comes first.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "core/base/time.h"

namespace ottla::sim {

// A planned event; keep it to cancel.
struct EventId {
  Instant at;
  uint64_t sequence = 0;

  friend auto operator<=>(const EventId&, const EventId&) = default;
};

class SimClock {
 public:
  using Event = std::function<void()>;

  [[nodiscard]] Instant now() const { return now_; }

  // An instant in the past means now, after what is already planned for now. never() is never run.
  EventId at(Instant instant, Event event);
  EventId after(Duration delay, Event event) { return at(now_ + delay, std::move(event)); }
  // False when it has run, is running or was cancelled.
  bool cancel(EventId id) { return events_.erase(id) > 0; }

  // Moves to the next event and runs it; false when there is none before or at `limit`. An event may plan and cancel
  // others, not run the clock.
  bool run_next(Instant limit = Instant::never());
  // Runs what is due up to and including `limit`, then stands at `limit`.
  void run_until(Instant limit);

  [[nodiscard]] Instant next_at() const { return events_.empty() ? Instant::never() : events_.begin()->first.at; }
  [[nodiscard]] size_t pending_count() const { return events_.size(); }
  [[nodiscard]] uint64_t run_count() const { return run_count_; }

 private:
  Instant now_;
  uint64_t next_sequence_ = 1;
  uint64_t run_count_ = 0;
  bool running_ = false;
  std::map<EventId, Event> events_;
};

// What one machine believes the date to be: virtual time plus an error of its own, which may jump either way as clocks
// do when someone sets them.
class SimWallClock {
 public:
  explicit SimWallClock(Timestamp at_start = Timestamp::from_ms(1'700'000'000'000)) : at_start_(at_start) {}

  [[nodiscard]] Timestamp at(Instant now) const { return at_start_ + ((now - Instant()) + error_); }
  void jump(Duration by) { error_ = error_ + by; }

 private:
  Timestamp at_start_;
  Duration error_;
};

}  // namespace ottla::sim
