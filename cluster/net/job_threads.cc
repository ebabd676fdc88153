#include "cluster/net/job_threads.h"

#include <pthread.h>
#include <signal.h>

#include "core/base/assert.h"

namespace ottla {
namespace {

// Signals are the loop's business. A thread inherits the mask of the one that makes it.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

JobThreads::JobThreads(size_t count) {
  const SignalsBlocked blocked;
  for (size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

JobThreads::~JobThreads() {
  {
    const std::lock_guard lock(mutex_);
    OTTLA_ASSERT(queue_.empty());
    stopping_ = true;
  }
  added_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void JobThreads::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    added_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Entry entry = std::move(queue_.front());
    queue_.pop_front();
    Desk& desk = *entry.desk;
    ++desk.stepping_;
    Job::Step step = Job::Step::more;
    do {
      lock.unlock();
      step = entry.job->step();
      lock.lock();
    } while (step == Job::Step::more && queue_.empty() && !desk.closed_);
    if (desk.closed_) {
      entry.job.reset();
    } else if (step == Job::Step::more) {
      queue_.push_back(std::move(entry));
    } else {
      desk.finished_.emplace_back(entry.id, std::move(entry.job));
      if (!desk.any_finished_.exchange(true, std::memory_order_release)) desk.tell_();
    }
    --desk.stepping_;
    if (desk.closed_) stepped_.notify_all();
  }
}

JobThreads::Desk::~Desk() {
  std::unique_lock lock(threads_.mutex_);
  closed_ = true;
  std::erase_if(threads_.queue_, [this](const Entry& entry) { return entry.desk == this; });
  threads_.stepped_.wait(lock, [this] { return stepping_ == 0; });
}

void JobThreads::Desk::start(JobId id, std::unique_ptr<Job> job) {
  {
    const std::lock_guard lock(threads_.mutex_);
    threads_.queue_.push_back({this, id, std::move(job)});
  }
  threads_.added_.notify_one();
}

void JobThreads::Desk::take_finished(Finished& into) {
  into.clear();
  if (!any_finished()) return;
  const std::lock_guard lock(threads_.mutex_);
  any_finished_.store(false, std::memory_order_relaxed);
  into.swap(finished_);
}

}  // namespace ottla
