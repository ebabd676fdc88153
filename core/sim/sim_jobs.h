// The hands of one simulated machine: runs jobs in steps at random instants, so that the loop, other jobs and crashes
// come between any two steps. Jobs overtake each other, as they do on threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "core/base/prng.h"
#include "core/io/job.h"
#include "core/sim/sim_clock.h"

namespace ottla::sim {

class SimJobs final : public Jobs {
 public:
  using Completed = std::function<void(JobId, JobResult)>;

  // How long a step takes: evenly between the bounds, and one in `slow_one_in` takes a hundred times that. 0: none is.
  struct Delays {
    Duration least = Duration::from_us(20);
    Duration most = Duration::from_ms(2);
    uint32_t slow_one_in = 50;
  };

  SimJobs(SimClock& clock, uint64_t seed, Completed completed);
  ~SimJobs() override { drop_all(); }

  JobId start(std::unique_ptr<Job> job) override;

  // The machine crashed or stopped: what runs is dropped between two of its steps and never completes.
  void drop_all();
  void set_delays(Delays delays) { delays_ = delays; }
  [[nodiscard]] size_t running_count() const { return running_.size(); }

 private:
  struct Running {
    std::unique_ptr<Job> job;
    EventId next_step;
  };

  void step(JobId id);
  Duration draw_delay();

  SimClock& clock_;
  Prng prng_;
  Completed completed_;
  Delays delays_;
  uint64_t next_id_ = 1;
  std::map<JobId, Running> running_;
};

}  // namespace ottla::sim
