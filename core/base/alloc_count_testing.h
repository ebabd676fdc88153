// Counts allocations, so that a test can say "allocates nothing":
//
//   const AllocCount count;
//   decode(bytes);
//   EXPECT_EQ(count.so_far(), 0U);
//
// Linking this replaces the program's operator new; under a sanitizer, whose allocator stays, its hook counts instead
// (and malloc with it). Each thread counts its own.
#pragma once

#include <cstdint>

namespace ottla {

class AllocCount {
 public:
  AllocCount();
  // Allocations of this thread since construction.
  [[nodiscard]] uint64_t so_far() const;

 private:
  uint64_t start_;
};

}  // namespace ottla
