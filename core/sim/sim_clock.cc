#include "core/sim/sim_clock.h"

#include <utility>

#include "core/base/assert.h"

namespace ottla::sim {

EventId SimClock::at(Instant instant, Event event) {
  OTTLA_ASSERT(event != nullptr);
  const EventId id{instant < now_ ? now_ : instant, next_sequence_++};
  events_.emplace(id, std::move(event));
  return id;
}

bool SimClock::run_next(Instant limit) {
  OTTLA_ASSERT(!running_);
  if (events_.empty()) return false;
  const auto first = events_.begin();
  if (first->first.at > limit || first->first.at == Instant::never()) return false;
  OTTLA_ASSERT(first->first.at >= now_);
  now_ = first->first.at;
  const Event event = std::move(first->second);
  events_.erase(first);
  ++run_count_;
  running_ = true;
  event();
  running_ = false;
  return true;
}

void SimClock::run_until(Instant limit) {
  OTTLA_ASSERT(limit >= now_ && limit != Instant::never());
  while (run_next(limit)) {
  }
  now_ = limit;
}

}  // namespace ottla::sim
