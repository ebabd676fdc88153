// Reads a log into memory for whoever builds state from it: what is in memory at once, the rest after a cold read. For
// implementers of ReplicatedLog::read().
#pragma once

#include <optional>
#include <vector>

#include "core/log/log.h"
#include "core/log/replicated_log.h"

namespace ottla {

class RecordsReader {
 public:
  // As ReplicatedLog::read, below `end`.
  LogResult<std::optional<ReplicatedLog::Records>> read(Log& log, Offset offset, Offset end, size_t size_max);
  // A job of the log ended, and the log has taken up its result.
  void job_ended(JobId id);
  // Places where a read that found nothing may be tried again; each once.
  std::vector<Offset> take_readable();

 private:
  struct Place {
    Offset offset;
    std::optional<JobId> job;  // nothing: it ended
    bool told = false;
  };
  std::vector<Place> cold_;
};

}  // namespace ottla
