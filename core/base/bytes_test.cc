#include "core/base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

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

TEST(BytesDeathTest, a_slice_past_the_end_is_a_bug) {
  const Bytes bytes = Bytes::copy_of(BytesView::of("abc"));
  EXPECT_DEATH((void)bytes.slice(2, 2), "position=2 size=2 size_=3");
}

}  // namespace
}  // namespace ottla
