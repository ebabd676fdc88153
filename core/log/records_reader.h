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
  // As ReplicatedLog::read, below `end`. Fails with io when cold reads of the place do not help: then the disk does not
  // answer, and whoever asks again at once asks for ever.
  LogResult<std::optional<ReplicatedLog::Records>> read(Log& log, Offset offset, Offset end, size_t size_max);
  // A job of the log ended, and the log has taken up its result.
  void job_ended(JobId id);
  // Places where a read that found nothing may be tried again; each once.
  std::vector<Offset> take_readable();

 private:
  struct Place {
    Offset offset;
    std::optional<JobId> job;  // nothing: it ended
    int attempts = 1;
    bool told = false;
  };
  static constexpr int kAttemptsMax = 3;
  std::vector<Place> cold_;
};

}  // namespace ottla
