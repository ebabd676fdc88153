#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/base/alloc_count_testing.h"
#include "core/base/bytes.h"

namespace ottla {
namespace {

struct alignas(64) Aligned {
  char bytes[64];
};

// Gives the address away: a compiler may leave out an allocation that nobody else can see.
template <class T>
const T& seen(const T& owner) {
  asm volatile("" : : "g"(owner.get()) : "memory");
  return owner;
}

TEST(AllocCount, sees_every_form_of_new) {
  const AllocCount count;
  std::vector<std::unique_ptr<int>> kept;
  kept.reserve(1);
  EXPECT_EQ(count.so_far(), 1U);
  kept.push_back(std::make_unique<int>(1));
  seen(kept.back());
  EXPECT_EQ(count.so_far(), 2U);
  const auto array = std::make_unique<std::string[]>(3);
  seen(array);
  EXPECT_EQ(count.so_far(), 3U);
  const auto aligned = std::make_unique<Aligned>();
  seen(aligned);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(aligned.get()) % 64, 0U);
  EXPECT_EQ(count.so_far(), 4U);
  const std::unique_ptr<int> quiet(new (std::nothrow) int(1));
  seen(quiet);
  EXPECT_EQ(count.so_far(), 5U);
}

TEST(AllocCount, counts_from_where_it_was_made) {
  const AllocCount outer;
  const auto first = std::make_unique<int>(1);
  seen(first);
  const AllocCount inner;
  const auto second = std::make_unique<int>(2);
  seen(second);
  EXPECT_EQ(inner.so_far(), 1U);
  EXPECT_EQ(outer.so_far(), 2U);
}

TEST(AllocCount, another_threads_allocations_are_its_own) {
  uint64_t theirs = 0;
  std::thread thread([&theirs] {
    const AllocCount count;
    for (int i = 0; i < 100; ++i) (void)Bytes::copy_of(BytesView::of("some bytes"));
    theirs = count.so_far();
  });
  const AllocCount count;
  thread.join();
  EXPECT_EQ(count.so_far(), 0U);
  EXPECT_EQ(theirs, 100U);
}

TEST(AllocCount, slicing_and_sharing_bytes_allocates_nothing) {
  const Bytes whole = Bytes::copy_of(BytesView::of("some bytes"));
  BytesBuffer buffer(64);
  const AllocCount count;
  const Bytes part = whole.slice(1, 3);
  const Bytes copy = part;  // NOLINT(performance-unnecessary-copy-initialization): what it costs is the question
  buffer.append(copy);
  buffer.clear();
  EXPECT_EQ(count.so_far(), 0U);
}

}  // namespace
}  // namespace ottla
