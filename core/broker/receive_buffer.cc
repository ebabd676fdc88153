#include "core/broker/receive_buffer.h"

#include <cstring>

#include "core/base/assert.h"
#include "core/model/limits.h"

namespace ottla {

void ReceiveBuffer::received(size_t size) {
  OTTLA_ASSERT(size > 0 && size <= room_size(), size, room_size());
  end_ += size;
}

Bytes ReceiveBuffer::take(size_t skip, size_t size, BlockPool& pool) {
  OTTLA_ASSERT(skip + size <= this->size(), skip, size, this->size());
  Bytes taken;
  if (size <= limits::kFrameCopiedMax) {
    BytesBlock* small = pool.take(size);
    std::memcpy(small->data, block_->data + begin_ + skip, size);
    taken = Bytes::adopt(small, size);
  } else {
    taken = whole_.slice(begin_ + skip, size);
  }
  begin_ += skip + size;
  if (begin_ == end_) {
    // Bytes of a slice never change, so only a block that nobody else holds is written from its beginning again.
    if (block_->references.load(std::memory_order_acquire) == 1) {
      begin_ = end_ = 0;
    } else if (room_size() < limits::kFrameCopiedMax) {
      clear();
    }
  }
  return taken;
}

void ReceiveBuffer::move_to(size_t capacity, BlockPool& pool) {
  OTTLA_ASSERT(capacity > size(), capacity, size());
  BytesBlock* larger = pool.take(capacity);
  const size_t kept = size();
  if (kept > 0) std::memcpy(larger->data, block_->data + begin_, kept);
  block_ = larger;
  whole_ = Bytes::adopt(larger, larger->capacity);
  begin_ = 0;
  end_ = kept;
}

void ReceiveBuffer::rest() {
  if (begin_ == end_) clear();
}

void ReceiveBuffer::clear() {
  whole_ = Bytes();
  block_ = nullptr;
  begin_ = end_ = 0;
}

}  // namespace ottla
