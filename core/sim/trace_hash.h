// One number for everything that happened in a run, in order. Two runs of a seed that differ in anything that was added
// differ in it, so comparing it is how a test sees that a run is repeatable. Not for adversaries (FNV-1a).
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace ottla::sim {

class TraceHash {
 public:
  void add(std::string_view text) {
    for (const char c : text) mix(static_cast<uint8_t>(c));
    mix(0xff);  // so that "ab","c" is not "a","bc"; no UTF-8 text has this byte
  }
  void add(std::integral auto value) {
    const auto wide = static_cast<uint64_t>(value);
    for (unsigned shift = 0; shift < 64; shift += 8) mix(static_cast<uint8_t>(wide >> shift));
  }
  [[nodiscard]] uint64_t value() const { return hash_; }

 private:
  void mix(uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }
  uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace ottla::sim
