#include "core/base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ottla {
namespace {

TEST(Bytes, slices_share_one_block_and_keep_it_alive) {
  Bytes tail;
  {
    BytesBuffer buffer;
    buffer.append(BytesView::of("hello world"));
    const Bytes whole = buffer.freeze();
    EXPECT_TRUE(buffer.empty());
    tail = whole.slice(6, 5);
    EXPECT_EQ(whole.data() + 6, tail.data());
  }
  EXPECT_EQ(tail.view().text(), "world");
}

TEST(Bytes, a_view_into_a_block_becomes_a_slice_of_it) {
  const Bytes whole = Bytes::copy_of(BytesView::of("abcdef"));
  const Bytes part = whole.slice_of(whole.view().slice(2, 3));
  EXPECT_EQ(part.view().text(), "cde");
}

TEST(Bytes, a_slice_of_nothing_pins_nothing) {
  const Bytes whole = Bytes::copy_of(BytesView::of("abc"));
  EXPECT_TRUE(whole.slice_of(BytesView()).empty());
  EXPECT_TRUE(Bytes().slice_of(BytesView()).empty());
  EXPECT_TRUE(Bytes::copy_of(BytesView()).empty());
}

TEST(Bytes, a_moved_from_slice_is_empty) {
  Bytes from = Bytes::copy_of(BytesView::of("abc"));
  Bytes to = std::move(from);
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the promise
  EXPECT_EQ(to.view().text(), "abc");
  Bytes& same = to;
  to = same;
  EXPECT_EQ(to.view().text(), "abc");
}

TEST(Bytes, static_bytes_are_not_copied) {
  static constexpr uint8_t kBytes[] = {1, 2, 3};
  const Bytes bytes = Bytes::of_static({kBytes, 3});
  const Bytes copy = bytes.slice(1, 2);
  EXPECT_EQ(copy.data(), kBytes + 1);
}

// A block that says when it was given back, as a pool's would.
struct WatchedBlock : BytesBlock {
  explicit WatchedBlock(int& count) : releases(count) {
    release = [](BytesBlock* block) { ++static_cast<WatchedBlock*>(block)->releases; };
    data = bytes;
    capacity = sizeof bytes;
  }
  int& releases;
  uint8_t bytes[16] = {};
};

TEST(Bytes, the_last_slice_gives_the_block_back_to_who_made_it) {
  int releases = 0;
  WatchedBlock block(releases);
  {
    Bytes whole = Bytes::adopt(&block, 16);
    const Bytes part = whole.slice(3, 4);
    whole = Bytes();
    EXPECT_EQ(releases, 0);
  }
  EXPECT_EQ(releases, 1);
}

TEST(Bytes, slices_may_be_copied_and_dropped_on_any_thread) {
  int releases = 0;
  WatchedBlock block(releases);
  {
    block.bytes[5] = 42;
    const Bytes whole = Bytes::adopt(&block, 16);
    std::vector<std::thread> threads;
    threads.reserve(4);
    std::atomic<int> sum = 0;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([slice = whole.slice(5, 1), &sum] {
        for (int i = 0; i < 2'000; ++i) {
          const Bytes copy = slice;  // NOLINT(performance-unnecessary-copy-initialization): the count is the test
          sum += copy.slice(0, 1).view()[0];
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(sum, 4 * 2'000 * 42);
    EXPECT_EQ(releases, 0);
  }
  EXPECT_EQ(releases, 1);
}

TEST(Bytes, the_thread_that_drops_last_sees_what_the_others_did) {
  // Each thread writes its own place and drops; whoever is last reads all of them in the release.
  struct Written : BytesBlock {
    int places[2] = {};
    int total = 0;
  } block;
  block.release = [](BytesBlock* released) {
    auto* written = static_cast<Written*>(released);
    written->total = written->places[0] + written->places[1];
  };
  Bytes first = Bytes::adopt(&block, 0);
  Bytes second = first;
  std::thread one([&block, slice = std::move(first)]() mutable {
    block.places[0] = 1;
    slice = Bytes();
  });
  std::thread two([&block, slice = std::move(second)]() mutable {
    block.places[1] = 2;
    slice = Bytes();
  });
  one.join();
  two.join();
  EXPECT_EQ(block.total, 3);
}

TEST(BytesView, compares_by_content) {
  EXPECT_EQ(BytesView::of("abc"), BytesView::of(std::string("abc")));
  EXPECT_FALSE(BytesView::of("abc") == BytesView::of("abd"));
  EXPECT_FALSE(BytesView::of("abc") == BytesView::of("ab"));
  EXPECT_EQ(BytesView(), BytesView::of(""));
  EXPECT_EQ(BytesView::of("abcdef").from(4).text(), "ef");
  EXPECT_EQ(BytesView::of("abcdef").first(2).text(), "ab");
  EXPECT_TRUE(BytesView().from(0).empty());
}

TEST(BytesBuffer, appending_nothing_to_nothing_is_nothing) {
  BytesBuffer buffer;
  buffer.append(BytesView());
  EXPECT_EQ(buffer.capacity(), 0U);
  EXPECT_TRUE(buffer.freeze().empty());
}

TEST(BytesBuffer, keeps_its_memory_when_cleared_and_none_when_frozen) {
  BytesBuffer buffer(100);
  const uint8_t* memory = buffer.data();
  buffer.append(uint8_t{7});
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  buffer.resize(100);
  EXPECT_EQ(buffer.data(), memory);
  const Bytes frozen = buffer.freeze();
  EXPECT_EQ(frozen.data(), memory);
  EXPECT_EQ(buffer.capacity(), 0U);
  buffer.append(uint8_t{8});
  EXPECT_NE(buffer.data(), memory);
}

TEST(BytesBuffer, keeps_its_bytes_while_it_grows) {
  BytesBuffer buffer;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string part = std::to_string(i);
    buffer.append(BytesView::of(part));
    expected += part;
  }
  EXPECT_EQ(buffer.view().text(), expected);
}

TEST(BytesQueue, consumes_across_slices) {
  BytesQueue queue;
  queue.push(Bytes::copy_of(BytesView::of("abc")));
  queue.push(Bytes());
  queue.push(Bytes::copy_of(BytesView::of("defg")));
  EXPECT_EQ(queue.size(), 7U);
  EXPECT_EQ(queue.slice_count(), 2U);

  std::array<uint8_t, 5> head{};
  ASSERT_TRUE(queue.peek(head));
  EXPECT_EQ(BytesView(head).text(), "abcde");

  queue.consume(4);
  EXPECT_EQ(queue.slice_at(0).view().text(), "efg");
  std::array<uint8_t, 4> too_many{};
  EXPECT_FALSE(queue.peek(too_many));
  queue.consume(3);
  EXPECT_TRUE(queue.empty());
}

TEST(BytesQueue, one_that_was_moved_from_is_empty_and_usable) {
  BytesQueue from;
  from.push(Bytes::copy_of(BytesView::of("abc")));
  BytesQueue to = std::move(from);
  EXPECT_EQ(to.size(), 3U);
  EXPECT_EQ(from.size(), 0U);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move): that is the promise
  std::array<uint8_t, 1> head{};
  EXPECT_FALSE(from.peek(head));
  from.push(Bytes::copy_of(BytesView::of("x")));
  to = std::move(from);
  EXPECT_EQ(to.slice_at(0).view().text(), "x");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(BytesQueue, gives_blocks_back_as_they_are_consumed) {
  int releases = 0;
  WatchedBlock block(releases);
  BytesQueue queue;
  queue.push(Bytes::adopt(&block, 16));
  queue.consume(15);
  EXPECT_EQ(releases, 0);
  queue.consume(1);
  EXPECT_EQ(releases, 1);
}

TEST(BytesQueueDeathTest, consuming_more_than_there_is_is_a_bug) {
  BytesQueue queue;
  EXPECT_DEATH(queue.consume(1), "size=1 size_=0");
  EXPECT_DEATH((void)queue.slice_at(0), "index=0");
}

TEST(BytesDeathTest, a_slice_past_the_end_is_a_bug) {
  const Bytes bytes = Bytes::copy_of(BytesView::of("abc"));
  EXPECT_DEATH((void)bytes.slice(2, 2), "position=2 size=2 size_=3");
}

}  // namespace
}  // namespace ottla
