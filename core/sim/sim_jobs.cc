#include "core/sim/sim_jobs.h"

#include <utility>

namespace ottla::sim {

SimJobs::SimJobs(SimClock& clock, uint64_t seed, Completed completed)
    : clock_(clock), prng_(seed), completed_(std::move(completed)) {
  OTTLA_ASSERT(completed_ != nullptr);
}

JobId SimJobs::start(std::unique_ptr<Job> job) {
  OTTLA_ASSERT(job != nullptr);
  const JobId id(next_id_++);
  const EventId first = clock_.after(draw_delay(), [this, id] { step(id); });
  running_.emplace(id, Running{std::move(job), first});
  return id;
}

void SimJobs::step(JobId id) {
  const auto found = running_.find(id);
  OTTLA_ASSERT(found != running_.end(), id.value());
  if (found->second.job->step() == Job::Step::more) {
    found->second.next_step = clock_.after(draw_delay(), [this, id] { step(id); });
    return;
  }
  JobResult result = std::move(found->second.job);
  running_.erase(found);
  completed_(id, std::move(result));
}

void SimJobs::drop_all() {
  for (const auto& [id, running] : running_) clock_.cancel(running.next_step);
  running_.clear();
}

Duration SimJobs::draw_delay() {
  const Duration delay = Duration::from_ns(prng_.between(delays_.least.ns(), delays_.most.ns()));
  return delays_.slow_one_in > 0 && prng_.chance(1, delays_.slow_one_in) ? delay * 100 : delay;
}

}  // namespace ottla::sim
