// A loop on a thread of its own, for a program that has other things to do: other threads have steps run on it. All
// signals are blocked in it; they are the program's.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cluster/net/loop.h"
#include "core/base/result.h"

namespace ottla {

class LoopThread {
 public:
  // Fails, with the system's reason, when there can be no more descriptors or threads.
  static Result<std::unique_ptr<LoopThread>, std::string> start();
  ~LoopThread();  // everything that was on the loop is gone
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  // Has `step` run on the loop's thread, at once and after each round of turns, until it says true; comes back then. From
  // any thread but the loop's, several at once.
  using Step = std::function<bool(Loop&)>;
  void run_until(Step step);

 private:
  struct Request {
    Step step;
    std::promise<void> done;
  };

  LoopThread() = default;
  void run(std::promise<std::string>& started);
  bool take_steps(Loop& loop);

  std::mutex mutex_;
  std::vector<std::unique_ptr<Request>> added_;
  bool stopping_ = false;
  Loop* loop_ = nullptr;
  std::vector<std::unique_ptr<Request>> requests_;  // the loop's thread's
  std::thread thread_;
};

}  // namespace ottla
