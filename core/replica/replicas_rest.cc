// Logs that nobody uses are put to sleep, so that what a broker holds follows what is in use and not what there is.
//
// One walk over all logs every kRestInterval, a few at a time. Falling asleep takes two walks: the first one begins to write
// what a stop would write.
#include <algorithm>

#include "core/model/settings_handles.h"
#include "core/replica/replicas.h"

namespace ottla {

namespace {

constexpr Duration kRestInterval = Duration::from_s(10);
constexpr Duration kRestStep = Duration::from_ms(100);
constexpr size_t kRestLookedAtMax = 1024;
constexpr size_t kRestBegunMax = 8;  // of those that have to write first, for the device is others' too

}  // namespace

void Replicas::put_to_sleep(Timestamp wall) {
  next_rest_ = now_ + kRestStep;
  size_t begun = 0;
  for (size_t count = 0; count < kRestLookedAtMax && begun < kRestBegunMax; ++count) {
    if (rest_directory_ == directories_.size()) {
      const auto idle = Duration::from_ms(options_.node->get(settings::kLogIdleMs));
      rest_directory_ = 0;
      next_rest_ = now_ + std::min(kRestInterval, idle);
      return;
    }
    Log* log = directories_[rest_directory_].logs->next_after(rest_after_);
    if (log == nullptr) {
      ++rest_directory_;
      rest_after_ = {};
      continue;
    }
    rest_after_ = log->partition();
    if (!is_idle(*log, wall)) continue;
    if (log->sleep(now_)) {
      forget(log->number());
    } else if (log->waits_for_jobs()) {
      ++begun;
    }
  }
}

// A log that was made and is in no use has no replica. The metadata log is in no topic.
bool Replicas::is_idle(const Log& log, Timestamp wall) {
  if (log.state() != LogState::ready || image_->find_topic(log.topic_id()) == nullptr) return false;
  const Replica* replica = find(log.number());
  if (replica == nullptr) return true;
  const auto idle = Duration::from_ms(options_.node->get(settings::kLogIdleMs));
  if (replica->replicated_ != nullptr || (replica->used_.has_value() && now_ - *replica->used_ < idle)) return false;
  return !upkeep_.needs(log, replica->high_watermark(), wall);
}

}  // namespace ottla
