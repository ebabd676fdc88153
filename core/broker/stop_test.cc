// A broker that stops: what it waits for, and that it waits for nothing else.
#include <gtest/gtest.h>

#include "core/broker/broker_testing.h"

namespace ottla {
namespace {

// A client goes in whatever turn of the stop; its host had asked for a buffer when it read the end. Nothing comes after
// that, so nothing but the broker's own deadline would wake it.
TEST(Stop, needs_no_clock_when_the_last_client_goes) {
  for (int turns = 0; turns < 12; ++turns) {
    SCOPED_TRACE(turns);
    BrokerHost host;
    host.create_topic("t", 1);
    const ConnectionId client = host.connect();
    host.broker().stop(Duration::from_s(10));
    for (int i = 0; i < turns && !host.broker().stopped(); ++i) host.turn();
    (void)host.broker().receive_buffer(client);
    host.broker().client_closed(client);
    const Instant before = host.now();
    host.settle();
    EXPECT_TRUE(host.broker().stopped());
    EXPECT_LT(host.now() - before, Duration::from_ms(10));
  }
}

// The same for bytes that come while it stops, of a request that is not begun any more.
TEST(Stop, needs_no_clock_when_the_last_bytes_come) {
  for (int turns = 0; turns < 12; ++turns) {
    SCOPED_TRACE(turns);
    BrokerHost host;
    host.create_topic("t", 1);
    const ConnectionId client = host.connect();
    host.broker().stop(Duration::from_s(10));
    for (int i = 0; i < turns && !host.broker().stopped(); ++i) host.turn();
    if (!host.closed(client)) host.send(client, FetchOne("t", 0, 0).request, 12);
    const Instant before = host.now();
    host.settle();
    EXPECT_TRUE(host.broker().stopped());
    EXPECT_LT(host.now() - before, Duration::from_ms(10));
  }
}

// And for somebody who does not stop sending.
TEST(Stop, needs_no_clock_when_bytes_keep_coming) {
  BrokerHost host;
  host.create_topic("t", 1);
  const ConnectionId client = host.connect();
  const std::string never_ends("\0\0\xff\xff\0\x12\0\0", 8);
  host.send_bytes(client, BytesView::of(never_ends));
  host.broker().stop(Duration::from_s(10));
  const Instant before = host.now();
  for (int turn = 0; turn < 100 && !host.broker().stopped(); ++turn) {
    if (!host.closed(client)) host.send_bytes(client, BytesView::of("x"));
    host.turn();
  }
  EXPECT_TRUE(host.broker().stopped());
  EXPECT_LT(host.now() - before, Duration::from_ms(10));
}

// What the host tells after the turn, that the last answer was sent, counts at once.
TEST(Stop, needs_no_clock_when_the_last_answer_is_sent) {
  BrokerHost host;
  host.create_topic("t", 1);
  const ConnectionId client = host.connect();
  FetchOne waiting("t", 0, 0);
  waiting.request.max_wait_ms = 1'000'000;
  host.send(client, waiting.request, 12);
  host.settle();
  host.broker().stop(Duration::from_s(10));
  const Instant before = host.now();
  host.settle();
  EXPECT_TRUE(host.has_answer(client));
  EXPECT_TRUE(host.broker().stopped());
  EXPECT_LT(host.now() - before, Duration::from_ms(10));
}

// Somebody does not take its answer: that is waited for as long as was said, and no longer.
TEST(Stop, waits_for_who_does_not_read_until_its_time_is_over) {
  BrokerHost host;
  host.create_topic("t", 1);
  const ConnectionId client = host.connect();
  host.keep_unsent = true;
  host.send(client, FetchOne("t", 7, 0).request, 12);
  host.settle();
  host.broker().stop(Duration::from_s(2));
  host.settle();
  EXPECT_FALSE(host.broker().stopped());
  EXPECT_GT(host.broker().next_deadline(), host.now());
  host.pass(Duration::from_s(2));
  EXPECT_TRUE(host.broker().stopped());
}

}  // namespace
}  // namespace ottla
