#include "core/sim/world/sim_pipe.h"

#include <gtest/gtest.h>

namespace ottla::sim {
namespace {

std::string read(SimPipe& pipe) {
  std::string bytes(pipe.readable().text());
  pipe.consume(bytes.size());
  return bytes;
}

TEST(SimPipe, brings_everything_in_order_later_and_in_other_pieces) {
  bool split = false;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SimClock clock;
    SimPipe pipe(clock, seed, {});
    std::string sent;
    std::string got;
    for (int i = 0; i < 20; ++i) {
      const std::string part(static_cast<size_t>(1 + i * 7), static_cast<char>('a' + i));
      ASSERT_EQ(pipe.write(BytesView::of(part)), part.size());
      sent += part;
      EXPECT_TRUE(got.size() < sent.size()) << "nothing arrives at once";
      clock.run_next();
      got += read(pipe);
      split |= got.size() != sent.size();
    }
    pipe.end();
    while (clock.run_next()) got += read(pipe);
    EXPECT_EQ(got, sent);
    EXPECT_TRUE(pipe.at_end());
  }
  EXPECT_TRUE(split);
}

TEST(SimPipe, takes_no_more_than_it_holds_until_it_is_read) {
  SimClock clock;
  SimPipe pipe(clock, 1, {.split_one_in = 0, .capacity = 10});
  bool room = false;
  pipe.on_room = [&] { room = true; };
  EXPECT_EQ(pipe.write(BytesView::of("0123456789abc")), 10U);
  EXPECT_EQ(pipe.write(BytesView::of("abc")), 0U);
  while (clock.run_next()) {
  }
  EXPECT_FALSE(room);
  EXPECT_EQ(read(pipe), "0123456789");
  while (clock.run_next()) {
  }
  EXPECT_TRUE(room);
  EXPECT_EQ(pipe.write(BytesView::of("abc")), 3U);
}

TEST(SimPipe, ends_only_when_everything_was_read) {
  SimClock clock;
  SimPipe pipe(clock, 1, {});
  pipe.write(BytesView::of("last words"));
  pipe.end();
  while (clock.run_next()) {
  }
  EXPECT_FALSE(pipe.at_end());
  EXPECT_EQ(read(pipe), "last words");
  EXPECT_TRUE(pipe.at_end());
}

}  // namespace
}  // namespace ottla::sim
