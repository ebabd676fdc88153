#include "cluster/net/loop.h"

#include <kj/exception.h>
#include <kj/timer.h>

#include <algorithm>

#include "core/base/assert.h"
#include "core/os/posix_clock.h"

namespace ottla {

namespace {

sigset_t only_pipe_signal() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGPIPE);
  return set;
}

std::mutex& pipe_action_mutex() {
  static std::mutex mutex;  // the action is the process's, and so is this
  return mutex;
}

}  // namespace

Loop::PipeSignal::PipeSignal() : turn_(pipe_action_mutex()) {
  const sigset_t pipe = only_pipe_signal();
  sigset_t before;
  OTTLA_ASSERT(::pthread_sigmask(SIG_BLOCK, &pipe, &before) == 0);
  was_blocked_ = ::sigismember(&before, SIGPIPE) == 1;
  OTTLA_ASSERT(::sigaction(SIGPIPE, nullptr, &action_) == 0);
}

Loop::PipeSignal::~PipeSignal() {
  if (was_blocked_) return;
  // One that came to this thread meanwhile is ours, and must not come now.
  const sigset_t pipe = only_pipe_signal();
  const timespec at_once{};
  while (::sigtimedwait(&pipe, nullptr, &at_once) == SIGPIPE) {
  }
  (void)::pthread_sigmask(SIG_UNBLOCK, &pipe, nullptr);
}

void Loop::PipeSignal::restore_action() {
  OTTLA_ASSERT(::sigaction(SIGPIPE, &action_, nullptr) == 0);
  turn_.unlock();
}

Loop::Loop() : events_(port_), scope_(events_) { pipe_signal_.restore_action(); }
Loop::~Loop() noexcept(false) = default;

void Loop::leave(LoopMember& member) {
  const auto at = std::find(members_.begin(), members_.end(), &member);
  if (at != members_.end()) members_.erase(at);
}

void Loop::run_until(const std::function<bool()>& done) {
  while (true) {
    events_.run(kEventsMax);
    take_turns();
    if (done()) return;
    if (anyone_wants_turn() || events_.isRunnable()) {
      port_.poll();
    } else {
      set_alarm();
      port_.wait();
    }
  }
}

void Loop::take_turns() {
  const Instant now = monotonic_now();
  for (size_t at = 0; at < members_.size(); ++at) {
    LoopMember& member = *members_[at];
    if (member.wants_turn() || member.next_deadline() <= now) member.turn(now);
    // It left in its turn. Who stands in its place, and those after, come in the next round.
    if (at >= members_.size() || members_[at] != &member) return;
  }
}

bool Loop::anyone_wants_turn() const {
  return std::any_of(members_.begin(), members_.end(), [](const LoopMember* member) { return member->wants_turn(); });
}

void Loop::set_alarm() {
  Instant wanted = Instant::never();
  for (const LoopMember* member : members_) wanted = std::min(wanted, member->next_deadline());
  if (wanted >= alarm_at_) return;
  alarm_at_ = wanted;
  const Duration delay = std::max(wanted - monotonic_now(), Duration());
  const kj::TimePoint at = kj::systemPreciseMonotonicClock().now() + delay.ns() * kj::NANOSECONDS;
  alarm_ = port_.getTimer().atTime(at).then([this] { alarm_at_ = Instant::never(); }).eagerlyEvaluate(nullptr);
}

}  // namespace ottla
