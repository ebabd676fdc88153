// What goes on in logs though nobody asks: retention, compaction, and writing down where logs start.
//
// Retention walks all logs every log.retention.check.interval.ms, a few at a time; one that is dormant is loaded for that
// where it may have something to let go of, or to compact: what is known of a dormant log tells. Compaction looks for the log that needs it most every log.cleaner.backoff.ms, one pass at a
// time in each directory. A log start that rose is in the checkpoints about a second later: whatever retention removes
// before that is found again by a start, or known to be gone (retention.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/entropy.h"
#include "core/base/time.h"
#include "core/log/cleaner.h"
#include "core/model/settings_values.h"
#include "core/replica/replica.h"

namespace ottla {

class Upkeep {
 public:
  // Finds the replica of a log, or makes it: null when the log is none of this broker's partitions.
  class Finder {
   public:
    virtual ~Finder() = default;
    virtual Replica* replica_of(Log& log) = 0;
  };
  using InUse = std::map<LogNumber, std::unique_ptr<Replica>>;

  Upkeep(const SettingValues& node, std::vector<LogDirectory*> directories, Jobs& jobs, Entropy& entropy, Instant now);
  ~Upkeep();

  void tick(Finder& finder, ReplicaContext& context, const InUse& replicas, Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const;
  // Something is to be done with this ready log soon, so it stays in memory.
  [[nodiscard]] bool needs(const Log& log, Offset high_watermark, Timestamp wall);
  bool completed(JobId id, Job& result, Instant now);
  // Writes down how far logs are clean; a pass that runs comes to nothing.
  void stop();
  [[nodiscard]] bool stopped() const;

 private:
  // Kafka's pause before the first round, unless rounds come more often; and how a round is cut: so many logs are looked at
  // in a tick, so many of them loaded.
  static constexpr Duration kFirstPause = Duration::from_s(30);
  static constexpr Duration kStep = Duration::from_ms(100);
  static constexpr size_t kLookedAtMax = 256;
  static constexpr size_t kLoadingMax = 4;
  static constexpr Duration kLogStartDelay = Duration::from_s(1);

  struct Place {
    size_t directory = 0;
    TopicPartition after{};  // the last one looked at
  };

  [[nodiscard]] bool leaves_alone(const Log& log, Timestamp wall) const;
  [[nodiscard]] Duration retention_interval() const;
  [[nodiscard]] Duration clean_interval() const;
  void walk(Finder& finder, ReplicaContext& context, Instant now, Timestamp wall);
  void retain(Replica& replica, ReplicaContext& context, Instant now, Timestamp wall);
  void write_log_starts(ReplicaContext& context, Instant now);
  void clean(const InUse& replicas, Instant now, Timestamp wall);

  const SettingValues& node_;
  std::vector<LogDirectory*> directories_;
  std::vector<std::unique_ptr<Cleaner>> cleaners_;  // one a directory
  std::optional<Place> walk_;                       // a round of retention runs
  std::vector<TopicPartition> loading_;             // logs that it waits for
  Instant next_retention_;
  Instant next_clean_;
  Instant log_starts_due_ = Instant::never();
  std::vector<bool> log_starts_;  // by directory: to be written
  bool stopping_ = false;
};

}  // namespace ottla
