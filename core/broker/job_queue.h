// Where all rooms of a broker hand over what may block: numbers the jobs and keeps them until the turn's end.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/io/job.h"

namespace ottla {

class JobQueue final : public Jobs {
 public:
  JobId start(std::unique_ptr<Job> job) override {
    const JobId id(next_id_++);
    started_.emplace_back(id, std::move(job));
    ++running_count_;
    return id;
  }
  // What was started since the last call goes to the end of `out`.
  void take(std::vector<std::pair<JobId, std::unique_ptr<Job>>>& out) {
    for (auto& one : started_) out.push_back(std::move(one));
    started_.clear();
  }
  void ended() { --running_count_; }
  [[nodiscard]] size_t running_count() const { return running_count_; }

 private:
  std::vector<std::pair<JobId, std::unique_ptr<Job>>> started_;
  uint64_t next_id_ = 1;
  size_t running_count_ = 0;
};

}  // namespace ottla
