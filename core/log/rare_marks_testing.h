// Branches that random histories come to seldom or never, for it takes Kafka's leftovers, a foreign file, or offsets that
// are far apart: rare_marks_test.cc takes each of them a hundred times. Every other one the histories do.
#pragma once

#include <algorithm>

#include "core/log/marks.h"

namespace ottla::log_testing {

inline constexpr uint64_t kTakenLeast = 100;

inline constexpr Mark kRareMarks[] = {
    Mark::epoch_going_back,        Mark::missing_segment_at_recovery_point,
    Mark::index_ahead_of_log,      Mark::foreign_partition_metadata,
    Mark::swap_to_finish,          Mark::deleted_to_remove,
    Mark::checkpoint_ahead_of_log, Mark::scrub_damage,
    Mark::rolled_by_offset,        Mark::producer_expired,
};

inline bool is_rare(Mark mark) {
  return std::find(std::begin(kRareMarks), std::end(kRareMarks), mark) != std::end(kRareMarks);
}

}  // namespace ottla::log_testing
