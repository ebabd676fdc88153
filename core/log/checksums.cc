#include "core/log/checksums.h"

#include <algorithm>

#include "core/base/crc32c.h"

namespace ottla {

void ChunkSums::append_batch(BytesView head, uint32_t crc, int64_t size) {
  const int64_t tail_size = size - static_cast<int64_t>(head.size());
  OTTLA_ASSERT(tail_size >= 0, size, head.size());
  extend(crc32c_combine(crc32c_extend(open_.crc, head), crc, static_cast<uint64_t>(tail_size)), size);
}

void ChunkSums::append_bytes(BytesView batch) {
  extend(crc32c_extend(open_.crc, batch), static_cast<int64_t>(batch.size()));
}

void ChunkSums::extend(uint32_t crc, int64_t size) {
  OTTLA_ASSERT(size <= UINT32_MAX - int64_t{open_.end}, size, open_.end);
  open_ = {static_cast<uint32_t>(open_.end + size), crc};
  if (open_.end - closed_end() < kChunkSize) return;
  closed_.push_back(open_);
  open_.crc = 0;
}

std::optional<ChunkSums::Chunk> ChunkSums::chunk_at(int64_t position) const {
  OTTLA_ASSERT(position >= 0, position);
  if (position >= covered_end()) return std::nullopt;
  const auto chunk = std::partition_point(closed_.begin(), closed_.end(),
                                          [&](const ChunkSum& sum) { return int64_t{sum.end} <= position; });
  if (chunk == closed_.end()) return Chunk{closed_end(), open_.end, open_.crc};
  return Chunk{chunk == closed_.begin() ? 0 : std::prev(chunk)->end, chunk->end, chunk->crc};
}

int64_t ChunkSums::truncate(int64_t position) {
  if (open_.end <= position) return open_.end;
  while (closed_end() > position) closed_.pop_back();
  open_ = {static_cast<uint32_t>(closed_end()), 0};
  return open_.end;
}

std::vector<ChunkSum> ChunkSums::all() const {
  std::vector<ChunkSum> sums = closed_;
  if (open_.end > closed_end()) sums.push_back(open_);
  return sums;
}

ChunkSums ChunkSums::of(std::vector<ChunkSum> sums) {
  ChunkSums result;
  result.closed_ = std::move(sums);
  if (result.closed_.empty()) return result;
  const ChunkSum last = result.closed_.back();
  result.closed_.pop_back();
  if (last.end - result.closed_end() < kChunkSize) {
    result.open_ = last;
  } else {
    result.closed_.push_back(last);
    result.open_ = {last.end, 0};
  }
  return result;
}

}  // namespace ottla
