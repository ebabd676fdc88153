// Bytes in three forms:
//
//   BytesView       somebody else's bytes, for the length of a call or as its giver says
//   Bytes           a slice of a shared, immutable block; copying it copies a pointer and counts a reference
//   BytesBuffer     a block with one owner that may be written and grown, until freeze() makes it Bytes
//
// The count is atomic: slices are the one thing that crosses threads (jobs, sockets). The bytes of a block never change
// once a Bytes exists. BytesQueue joins slices without copying them, for gathered writes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <span>
#include <string_view>
#include <utility>

#include "core/base/assert.h"

namespace ottla {

class BytesView {
 public:
  constexpr BytesView() = default;
  constexpr BytesView(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  constexpr BytesView(std::span<const uint8_t> bytes)  // NOLINT(google-explicit-constructor): the same thing
      : data_(bytes.data()), size_(bytes.size()) {}
  static BytesView of(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

  [[nodiscard]] constexpr const uint8_t* data() const { return data_; }
  [[nodiscard]] constexpr size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr const uint8_t* begin() const { return data_; }
  [[nodiscard]] constexpr const uint8_t* end() const { return data_ + size_; }
  constexpr uint8_t operator[](size_t at) const { return data_[at]; }
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

  [[nodiscard]] constexpr BytesView slice(size_t position, size_t size) const {
    OTTLA_ASSERT(position <= size_ && size <= size_ - position, position, size, size_);
    return {data_ + position, size};
  }
  [[nodiscard]] constexpr BytesView from(size_t position) const {
    OTTLA_ASSERT(position <= size_, position, size_);
    return {data_ + position, size_ - position};
  }
  [[nodiscard]] constexpr BytesView first(size_t size) const { return slice(0, size); }

  friend bool operator==(BytesView a, BytesView b) {
    return a.size_ == b.size_ && (a.size_ == 0 || std::memcmp(a.data_, b.data_, a.size_) == 0);
  }

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// A counted allocation. `release` gives it back when the last slice goes: to the heap, or to the pool that made it.
struct BytesBlock {
  std::atomic<uint32_t> references{1};
  void (*release)(BytesBlock*) = nullptr;
  uint8_t* data = nullptr;
  size_t capacity = 0;

  static BytesBlock* allocate(size_t capacity);  // header and bytes in one allocation; never null
};

class Bytes {
 public:
  Bytes() = default;
  Bytes(const Bytes& other) : block_(other.block_), data_(other.data_), size_(other.size_) { acquire(); }
  Bytes(Bytes&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  Bytes& operator=(Bytes other) noexcept {
    std::swap(block_, other.block_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Bytes() { drop(); }

  static Bytes copy_of(BytesView bytes);
  // Takes over the one reference that `block` was made with.
  static Bytes adopt(BytesBlock* block, size_t size);
  // Bytes that outlive everything (constants): nothing is counted.
  static Bytes of_static(BytesView bytes) {
    Bytes result;
    result.data_ = bytes.data();
    result.size_ = bytes.size();
    return result;
  }

  [[nodiscard]] const uint8_t* data() const { return data_; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] BytesView view() const { return {data_, size_}; }
  operator BytesView() const { return view(); }  // NOLINT(google-explicit-constructor): a slice is readable bytes

  [[nodiscard]] Bytes slice(size_t position, size_t size) const {
    OTTLA_ASSERT(position <= size_ && size <= size_ - position, position, size, size_);
    Bytes result(*this);
    result.data_ += position;
    result.size_ = size;
    return result;
  }
  // The slice of this block that `part`, a view into it, covers. An empty part may lie anywhere and pins nothing.
  [[nodiscard]] Bytes slice_of(BytesView part) const {
    if (part.empty()) return {};
    OTTLA_ASSERT(part.data() >= data_ && part.data() <= data_ + size_);
    return slice(static_cast<size_t>(part.data() - data_), part.size());
  }

 private:
  friend class BytesBuffer;
  void acquire() {
    if (block_ != nullptr) block_->references.fetch_add(1, std::memory_order_relaxed);
  }
  void drop() {
    if (block_ == nullptr) return;
    if (block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) block_->release(block_);
  }

  BytesBlock* block_ = nullptr;
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// Bytes being written: one owner, contiguous, grows by doubling. Steady state keeps one and clear()s it.
class BytesBuffer {
 public:
  BytesBuffer() = default;
  explicit BytesBuffer(size_t capacity) { reserve(capacity); }
  // Writes into a block made elsewhere (a pool's), with the one reference that it was made with. When it becomes too
  // small, the block is released and one of the heap takes its place.
  static BytesBuffer adopt(BytesBlock* block) {
    BytesBuffer buffer;
    buffer.block_ = block;
    return buffer;
  }
  BytesBuffer(BytesBuffer&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  BytesBuffer& operator=(BytesBuffer&& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(size_, other.size_);
    return *this;
  }
  BytesBuffer(const BytesBuffer&) = delete;
  BytesBuffer& operator=(const BytesBuffer&) = delete;
  ~BytesBuffer() {
    if (block_ != nullptr) block_->release(block_);
  }

  [[nodiscard]] uint8_t* data() { return block_ == nullptr ? nullptr : block_->data; }
  [[nodiscard]] const uint8_t* data() const { return block_ == nullptr ? nullptr : block_->data; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] size_t capacity() const { return block_ == nullptr ? 0 : block_->capacity; }
  [[nodiscard]] BytesView view() const { return {data(), size_}; }

  void clear() { size_ = 0; }
  void reserve(size_t capacity);
  // Makes the size `size`; bytes that come into being are not initialised.
  void resize(size_t size) {
    reserve(size);
    size_ = size;
  }
  // `bytes` are not the buffer's own: it may move while it grows.
  void append(BytesView bytes) {
    if (!bytes.empty()) std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
  }
  void append(uint8_t byte) { *extend(1) = byte; }
  // Room for `size` more bytes at the end, which the caller writes.
  uint8_t* extend(size_t size) {
    const size_t at = size_;
    if (capacity() - at < size) grow(at + size);
    size_ = at + size;
    return data() + at;
  }

  // The bytes written, shared from here on; the buffer is empty and without memory afterwards.
  Bytes freeze();

 private:
  void grow(size_t at_least);

  BytesBlock* block_ = nullptr;
  size_t size_ = 0;
};

// Slices in order, consumed from the front: what is still to be sent, or received and not yet read.
class BytesQueue {
 public:
  BytesQueue() = default;
  BytesQueue(const BytesQueue&) = default;
  BytesQueue& operator=(const BytesQueue&) = default;
  BytesQueue(BytesQueue&& other) noexcept
      : slices_(std::exchange(other.slices_, {})), size_(std::exchange(other.size_, 0)) {}
  BytesQueue& operator=(BytesQueue&& other) noexcept {
    slices_ = std::exchange(other.slices_, {});
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~BytesQueue() = default;

  void push(Bytes bytes) {
    if (bytes.empty()) return;
    size_ += bytes.size();
    slices_.push_back(std::move(bytes));
  }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] size_t slice_count() const { return slices_.size(); }
  [[nodiscard]] const Bytes& slice_at(size_t index) const {
    OTTLA_ASSERT(index < slices_.size(), index);
    return slices_[index];
  }
  // Drops the first `size` bytes; whole slices give their block back.
  void consume(size_t size);
  // Copies the first `out.size()` bytes without consuming them; false when there are fewer.
  [[nodiscard]] bool peek(std::span<uint8_t> out) const;

 private:
  std::deque<Bytes> slices_;
  size_t size_ = 0;
};

}  // namespace ottla
