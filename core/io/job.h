// Work that may block, as a value: everything it needs goes in when it is made, everything it found out is read from it
// when it is done. Between the two it belongs to the host, which runs it beside the loop.
//
//   class SyncRound final : public Job {                       // in the room that owns the work
//    public:
//     static constexpr std::string_view kName = "sync round";
//     ...inputs, moved in...      Step step() override;      ...results, const accessors...
//   };
//   JobId id = jobs.start(std::make_unique<SyncRound>(...));   // the owner notes id, incarnation, generation
//   void completed(JobId id, JobResult result) { finished<SyncRound>(*result).failed() ... }
//
// Inputs are immutable and shared with nobody who changes them: Bytes, FilePtr, FileSlice, numbers, strings, and the
// Disks it works on (they outlive it; one job may span several). A job holds no reference to live state of its owner,
// who may be gone or changed when the job ends. Hence the owner keeps, under the JobId, what it needs to tell whether
// the result still means anything (a partition's incarnation and truncation generation), drops it if not, and alone
// publishes it: a job's results take effect in completed(), on the loop, and nowhere else.
//
// Why steps. The node calls step() until done on a thread, one after the other. The simulator has no threads: it calls
// step() once, lets the brokers live for a random while, and calls again, so that appends, truncations and crashes come
// between any two steps, repeatably under a seed. A function that runs to its end could only be simulated as one
// indivisible moment, and one that could be suspended anywhere would need a thread or a coroutine. So a job is cut
// where something may come between: a step makes at most one durable change (one sync, one rename with its directory
// sync, one block of a compaction), and a step without one is short.
//
// A crash, in the simulator and in life, drops jobs between or inside steps: the destructor does nothing but let go.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "core/base/assert.h"
#include "core/base/strong_id.h"

namespace ottla {

using JobId = StrongId<struct JobIdTag, uint64_t>;

class Job {
 public:
  enum class Step : uint8_t { more, done };

  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  // Does the next part. Called by one thread at a time, not necessarily the same, and never after it answered done. An
  // operating error is a result like any other: it is kept, and the job is done.
  [[nodiscard]] virtual Step step() = 0;

  // What kind of job: for metrics and traces, and to check finished(). The kName of its class.
  [[nodiscard]] virtual std::string_view name() const = 0;
};

// The job itself comes back, with its results in it.
using JobResult = std::unique_ptr<Job>;

// Where owners hand jobs over. The host calls completed(id, result) some time after start() returned, never from inside
// it; jobs may end in any order. Jobs of a host that stops or crashes never complete.
class Jobs {
 public:
  virtual ~Jobs() = default;
  virtual JobId start(std::unique_ptr<Job> job) = 0;
};

inline void run_to_end(Job& job) {
  while (job.step() == Job::Step::more) {
  }
}

// The finished job as the class that its owner made it of.
template <class T>
[[nodiscard]] const T& finished(const Job& job) {
  OTTLA_ASSERT(job.name() == T::kName, job.name(), T::kName);
  return static_cast<const T&>(job);
}
template <class T>
[[nodiscard]] T& finished(Job& job) {
  return const_cast<T&>(finished<T>(std::as_const(job)));
}

}  // namespace ottla
