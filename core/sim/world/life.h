// One life of a world, from its seed: a broker, writers, readers and makers of topics, and what befalls them. It ends when
// so many operations were acknowledged and so many faults came, whichever takes longer; then all becomes quiet, a last
// fault may come, and everything is read and held against what was promised.
//
//   safety      whatever happens, no promise is broken
//   liveness    once nothing breaks any more, everything that was begun is answered
#pragma once

#include <cstdint>
#include <string>

#include "core/base/time.h"

namespace ottla::sim {

struct LifeOptions {
  uint64_t acknowledged_min = 500;
  uint32_t fault_count = 3;  // of the process: power cuts, kills, stops. Nets and disks have theirs besides
  bool disk_trouble = true;  // full disks and failing syncs, in some lives
};

struct LifeOutcome {
  std::string broken;       // the first promise that was, in words; empty: none
  std::string story;        // what the broker said and the disk was asked for last
  uint64_t operations = 0;  // acknowledged
  uint64_t records = 0;     // acknowledged
  uint64_t seen = 0;        // records that readers got
  uint64_t topics = 0;
  uint64_t deletions = 0;  // of records
  uint64_t power_cuts = 0;
  uint64_t kills = 0;
  uint64_t stops = 0;
  uint64_t drops = 0;      // connections
  uint64_t disk_full = 0;  // times that it was
  uint64_t failed_syncs = 0;
  uint64_t turns = 0;
  Duration time{};  // virtual
  uint64_t trace_hash = 0;

  [[nodiscard]] uint64_t faults() const { return power_cuts + kills + stops; }
  void add(const LifeOutcome& other);  // the counts
  [[nodiscard]] std::string text() const;
};

LifeOutcome live(uint64_t seed, const LifeOptions& options = {});

}  // namespace ottla::sim
