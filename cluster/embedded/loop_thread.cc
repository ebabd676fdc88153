#include "cluster/embedded/loop_thread.h"

#include <kj/exception.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/base/assert.h"

namespace ottla {

Result<std::unique_ptr<LoopThread>, std::string> LoopThread::start() {
  std::unique_ptr<LoopThread> made(new LoopThread());
  std::promise<std::string> started;
  // A thread inherits the mask of the one that makes it.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::string failure;
  try {
    made->thread_ = std::thread([&, self = made.get()] { self->run(started); });
  } catch (const std::system_error& error) {
    failure = std::string("cannot start a thread: ") + error.what();
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failure.empty()) failure = started.get_future().get();
  if (!failure.empty()) return Failure(std::move(failure));
  return made;
}

LoopThread::~LoopThread() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (loop_ != nullptr) loop_->wake();
  }
  thread_.join();
}

void LoopThread::run_until(Step step) {
  auto request = std::make_unique<Request>();
  request->step = std::move(step);
  std::future<void> done = request->done.get_future();
  {
    const std::lock_guard lock(mutex_);
    OTTLA_ASSERT(!stopping_ && loop_ != nullptr);
    added_.push_back(std::move(request));
    loop_->wake();
  }
  done.wait();
}

void LoopThread::run(std::promise<std::string>& started) {
  try {
    Loop loop;
    {
      const std::lock_guard lock(mutex_);
      loop_ = &loop;
    }
    started.set_value("");
    loop.run_until([&] { return take_steps(loop); });
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
  } catch (const kj::Exception& error) {
    // What fails once it runs is a bug of ours or of KJ's.
    OTTLA_ASSERT(loop_ == nullptr, error.getDescription().cStr());
    started.set_value(std::string("cannot start a loop: ") + error.getDescription().cStr());
  }
}

bool LoopThread::take_steps(Loop& loop) {
  bool stopping = false;
  {
    const std::lock_guard lock(mutex_);
    std::move(added_.begin(), added_.end(), std::back_inserter(requests_));
    added_.clear();
    stopping = stopping_;
  }
  for (size_t at = 0; at < requests_.size();) {
    if (!requests_[at]->step(loop)) {
      ++at;
      continue;
    }
    // What the step holds goes before the one who waits for it goes on.
    const std::unique_ptr<Request> request = std::move(requests_[at]);
    requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(at));
    request->step = nullptr;
    request->done.set_value();
    at = 0;  // others may have waited for what it did, and no round need follow
  }
  return stopping && requests_.empty();
}

}  // namespace ottla
