// A sorted map that is never changed and shares with the one it was made from whatever is the same in both. Two levels:
// chunks of up to kChunkMax entries, and the list of chunks. A change copies one chunk and the list, so it costs
// microseconds among tens of thousands of entries; a hundred changes by one Editor copy each chunk once.
//
// Entries are pointers to immutable objects that know their key, shared ones or plain ones that somebody else keeps.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/base/assert.h"

namespace ottla {

// KeyOf: `using Key`, a cheap view with an order, and `static Key key(const Entry&)`.
template <class Entry, class KeyOf>
class SharedMap {
 public:
  using Key = typename KeyOf::Key;
  static constexpr size_t kChunkMax = 64;

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] const Entry* find(const Key& key) const { return find_in(chunks(), key); }

  // In order, from the first entry at or after `from`; stops when `visit` says false.
  template <class Visit>
  void for_each(Visit&& visit, const Key* from = nullptr) const {
    const std::span<const Slot> all = chunks();
    for (size_t index = from == nullptr ? 0 : slot_of(all, *from); index < all.size(); ++index) {
      const Chunk& chunk = *all[index].chunk;
      auto at = from == nullptr ? chunk.begin() : lower_bound(chunk, *from);
      for (; at != chunk.end(); ++at) {
        if (!visit(*at)) return;
      }
    }
  }

  class Editor;

 private:
  using Chunk = std::vector<Entry>;  // never empty
  struct Slot {
    std::shared_ptr<const Chunk> chunk;
    Key first;  // of the chunk: a search of the list touches no chunk
  };
  using Slots = std::vector<Slot>;

  [[nodiscard]] std::span<const Slot> chunks() const {
    if (slots_ == nullptr) return {};
    return *slots_;
  }
  static auto lower_bound(const Chunk& chunk, const Key& key) {
    return std::lower_bound(chunk.begin(), chunk.end(), key,
                            [](const Entry& entry, const Key& wanted) { return KeyOf::key(entry) < wanted; });
  }
  // The chunk that has the key or would get it; 0 when there is none.
  static size_t slot_of(std::span<const Slot> slots, const Key& key) {
    const auto after = std::upper_bound(slots.begin(), slots.end(), key,
                                        [](const Key& wanted, const Slot& slot) { return wanted < slot.first; });
    return after == slots.begin() ? 0 : static_cast<size_t>(after - slots.begin()) - 1;
  }
  static const Entry* find_in(std::span<const Slot> slots, const Key& key) {
    if (slots.empty()) return nullptr;
    const Chunk& chunk = *slots[slot_of(slots, key)].chunk;
    const auto at = lower_bound(chunk, key);
    return at != chunk.end() && KeyOf::key(*at) == key ? &*at : nullptr;
  }

  std::shared_ptr<const Slots> slots_;
  size_t size_ = 0;
};

// Makes the next map. What it was made from stays as it is.
template <class Entry, class KeyOf>
class SharedMap<Entry, KeyOf>::Editor {
 public:
  explicit Editor(const SharedMap& from)
      : slots_(from.chunks().begin(), from.chunks().end()), ours_(slots_.size(), false), size_(from.size_) {}

  [[nodiscard]] const Entry* find(const Key& key) const { return find_in(slots_, key); }

  // Inserts, or replaces what has the same key.
  void put(Entry entry) {
    const Key key = KeyOf::key(entry);
    if (slots_.empty()) return insert_slot(0, std::make_shared<Chunk>(1, std::move(entry))), void(++size_);
    const size_t index = slot_of(slots_, key);
    Chunk& chunk = own(index);
    const auto at = chunk.begin() + (lower_bound(chunk, key) - chunk.cbegin());
    if (at != chunk.end() && KeyOf::key(*at) == key) {
      *at = std::move(entry);
    } else {
      ++size_;
      if (chunk.size() == kChunkMax)
        return put_into_full(index, static_cast<size_t>(at - chunk.begin()), std::move(entry));
      chunk.insert(at, std::move(entry));
    }
    slots_[index].first = KeyOf::key(chunk.front());
  }

  bool erase(const Key& key) {
    if (find(key) == nullptr) return false;
    const size_t index = slot_of(slots_, key);
    Chunk& chunk = own(index);
    chunk.erase(chunk.begin() + (lower_bound(chunk, key) - chunk.cbegin()));
    --size_;
    if (chunk.empty()) {
      drop_slot(index);
      return true;
    }
    slots_[index].first = KeyOf::key(chunk.front());
    if (chunk.size() < kChunkMax / 4) join_with_next(index);
    return true;
  }

  SharedMap finish() && {
    SharedMap made;
    if (!slots_.empty()) made.slots_ = std::make_shared<const Slots>(std::move(slots_));
    made.size_ = size_;
    return made;
  }

 private:
  // The chunk, ours alone from here on.
  Chunk& own(size_t index) {
    std::shared_ptr<const Chunk>& chunk = slots_[index].chunk;
    if (!ours_[index]) {
      auto copy = std::make_shared<Chunk>();
      copy->reserve(kChunkMax);
      *copy = *chunk;
      // The first key may be a view into an entry that the old chunk alone keeps once ours replaces it.
      chunk = std::move(copy);
      slots_[index].first = KeyOf::key(chunk->front());
      ours_[index] = true;
    }
    return const_cast<Chunk&>(*chunk);  // NOLINT(cppcoreguidelines-pro-type-const-cast): made above, not const
  }
  void insert_slot(size_t index, std::shared_ptr<Chunk> chunk) {
    chunk->reserve(kChunkMax);
    Key first = KeyOf::key(chunk->front());
    slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(index), Slot{std::move(chunk), std::move(first)});
    ours_.insert(ours_.begin() + static_cast<std::ptrdiff_t>(index), true);
  }
  void drop_slot(size_t index) {
    slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(index));
    ours_.erase(ours_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  // Ascending inserts leave full chunks behind, others halves.
  void put_into_full(size_t index, size_t position, Entry entry) {
    if (position == kChunkMax && index + 1 == slots_.size()) {
      return insert_slot(index + 1, std::make_shared<Chunk>(1, std::move(entry)));
    }
    Chunk& chunk = own(index);
    const auto middle = chunk.begin() + kChunkMax / 2;
    auto upper = std::make_shared<Chunk>(std::make_move_iterator(middle), std::make_move_iterator(chunk.end()));
    chunk.erase(middle, chunk.end());
    const bool below = position <= kChunkMax / 2;
    Chunk& target = below ? chunk : *upper;
    const size_t at = below ? position : position - kChunkMax / 2;
    target.insert(target.begin() + static_cast<std::ptrdiff_t>(at), std::move(entry));
    slots_[index].first = KeyOf::key(chunk.front());
    insert_slot(index + 1, std::move(upper));
  }
  void join_with_next(size_t index) {
    if (index + 1 >= slots_.size()) return;
    const Chunk& next = *slots_[index + 1].chunk;
    Chunk& chunk = own(index);
    if (chunk.size() + next.size() > kChunkMax) return;
    chunk.insert(chunk.end(), next.begin(), next.end());
    drop_slot(index + 1);
  }

  Slots slots_;
  std::vector<bool> ours_;  // by slot: made by this editor, so it may change
  size_t size_;
};

}  // namespace ottla
