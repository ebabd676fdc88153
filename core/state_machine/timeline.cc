#include "core/state_machine/timeline.h"

namespace ottla {

void Timeline::commit(Offset end) {
  if (end <= committed_end_) return;
  committed_end_ = end;
  while (!changes_.empty() && changes_.front().at < end) {
    const Change change = changes_.front();
    changes_.pop_front();
    change.store->forget_oldest(change.entry);
  }
}

void Timeline::roll_back(Offset end) {
  OTTLA_ASSERT(end >= committed_end_, end, committed_end_);
  while (!changes_.empty() && changes_.back().at >= end) {
    const Change change = changes_.back();
    changes_.pop_back();
    change.store->undo_newest(change.entry);
  }
  at_ = end;
}

}  // namespace ottla
