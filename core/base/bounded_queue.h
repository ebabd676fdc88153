// A queue that never holds more than it was made for: a ring, first in, first out. Being full is an answer, so whoever
// pushes decides what overload means (refuse, drop, stop reading); nothing is allocated after construction.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "core/base/assert.h"

namespace ottla {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t capacity)
      : slots_(std::make_unique_for_overwrite<Slot[]>(capacity)), capacity_(capacity) {
    OTTLA_ASSERT(capacity > 0);
  }
  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;
  ~BoundedQueue() { clear(); }

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] size_t capacity() const { return capacity_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool full() const { return size_ == capacity_; }

  // False when full: `value` is then as it was, still the caller's.
  [[nodiscard]] bool push(T&& value) { return emplace(std::move(value)); }
  [[nodiscard]] bool push(const T& value) { return emplace(value); }
  template <class... Args>
  [[nodiscard]] bool emplace(Args&&... args) {
    if (full()) return false;
    new (slots_[place(size_)].memory) T(std::forward<Args>(args)...);
    ++size_;
    return true;
  }

  T pop() {
    T value = std::move(front());
    drop_front();
    return value;
  }
  void drop_front() {
    std::destroy_at(&front());
    first_ = place(1);
    --size_;
  }
  void clear() {
    while (!empty()) drop_front();
  }

  [[nodiscard]] T& front() { return (*this)[0]; }
  [[nodiscard]] const T& front() const { return (*this)[0]; }
  // Counted from the front.
  [[nodiscard]] T& operator[](size_t at) {
    OTTLA_ASSERT(at < size_, at, size_);
    return *std::launder(reinterpret_cast<T*>(slots_[place(at)].memory));
  }
  [[nodiscard]] const T& operator[](size_t at) const { return const_cast<BoundedQueue&>(*this)[at]; }

  // Front to back. Pushing and popping invalidate.
  template <class Queue, class Value>
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = std::remove_const_t<Value>;
    using difference_type = std::ptrdiff_t;
    using pointer = Value*;
    using reference = Value&;

    Iterator() = default;
    Iterator(Queue* queue, size_t at) : queue_(queue), at_(at) {}
    Value& operator*() const { return (*queue_)[at_]; }
    Value* operator->() const { return &**this; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return {queue_, at_++}; }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    Queue* queue_ = nullptr;
    size_t at_ = 0;
  };
  auto begin() { return Iterator<BoundedQueue, T>(this, 0); }
  auto end() { return Iterator<BoundedQueue, T>(this, size_); }
  auto begin() const { return Iterator<const BoundedQueue, const T>(this, 0); }
  auto end() const { return Iterator<const BoundedQueue, const T>(this, size_); }

 private:
  struct Slot {
    alignas(T) unsigned char memory[sizeof(T)];
  };

  [[nodiscard]] size_t place(size_t at) const {
    const size_t left = capacity_ - first_;
    return at < left ? first_ + at : at - left;
  }

  std::unique_ptr<Slot[]> slots_;
  size_t capacity_;
  size_t first_ = 0;
  size_t size_ = 0;
};

}  // namespace ottla
