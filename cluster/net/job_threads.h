// The threads beside the loop, where jobs run. Each owner of jobs has a desk: what goes in there comes out there.
//
// Jobs take turns step by step: one that has many steps (a compaction) goes to the end of the queue after each, so a sync
// round waits for a step at most and not for a job.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/io/job.h"

namespace ottla {

class JobThreads {
 public:
  class Desk;

  explicit JobThreads(size_t count);
  ~JobThreads();  // every desk is gone
  JobThreads(const JobThreads&) = delete;
  JobThreads& operator=(const JobThreads&) = delete;

 private:
  struct Entry {
    Desk* desk;
    JobId id;
    std::unique_ptr<Job> job;
  };

  void work();

  std::mutex mutex_;
  std::condition_variable added_;
  std::condition_variable stepped_;
  std::deque<Entry> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Used by one thread, the owner's.
class JobThreads::Desk {
 public:
  using Finished = std::vector<std::pair<JobId, JobResult>>;

  // `tell` is called on a thread of ours when take_finished() has something after it had nothing.
  Desk(JobThreads& threads, std::function<void()> tell) : threads_(threads), tell_(std::move(tell)) {}
  // Jobs that were not begun are dropped, those that run end with their step. Nothing is told any more.
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void start(JobId id, std::unique_ptr<Job> job);
  [[nodiscard]] bool any_finished() const { return any_finished_.load(std::memory_order_acquire); }
  // In the order in which they ended; `into` is cleared first.
  void take_finished(Finished& into);

 private:
  friend class JobThreads;
  JobThreads& threads_;
  std::function<void()> tell_;
  std::atomic<bool> any_finished_{false};
  // Under the threads' mutex:
  Finished finished_;
  size_t stepping_ = 0;
  bool closed_ = false;
};

}  // namespace ottla
