// What a log asks of the data directory that it lives in (log_directory.h), and what both share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/log_sink.h"
#include "core/base/strong_id.h"
#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/file_pool.h"
#include "core/log/marks.h"
#include "core/model/ids.h"

namespace ottla {

class Log;

// A log's incarnation in its data directory: a partition that is deleted and made anew has another one, and what jobs
// bring for the old one is dropped.
using LogNumber = StrongId<struct LogNumberTag, uint64_t>;

class LogHost {
 public:
  LogHost(Disk& data_disk, LogSink& log_sink, Marks& coverage, size_t files_open_max)
      : disk(data_disk), sink(log_sink), marks(coverage), files(data_disk, files_open_max) {}
  virtual ~LogHost() = default;

  Disk& disk;
  LogSink& sink;
  Marks& marks;
  FilePool files;
  // A stop has begun: what its checkpoint will say of a log's ends stays true. Appends and cuts fail with not_ready.
  bool closing = false;
  // The disk was full, not long ago: no room is reserved.
  bool short_of_space = false;

  // Starts a job of this log; its result comes to Log::completed.
  virtual JobId start(LogNumber log, std::unique_ptr<Job> job) = 0;
  // The log has something to sync: it wants to be asked for sync_item() by the next round.
  virtual void became_dirty(Log& log) = 0;
  // It has a new file; it may have closed one before. Names go into the next round whatever was promised of the bytes: were a power cut to keep this one
  // and lose those before it, the log would seem to begin here.
  virtual void has_new_name(Log& log) = 0;
  // The disk is full. What is reserved is wanted more urgently elsewhere.
  virtual void ran_out_of_space() = 0;
  // The log is about to be cut below what its directory's checkpoints say is synced. Log::recovery_point_lowered() is
  // called when they say so no more, durably.
  virtual void lower_recovery_point(Log& log) = 0;
  // Something happened that its owner wants to hear: the state or durable_end changed, or a job ended.
  virtual void noticed(Log& log) = 0;
};

}  // namespace ottla
