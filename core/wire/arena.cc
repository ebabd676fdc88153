#include "core/wire/arena.h"

#include <new>

#include "core/model/limits.h"

namespace ottla::wire {

void Arena::add_block(size_t at_least) {
  const size_t doubled = blocks_ == nullptr ? kBlockSizeMin : blocks_->size * 2;
  const size_t size = std::max(at_least, doubled);
  auto* block = new (::operator new(sizeof(Block) + size)) Block{blocks_, size};
  blocks_ = block;
  at_ = block->bytes();
  end_ = at_ + size;
}

void Arena::drop(Block* block) {
  while (block != nullptr) {
    Block* next = block->next;
    ::operator delete(block);
    block = next;
  }
}

void Arena::reset() {
  if (blocks_ == nullptr) return;
  // The newest block is larger than all before it together, so the same message fits it alone next time.
  drop(blocks_->next);
  blocks_->next = nullptr;
  if (blocks_->size > limits::kArenaKeptMax) {
    drop(blocks_);
    blocks_ = nullptr;
    at_ = end_ = nullptr;
    return;
  }
  at_ = blocks_->bytes();
}

size_t Arena::capacity() const {
  size_t sum = 0;
  for (const Block* block = blocks_; block != nullptr; block = block->next) sum += block->size;
  return sum;
}

}  // namespace ottla::wire
