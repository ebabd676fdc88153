// Blocks of bytes that are used again: what is received goes into one, what is sent stands in one. A fresh page costs
// more than a whole small request, so a busy broker must not ask the heap for any.
//
// One loop takes; a block comes back wherever its last slice goes, on any thread, also after the pool is gone. Blocks
// come in a few sizes, the larger ones with room for a frame's header beside a power of two; what is larger than the largest is the heap's.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

#include "core/base/bytes.h"

namespace ottla {

class BlockPool {
 public:
  static constexpr std::array<size_t, 7> kSizes = {size_t{4} << 10,   size_t{16} << 10,  size_t{64} << 10,
                                                   size_t{144} << 10, size_t{288} << 10, size_t{576} << 10,
                                                   size_t{1152} << 10};

  BlockPool();
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  // Of `size` bytes at least, with one reference.
  BytesBlock* take(size_t size);
  [[nodiscard]] BytesBuffer buffer(size_t size) { return BytesBuffer::adopt(take(size)); }

  // Gives back to the heap what was not used since the last call. For a tick that comes every second or so.
  void trim();
  [[nodiscard]] size_t kept() const;  // bytes that are free

 private:
  struct Block;
  struct Shelf;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace ottla
