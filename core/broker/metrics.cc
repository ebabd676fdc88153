#include "core/broker/metrics.h"

#include <algorithm>

namespace ottla {

void Histogram::add(Duration took) {
  const auto bound = std::lower_bound(kBoundsUs.begin(), kBoundsUs.end(), took,
                                      [](int64_t us, Duration length) { return Duration::from_us(us) < length; });
  ++buckets_[static_cast<size_t>(bound - kBoundsUs.begin())];
  ++count_;
  sum_ns_ += took.ns();
}

uint64_t Histogram::at_most(size_t at) const {
  uint64_t count = 0;
  for (size_t bucket = 0; bucket <= at; ++bucket) count += buckets_.at(bucket);
  return count;
}

void Metrics::request(int16_t api_key, size_t size) {
  const auto key = static_cast<size_t>(api_key);
  if (key >= kApiKeysMax) return;
  ++apis_[key].requests;
  apis_[key].request_bytes += size;
}

void Metrics::answered(int16_t api_key, Instant received, size_t size) {
  const auto key = static_cast<size_t>(api_key);
  if (key >= kApiKeysMax) return;
  apis_[key].response_bytes += size;
  answered_.push_back({api_key, received});
}

void Metrics::turn_ended(Instant now) {
  for (const Answered& answer : answered_) apis_[static_cast<size_t>(answer.api_key)].time.add(now - answer.received);
  answered_.clear();
}

TopicMetrics& Metrics::topic(std::string_view name) {
  const auto at = topics_.find(name);
  return at != topics_.end() ? at->second : topics_.try_emplace(std::string(name)).first->second;
}

void Metrics::forget(std::string_view name) {
  const auto at = topics_.find(name);
  if (at != topics_.end()) topics_.erase(at);
}

}  // namespace ottla
