// Planted bugs, as in core/log/mutants.h, for the rooms of a broker: what the lives of core/sim/world must notice, or they
// prove nothing. Each is one step left out or one too many, which Kafka or somebody like it has once got wrong. What is
// shipped has `none`, and the compiler drops every other branch.
#pragma once

#include <cstdint>

#ifndef OTTLA_WORLD_MUTANT
#define OTTLA_WORLD_MUTANT none
#endif

namespace ottla {

enum class WorldMutant : uint8_t {
  none,
  watermark_before_sync,     // core/replica: the high watermark follows what is written, not what is durable
  answered_at_append,        // core/broker: acks=all is answered as soon as the leader has the records
  served_past_watermark,     // core/replica: readers see up to the log's end
  metadata_before_sync,      // core/raft: the metadata log counts as committed before it is on the disk
  producer_ids_given_again,  // core/controller: the block of producer ids is not recorded, so a restart gives it again
  answers_overtake,          // core/broker: an answer goes when it is there, though earlier requests wait
  session_forgets_news,      // core/broker: a fetch session is not told that its partition has moved
  log_start_not_written,     // core/replica: where a log starts is kept in memory until the next checkpoint of all
};

inline constexpr WorldMutant kWorldMutant = WorldMutant::OTTLA_WORLD_MUTANT;
constexpr bool is_planted(WorldMutant mutant) { return kWorldMutant == mutant && mutant != WorldMutant::none; }

}  // namespace ottla
