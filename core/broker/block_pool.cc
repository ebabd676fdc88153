#include "core/broker/block_pool.h"

#include <algorithm>
#include <new>

#include "core/model/limits.h"

namespace ottla {

struct BlockPool::Block : BytesBlock {
  std::shared_ptr<Shared> pool;  // while it is out
  Block* next = nullptr;         // while it is in
  size_t size_class = 0;

  static void destroy(Block* block) {
    block->~Block();
    ::operator delete(block);
  }
};

struct BlockPool::Shelf {
  std::atomic<Block*> returned{
      nullptr};           // pushed by anyone, taken as a whole by the loop: nothing is ever popped alone
  Block* free = nullptr;  // the loop's
  size_t free_count = 0;
  size_t least_free = 0;  // since the last trim
};

struct BlockPool::Shared {
  std::array<Shelf, kSizes.size()> shelves;
  std::atomic<size_t> kept{0};
  std::atomic<bool> open{true};

  ~Shared() {
    for (Shelf& shelf : shelves) {
      take_returned(shelf);
      while (shelf.free != nullptr) drop_free(shelf);
    }
  }
  void take_returned(Shelf& shelf) {
    Block* block = shelf.returned.exchange(nullptr, std::memory_order_acquire);
    while (block != nullptr) {
      Block* next = block->next;
      block->next = shelf.free;
      shelf.free = block;
      ++shelf.free_count;
      block = next;
    }
  }
  Block* pop_free(Shelf& shelf) {
    Block* block = shelf.free;
    shelf.free = block->next;
    --shelf.free_count;
    shelf.least_free = std::min(shelf.least_free, shelf.free_count);
    kept.fetch_sub(kSizes[block->size_class], std::memory_order_relaxed);
    return block;
  }
  void drop_free(Shelf& shelf) { Block::destroy(pop_free(shelf)); }

  static void release(BytesBlock* released) {
    auto* block = static_cast<Block*>(released);
    const std::shared_ptr<Shared> pool = std::move(block->pool);
    const size_t size = kSizes[block->size_class];
    if (!pool->open.load(std::memory_order_relaxed) ||
        pool->kept.fetch_add(size, std::memory_order_relaxed) + size > limits::kBlocksKeptMax) {
      if (pool->open.load(std::memory_order_relaxed)) pool->kept.fetch_sub(size, std::memory_order_relaxed);
      Block::destroy(block);
      return;
    }
    std::atomic<Block*>& head = pool->shelves[block->size_class].returned;
    block->next = head.load(std::memory_order_relaxed);
    while (!head.compare_exchange_weak(block->next, block, std::memory_order_release, std::memory_order_relaxed)) {
    }
  }
};

BlockPool::BlockPool() : shared_(std::make_shared<Shared>()) {}
BlockPool::~BlockPool() { shared_->open.store(false, std::memory_order_relaxed); }

BytesBlock* BlockPool::take(size_t size) {
  const auto at = std::lower_bound(kSizes.begin(), kSizes.end(), size);
  if (at == kSizes.end()) return BytesBlock::allocate(size);
  const auto size_class = static_cast<size_t>(at - kSizes.begin());
  Shelf& shelf = shared_->shelves[size_class];
  if (shelf.free == nullptr) shared_->take_returned(shelf);
  Block* block = nullptr;
  if (shelf.free != nullptr) {
    block = shared_->pop_free(shelf);
    block->references.store(1, std::memory_order_relaxed);
  } else {
    void* memory = ::operator new(sizeof(Block) + *at);
    block = new (memory) Block;
    block->release = Shared::release;
    block->data = static_cast<uint8_t*>(memory) + sizeof(Block);
    block->capacity = *at;
    block->size_class = size_class;
  }
  block->pool = shared_;
  return block;
}

void BlockPool::trim() {
  for (Shelf& shelf : shared_->shelves) {
    shared_->take_returned(shelf);
    for (size_t i = std::min(shelf.least_free, shelf.free_count); i > 0; --i) shared_->drop_free(shelf);
    shelf.least_free = shelf.free_count;
  }
}

size_t BlockPool::kept() const { return shared_->kept.load(std::memory_order_relaxed); }

}  // namespace ottla
