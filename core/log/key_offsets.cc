#include "core/log/key_offsets.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace ottla {
namespace {

constexpr size_t kSlotsAtFirst = 1024;

uint64_t load_le(const uint8_t* from, size_t size) {
  uint64_t word = 0;
  for (size_t i = 0; i < size; ++i) word |= uint64_t{from[i]} << (8 * i);
  return word;
}

struct SipState {
  uint64_t v0, v1, v2, v3;

  void rounds(int count) {
    for (; count > 0; --count) {
      v0 += v1;
      v2 += v3;
      v1 = std::rotl(v1, 13) ^ v0;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 = std::rotl(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = std::rotl(v1, 17) ^ v2;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 = std::rotl(v2, 32);
    }
  }
  void take(uint64_t word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  [[nodiscard]] uint64_t mixed() const { return v0 ^ v1 ^ v2 ^ v3; }
};

// Half full at most while it grows, as full as this at the bound: linear probing looks at about 6 slots for a hit then.
constexpr size_t keys_in(size_t slots) { return slots - slots / 10; }

}  // namespace

KeyHash hash_key(BytesView key, const HashSecret& secret) {
  SipState state{secret[0] ^ 0x736f6d6570736575, secret[1] ^ 0x646f72616e646f6d ^ 0xee, secret[0] ^ 0x6c7967656e657261,
                 secret[1] ^ 0x7465646279746573};
  const size_t whole = key.size() / 8 * 8;
  for (size_t at = 0; at < whole; at += 8) state.take(load_le(key.data() + at, 8));
  state.take(load_le(key.data() + whole, key.size() - whole) | uint64_t{key.size() & 0xff} << 56);
  KeyHash hash;
  state.v2 ^= 0xee;
  state.rounds(4);
  hash.low = state.mixed();
  state.v1 ^= 0xdd;
  state.rounds(4);
  hash.high = state.mixed();
  return hash;
}

KeyOffsets::KeyOffsets(const HashSecret& secret, size_t size_max) : secret_(secret) {
  set_bound(std::max<size_t>(size_max / sizeof(Slot), 2));
}

void KeyOffsets::set_bound(size_t slots_max) {
  slots_max_ = slots_max;
  count_max_ = std::min(keys_in(slots_max), slots_max - 1);  // a search ends at an empty slot
}

void KeyOffsets::widen() { set_bound(slots_max_ * 2); }

size_t KeyOffsets::slot_of(const KeyHash& hash) const {
  size_t at = hash.low % slots_.size();
  while (slots_[at].offset != kEmpty && slots_[at].hash != hash) at = at + 1 == slots_.size() ? 0 : at + 1;
  return at;
}

bool KeyOffsets::put(BytesView key, Offset offset) {
  OTTLA_ASSERT(offset >= Offset(0), offset);
  if (slots_.empty()) grow();
  const KeyHash hash = hash_key(key, secret_);
  size_t at = slot_of(hash);
  if (slots_[at].offset == kEmpty) {
    if (count_ == count_max_) return false;
    if (slots_.size() < slots_max_ && count_ >= slots_.size() / 2) {
      grow();
      at = slot_of(hash);
    }
    slots_[at].hash = hash;
    ++count_;
  }
  slots_[at].offset = std::max(slots_[at].offset, offset.value());
  return true;
}

std::optional<Offset> KeyOffsets::find(BytesView key) const {
  if (count_ == 0) return std::nullopt;
  const Slot& slot = slots_[slot_of(hash_key(key, secret_))];
  if (slot.offset == kEmpty) return std::nullopt;
  return Offset(slot.offset);
}

void KeyOffsets::grow() {
  const size_t wanted = std::max(kSlotsAtFirst, slots_.size() * 2);
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(std::min(wanted, slots_max_)));
  for (const Slot& slot : old) {
    if (slot.offset != kEmpty) slots_[slot_of(slot.hash)] = slot;
  }
}

}  // namespace ottla
