// Cold reads that run: a reader that needs bytes which have to be fetched and checked first starts one, and readers of the
// same place share it. When it ends the log's notice wakes them, and they read again.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "core/io/job.h"
#include "core/log/log.h"

namespace ottla {

class ColdReads {
 public:
  // False: it could not be started, the log has trouble.
  bool start(Log& log, const ReadRequest& request) {
    if (pending(log.number(), request.offset)) return true;
    const auto job = log.start_cold_read(request);
    if (!job.ok()) return false;
    running_.push_back({.log = log.number(), .offset = request.offset, .job = *job});
    return true;
  }
  [[nodiscard]] bool pending(LogNumber log, Offset offset) const {
    return std::any_of(running_.begin(), running_.end(),
                       [&](const Running& one) { return one.log == log && one.offset == offset; });
  }
  void ended(JobId job) {
    std::erase_if(running_, [&](const Running& one) { return one.job == job; });
  }

 private:
  struct Running {
    LogNumber log{0};
    Offset offset;
    JobId job;
  };
  std::vector<Running> running_;
};

}  // namespace ottla
