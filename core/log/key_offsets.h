// The newest offset of each key in a part of a log: what compaction holds records against.
//
// Keys are remembered by a 128-bit hash, 24 bytes a key whatever its size, so that memory is bounded and known. The hash
// is keyed by a secret (SipHash-2-4): two keys that a client made collide would let one record delete another's.
//
// Memory grows with the keys up to the bound and stays below it. A map that is full takes no new key: the part of the log
// that it covers ends there, and another pass covers the next.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/model/ids.h"
#include "core/model/limits.h"

namespace ottla {

using HashSecret = std::array<uint64_t, 2>;

struct KeyHash {
  uint64_t low = 0;
  uint64_t high = 0;

  friend bool operator==(const KeyHash&, const KeyHash&) = default;
};
KeyHash hash_key(BytesView key, const HashSecret& secret);

class KeyOffsets {
 public:
  explicit KeyOffsets(const HashSecret& secret, size_t size_max = limits::kCleanerMapSizeMax);

  // Offsets of a key rise from call to call. False, and nothing changes, when the key is new and there is no room.
  [[nodiscard]] bool put(BytesView key, Offset offset);
  [[nodiscard]] std::optional<Offset> find(BytesView key) const;

  [[nodiscard]] size_t count() const { return count_; }
  [[nodiscard]] size_t count_max() const { return count_max_; }
  [[nodiscard]] size_t memory_size() const { return slots_.size() * sizeof(Slot); }
  // Doubles the bound: for the one batch that a pass must take whole to get on at all.
  void widen();

 private:
  struct Slot {
    KeyHash hash;
    int64_t offset = kEmpty;
  };
  static constexpr int64_t kEmpty = -1;

  [[nodiscard]] size_t slot_of(const KeyHash& hash) const;
  void grow();
  void set_bound(size_t slots_max);

  HashSecret secret_;
  size_t slots_max_ = 0;
  size_t count_max_ = 0;
  size_t count_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace ottla
