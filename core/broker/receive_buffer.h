// Where a connection's bytes are received: one pooled block, filled from the front, out of which frames are taken without
// moving them. A frame that does not fit what is left of a block goes on in a larger one.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/broker/block_pool.h"

namespace ottla {

class ReceiveBuffer {
 public:
  ReceiveBuffer() = default;
  ReceiveBuffer(const ReceiveBuffer&) = delete;
  ReceiveBuffer& operator=(const ReceiveBuffer&) = delete;

  // Received and not taken.
  [[nodiscard]] BytesView view() const { return whole_.view().slice(begin_, size()); }
  [[nodiscard]] size_t size() const { return end_ - begin_; }
  [[nodiscard]] size_t capacity() const { return whole_.size(); }
  [[nodiscard]] size_t room_size() const { return whole_.size() - end_; }

  [[nodiscard]] std::span<uint8_t> room() const { return {block_->data + end_, room_size()}; }
  void received(size_t size);

  // Drops the first `skip` bytes and takes the next `size`: a copy in a small block, or a slice of this one.
  Bytes take(size_t skip, size_t size, BlockPool& pool);

  // Moves what is here into a block of `capacity`, which leaves room.
  void move_to(size_t capacity, BlockPool& pool);
  // Gives the block back when nothing is in it.
  void rest();
  void clear();

 private:
  BytesBlock* block_ = nullptr;  // what whole_ holds
  Bytes whole_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace ottla
