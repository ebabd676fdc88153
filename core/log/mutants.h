// Planted bugs. A test of storage that cannot tell a broken log from a sound one proves nothing, so each of the faults
// below can be compiled in, alone: `-DOTTLA_MUTANT=torn_tail_kept`. The mutant's build of this room runs the room's own
// tests, which must fail. What is shipped has `none`, and the compiler drops every other branch.
//
//   if constexpr (is_planted(Mutant::torn_tail_kept)) ...
#pragma once

#include <cstdint>

#ifndef OTTLA_MUTANT
#define OTTLA_MUTANT none
#endif

namespace ottla {

enum class Mutant : uint8_t {
  none,
  acknowledge_before_sync,        // durable_end moves when bytes are written, not when they are synced
  cache_believed_after_failure,   // after a failed sync the next one that succeeds counts for the bytes of both
  dedup_window_lost_at_restart,   // a restart forgets what producers sent last
  torn_tail_kept,                 // recovery trusts lengths and leaves checksums alone
  stale_epoch_line_believed,      // epoch lines above the recovery point are kept though their batches are gone
  late_sync_believed,             // a sync that began before a truncation counts for what was appended after it
  recovery_point_outruns_log,     // a truncation leaves the checkpoint's recovery point above the new end
  index_trusted_unchecked,        // an index file is used whatever its checksum says
  cold_read_unchecked,            // bytes of an earlier process are served without a look
  tombstone_dropped_early,        // compaction drops a tombstone before its delete horizon
  marker_dropped_early,           // compaction drops an abort marker while data of its transaction is left
  swap_without_sync,              // compaction gives the cleaned segment its name before its bytes are durable
  aborted_record_supersedes,      // compaction lets a record of an aborted transaction take the place of an older one
  original_counts_again,          // recovery takes originals that compaction has left for segments of the log
  producer_forgotten_by_cleaner,  // compaction leaves nothing of a producer's last batch
};

inline constexpr Mutant kMutant = Mutant::OTTLA_MUTANT;
constexpr bool is_planted(Mutant mutant) { return kMutant == mutant && mutant != Mutant::none; }

}  // namespace ottla
