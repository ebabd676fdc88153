#include "core/base/bytes.h"

#include <algorithm>
#include <new>

namespace ottla {
namespace {

void release_to_heap(BytesBlock* block) {
  block->~BytesBlock();
  ::operator delete(block);
}

constexpr size_t kSmallestBuffer = 64;

}  // namespace

BytesBlock* BytesBlock::allocate(size_t capacity) {
  void* memory = ::operator new(sizeof(BytesBlock) + capacity);
  auto* block = new (memory) BytesBlock;
  block->release = release_to_heap;
  block->data = static_cast<uint8_t*>(memory) + sizeof(BytesBlock);
  block->capacity = capacity;
  return block;
}

Bytes Bytes::adopt(BytesBlock* block, size_t size) {
  OTTLA_ASSERT(size <= block->capacity, size, block->capacity);
  Bytes result;
  result.block_ = block;
  result.data_ = block->data;
  result.size_ = size;
  return result;
}

Bytes Bytes::copy_of(BytesView bytes) {
  if (bytes.empty()) return {};
  BytesBlock* block = BytesBlock::allocate(bytes.size());
  std::memcpy(block->data, bytes.data(), bytes.size());
  return adopt(block, bytes.size());
}

void BytesBuffer::reserve(size_t capacity) {
  if (capacity <= this->capacity()) return;
  BytesBlock* larger = BytesBlock::allocate(capacity);
  if (block_ != nullptr) {
    std::memcpy(larger->data, block_->data, size_);
    block_->release(block_);
  }
  block_ = larger;
}

void BytesBuffer::grow(size_t at_least) { reserve(std::max({at_least, capacity() * 2, kSmallestBuffer})); }

Bytes BytesBuffer::freeze() {
  if (block_ == nullptr) return {};
  return Bytes::adopt(std::exchange(block_, nullptr), std::exchange(size_, 0));
}

void BytesQueue::consume(size_t size) {
  OTTLA_ASSERT(size <= size_, size, size_);
  size_ -= size;
  while (size > 0) {
    Bytes& front = slices_.front();
    if (size < front.size()) {
      front = front.slice(size, front.size() - size);
      return;
    }
    size -= front.size();
    slices_.pop_front();
  }
}

bool BytesQueue::peek(std::span<uint8_t> out) const {
  if (out.size() > size_) return false;
  size_t done = 0;
  for (size_t i = 0; done < out.size(); ++i) {
    const size_t part = std::min(out.size() - done, slices_[i].size());
    std::memcpy(out.data() + done, slices_[i].data(), part);
    done += part;
  }
  return true;
}

}  // namespace ottla
