// The event loop of a thread: KJ's, run in turns. KJ hears from the system and runs what follows from it; then every
// member that has something to do takes its turn; then KJ is asked again. So a member sees all that was ready at once,
// answers it in one go (one sync round, one gathered write a connection), and nobody starves: neither members while KJ
// is busy, since KJ's events are run in portions, nor sockets while members are, since KJ asks the system between turns.
//
// A loop belongs to the thread that made it and does not survive a fork. One a thread. Several nodes may live on one.
// kj::Executor does not work on it; wake() is what other threads have.
//
// A loop changes nothing of the process, which may be somebody else's program. KJ would have the whole process ignore
// SIGPIPE; here it is blocked in the loop's own thread, for sendfile(), which cannot be told to go without.
#pragma once

#include <kj/async-unix.h>
#include <signal.h>

#include <functional>
#include <mutex>
#include <vector>

#include "core/base/time.h"

namespace ottla {

class LoopMember {
 public:
  virtual ~LoopMember() = default;
  // Called when it wants one or its deadline has come. It may leave or let others join.
  virtual void turn(Instant now) = 0;
  [[nodiscard]] virtual bool wants_turn() const = 0;
  [[nodiscard]] virtual Instant next_deadline() const = 0;
};

class Loop {
 public:
  Loop();
  ~Loop() noexcept(false);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void join(LoopMember& member) { members_.push_back(&member); }
  void leave(LoopMember& member);

  // Runs until `done`, which is asked after each round of turns.
  void run_until(const std::function<bool()>& done);
  // From any thread: who waits looks again at what its members want.
  void wake() const { port_.wake(); }

  // For observers of descriptors and for signals.
  [[nodiscard]] kj::UnixEventPort& port() { return port_; }

 private:
  // Around all of KJ.
  class PipeSignal {
   public:
    PipeSignal();
    ~PipeSignal();
    PipeSignal(const PipeSignal&) = delete;
    PipeSignal& operator=(const PipeSignal&) = delete;
    // What KJ took is given back.
    void restore_action();

   private:
    // From before the action is looked at until it is given back: of two loops that begin at once the second must not
    // take what KJ set for what was there.
    std::unique_lock<std::mutex> turn_;
    struct sigaction action_ {};
    bool was_blocked_ = false;
  };

  // Of KJ's events between two turns. A chain of promises that are all ready would go on for ever.
  static constexpr uint kEventsMax = 4096;

  void take_turns();
  [[nodiscard]] bool anyone_wants_turn() const;
  void set_alarm();

  PipeSignal pipe_signal_;
  kj::UnixEventPort port_;
  kj::EventLoop events_;
  kj::WaitScope scope_;
  std::vector<LoopMember*> members_;
  // One timer of KJ's. It is left to ring too early rather than moved whenever a deadline moves away.
  kj::Promise<void> alarm_ = nullptr;
  Instant alarm_at_ = Instant::never();
};

}  // namespace ottla
