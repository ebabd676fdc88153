// Memory for one message at a time: what a decoded frame needs beside its bytes, and what a handler builds its answer
// from. Nothing is given back singly; reset() takes everything back at once and runs no destructors.
//
// Taking never fails and is not bounded here: decode() keeps a budget of its own for what a frame may take
// (limits.h), and a builder knows how much it builds. An arena that is reused allocates nothing in the steady state.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>

#include "core/wire/types.h"

namespace ottla::wire {

class Arena {
 public:
  static constexpr size_t kAlignment = 8;  // of every member in the vocabulary
  static constexpr size_t kBlockSizeMin = 4096;
  static constexpr size_t kKeptSizeMax = size_t{256} * 1024;  // what a reset arena may hold on to, for the next message

  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { drop(blocks_); }

  // `size` bytes, aligned for any member and not initialised.
  void* take(size_t size) {
    const size_t rounded = (size + kAlignment - 1) & ~(kAlignment - 1);
    if (rounded > static_cast<size_t>(end_ - at_)) [[unlikely]]
      add_block(rounded);
    void* taken = at_;
    at_ += rounded;
    return taken;
  }
  // `count` structs or numbers, each with its defaults. Assign the span to an Array once it is filled.
  template <class T>
  std::span<T> array(size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kAlignment);
    T* first = static_cast<T*>(take(count * sizeof(T)));
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
  }
  // For a Nullable struct.
  template <class T>
  T* make(const T& value = {}) {
    T* made = array<T>(1).data();
    *made = value;
    return made;
  }
  String copy(std::string_view text) {
    char* to = static_cast<char*>(take(text.size()));
    std::copy(text.begin(), text.end(), to);
    return std::string_view(to, text.size());
  }

  // Everything taken is invalid from here on. Up to limits::kArenaKeptMax bytes are kept for the next message.
  void reset();
  // Bytes held from the heap.
  [[nodiscard]] size_t capacity() const;

 private:
  struct Block {
    Block* next;
    size_t size;  // of the bytes that follow
    std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
  };
  static_assert(sizeof(Block) % kAlignment == 0);

  void add_block(size_t at_least);
  static void drop(Block* block);

  std::byte* at_ = nullptr;
  std::byte* end_ = nullptr;
  Block* blocks_ = nullptr;  // newest, largest first
};

}  // namespace ottla::wire
