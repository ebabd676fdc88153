#include "core/log/unsynced.h"

#include <utility>

#include "core/model/limits.h"

namespace ottla {

void UnsyncedBatches::push(const std::array<uint8_t, batch_format::kHeaderSize>& header, Bytes body,
                           Offset base_offset) {
  const size_t added = header.size() + body.size();
  if (size_ + added > limits::kUnsyncedKeptMax) {
    // Half a suffix helps nobody. (The batch is whole below the durable end once its base is.)
    return forget(base_offset + 1);
  }
  if (count_ == ring_.size()) {
    std::vector<UnsyncedBatch> larger(ring_.empty() ? 16 : ring_.size() * 2);
    for (size_t i = 0; i < count_; ++i) larger[i] = std::move(ring_[(first_ + i) % ring_.size()]);
    ring_ = std::move(larger);
    first_ = 0;
  }
  UnsyncedBatch& batch = ring_[(first_ + count_) % ring_.size()];
  batch.header = header;
  batch.body = std::move(body);
  batch.base_offset = base_offset;
  ++count_;
  size_ += added;
}

void UnsyncedBatches::release(Offset durable_end) {
  while (count_ > 0 && ring_[first_].base_offset < durable_end) {
    size_ -= batch_format::kHeaderSize + ring_[first_].body.size();
    ring_[first_].body = Bytes();
    first_ = (first_ + 1) % ring_.size();
    --count_;
  }
  if (missing_end_.has_value() && durable_end >= *missing_end_) missing_end_.reset();
}

void UnsyncedBatches::clear() {
  ring_ = {};
  first_ = 0;
  count_ = 0;
  size_ = 0;
  missing_end_.reset();
}

std::vector<UnsyncedBatch> UnsyncedBatches::take() {
  std::vector<UnsyncedBatch> all;
  all.reserve(count_);
  for (size_t i = 0; i < count_; ++i) all.push_back(std::move(ring_[(first_ + i) % ring_.size()]));
  clear();
  return all;
}

}  // namespace ottla
