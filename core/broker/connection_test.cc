#include "core/broker/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "core/base/endian.h"
#include "core/base/prng.h"
#include "core/broker/connection_testing.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using testing::ElementsAre;

BytesView bytes_of(const std::string& text) { return BytesView::of(text); }

std::string raw_frame(size_t size, std::string_view content) {
  std::string frame(4, '\0');
  store_be(reinterpret_cast<uint8_t*>(frame.data()), static_cast<int32_t>(size));
  return frame + std::string(content);
}

TEST(Connection, requests_come_whole_however_the_bytes_are_split) {
  const std::string two = heartbeat_frame(1, 100) + list_groups_frame(2);
  for (size_t split = 1; split < two.size(); ++split) {
    ConnectionHost host;
    host.requests.answer_at_once = true;
    const ConnectionId id = host.open();
    host.send(id, bytes_of(two).first(split));
    host.end_turn();
    host.send(id, bytes_of(two).from(split));
    host.end_turn();
    EXPECT_THAT(host.answers(id), ElementsAre(1, 2)) << split;
  }
}

TEST(Connection, bytes_may_come_one_by_one) {
  ConnectionHost host;
  host.requests.answer_at_once = true;
  const ConnectionId id = host.open();
  host.send(id, bytes_of(heartbeat_frame(1, 9000) + list_groups_frame(2)), 1);
  host.end_turn();
  EXPECT_THAT(host.answers(id), ElementsAre(1, 2));
}

TEST(Connection, answers_go_out_in_the_order_of_requests) {
  ConnectionHost host;
  const ConnectionId id = host.open();
  host.send(id, bytes_of(heartbeat_frame(1) + heartbeat_frame(2) + heartbeat_frame(3)));
  ASSERT_EQ(host.requests.waiting.size(), 3U);
  StubSink::answer(std::move(host.requests.waiting[2]));
  StubSink::answer(std::move(host.requests.waiting[1]));
  host.end_turn();
  EXPECT_THAT(host.answers(id), ElementsAre());
  StubSink::answer(std::move(host.requests.waiting[0]));
  host.end_turn();
  EXPECT_THAT(host.answers(id), ElementsAre(1, 2, 3));
}

TEST(Connection, what_must_be_alone_waits_and_is_waited_for) {
  ConnectionHost host;
  const ConnectionId id = host.open();
  host.send(id, bytes_of(heartbeat_frame(1) + list_groups_frame(2) + heartbeat_frame(3)));
  host.end_turn();
  EXPECT_EQ(host.requests.begun, 1U);
  host.requests.answer_next();
  host.end_turn();
  EXPECT_EQ(host.requests.begun, 2U);  // ListGroups; the heartbeat behind it waits
  host.requests.answer_next();
  host.end_turn();
  EXPECT_EQ(host.requests.begun, 3U);
  host.requests.answer_next();
  host.end_turn();
  EXPECT_THAT(host.answers(id), ElementsAre(1, 2, 3));
}

TEST(Connection, a_request_that_holds_its_connection_is_passed_by_nobody) {
  ConnectionHost host;
  std::vector<RequestPtr> kept;
  host.requests.handler = [&](RequestPtr request) {
    if (kept.empty()) request->hold_connection();
    kept.push_back(std::move(request));
  };
  const ConnectionId id = host.open();
  host.send(id, bytes_of(heartbeat_frame(1) + heartbeat_frame(2)));
  host.end_turn();
  EXPECT_EQ(kept.size(), 1U);
  kept[0]->let_connection_go();
  host.end_turn();
  ASSERT_EQ(kept.size(), 2U);
  StubSink::answer(std::move(kept[1]));
  StubSink::answer(std::move(kept[0]));
  host.end_turn();
  EXPECT_THAT(host.answers(id), ElementsAre(1, 2));
}

// Long answers behind one that does not come are memory that a client can make a broker hold.
TEST(Connection, nothing_more_is_begun_while_long_answers_wait_for_an_earlier_one) {
  ConnectionHost host;
  std::vector<RequestPtr> kept;
  host.requests.handler = [&](RequestPtr request) { kept.push_back(std::move(request)); };
  const ConnectionId id = host.open();
  const auto send = [&](int32_t first, int32_t last) {
    std::string frames;
    for (int32_t i = first; i <= last; ++i) frames += heartbeat_frame(i);
    host.send(id, bytes_of(frames));
    host.end_turn();
  };
  send(1, 6);
  ASSERT_EQ(kept.size(), 6U);
  for (size_t i = 1; i < 6; ++i) {
    kept[i]->answer_body(Bytes::copy_of(BytesView::of(std::string(limits::kOutputUnsentMax / 4, 'x'))));
    kept[i].reset();
  }
  host.end_turn();
  EXPECT_FALSE(host.reading(id));
  send(7, 12);
  EXPECT_EQ(kept.size(), 6U);
  StubSink::answer(std::move(kept[0]));
  host.end_turn();
  host.end_turn();
  EXPECT_TRUE(host.reading(id));
  send(7, 12);
  ASSERT_EQ(kept.size(), 12U);
  for (size_t i = 6; i < 12; ++i) StubSink::answer(std::move(kept[i]));
  host.end_turn();
  EXPECT_EQ(host.answers(id).size(), 12U);
}

TEST(Connection, ten_thousand_pipelined_requests_are_all_answered_in_order) {
  ConnectionHost host;
  const ConnectionId id = host.open();
  std::string all;
  for (int32_t i = 0; i < 10'000; ++i) all += i % 7 == 3 ? list_groups_frame(i) : heartbeat_frame(i, i % 300);
  Prng prng(7);
  std::vector<int32_t> answered;
  size_t at = 0;
  size_t most = 0;
  for (int turn = 0; turn < 100'000 && answered.size() < 10'000; ++turn) {
    if (host.reading(id)) at += host.send(id, bytes_of(all).from(at), 1 + prng.below(3000));
    host.end_turn();
    most = std::max(most, host.requests.waiting.size());
    for (size_t i = prng.below(host.requests.waiting.size() + 1); i > 0; --i) host.requests.answer_next();
    host.end_turn();
    for (const int32_t answer : host.answers(id)) answered.push_back(answer);
  }
  std::vector<int32_t> expected(10'000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(answered, expected);
  EXPECT_LE(most, limits::kRequestsInFlightMax);
}

TEST(Connection, answers_at_once_need_no_second_turn) {
  ConnectionHost host;
  host.requests.answer_at_once = true;
  const ConnectionId id = host.open();
  std::string all;
  for (int32_t i = 0; i < 100; ++i) all += list_groups_frame(i);
  host.send(id, bytes_of(all));
  host.end_turn();
  EXPECT_EQ(host.answers(id).size(), 100U);
}

TEST(Connection, requests_wait_until_the_broker_is_ready) {
  ConnectionHost host;
  host.connections.set_running(false);
  const ConnectionId id = host.open();
  host.requests.answer_at_once = true;
  host.send(id, bytes_of(heartbeat_frame(1)));
  host.end_turn();
  EXPECT_EQ(host.requests.begun, 0U);
  host.connections.set_running(true);
  host.end_turn();
  EXPECT_THAT(host.answers(id), ElementsAre(1));
}

// --- Hostile clients

TEST(Connection, what_is_no_request_closes_it_at_once) {
  const std::string unserved_key = raw_frame(1'000'000, std::string("\x00\x63\x00\x00", 4));
  const std::string unserved_version = raw_frame(1'000'000, std::string("\x00\x0c\x7f\xff", 4));
  const std::string negative = raw_frame(static_cast<size_t>(-1), "");
  const std::string huge = raw_frame(limits::kFrameSizeMax + 1, "");
  const std::string empty = raw_frame(0, "");
  const std::string short_header = raw_frame(6, std::string("\x00\x0c\x00\x04\x00\x00", 6));
  const std::string http = "GET / HTTP/1.1\r\n\r\n";
  const std::string tls = std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  for (const std::string& bytes : {unserved_key, unserved_version, negative, huge, empty, short_header, http, tls}) {
    ConnectionHost host;
    const ConnectionId id = host.open();
    host.send(id, bytes_of(bytes));
    host.end_turn();
    EXPECT_TRUE(host.closed(id)) << testing::PrintToString(bytes);
    EXPECT_EQ(host.connections.count(), 0U);
  }
}

TEST(Connection, random_bytes_never_do_more_than_close_it) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    ConnectionHost host;
    Prng prng(seed);
    const ConnectionId id = host.open();
    std::string bytes = heartbeat_frame(1, 50) + heartbeat_frame(2, 5000);
    for (uint64_t i = prng.below(6) + 1; i > 0; --i) bytes[prng.below(bytes.size())] = static_cast<char>(prng.next());
    host.requests.answer_at_once = true;
    host.send(id, bytes_of(bytes), 1 + prng.below(500));
    host.end_turn();
    EXPECT_LE(host.answers(id).size(), 2U) << seed;
  }
}

TEST(Connection, holds_little_before_a_valid_header_was_read) {
  ConnectionHost host;
  const ConnectionId id = host.open();
  // A header whose tags never end: 100 MB are promised, and come.
  std::string bytes =
      raw_frame(limits::kFrameSizeMax - 4, std::string("\x00\x0c\x00\x04\x00\x00\x00\x01\x00\x01g", 11));
  bytes += std::string("\x01\x00\xff\xff\xff\x7f", 6);  // one tag of 256 MiB
  bytes += std::string(200'000, 'x');
  size_t at = 0;
  while (at < bytes.size() && !host.closed(id)) {
    const size_t taken = host.send(id, bytes_of(bytes).from(at).first(std::min<size_t>(1000, bytes.size() - at)));
    EXPECT_LE(host.connections.memory(id), limits::kReceivedBeforeHeaderMax);
    at += taken;
    host.end_turn();
  }
  EXPECT_TRUE(host.closed(id));
  EXPECT_LE(at, limits::kReceivedBeforeHeaderMax + 1000);
}

TEST(Connection, memory_follows_what_was_received_not_what_was_promised) {
  ConnectionHost host;
  const ConnectionId id = host.open();
  std::string frame = heartbeat_frame(1, 30'000);
  host.send(id, bytes_of(frame));  // a valid header, once
  host.requests.answer_next();
  host.end_turn();
  EXPECT_EQ(host.connections.memory(id), 0U);
  std::string promised = raw_frame(90'000'000, heartbeat_frame(2, 30'000).substr(4));
  size_t received = 0;
  for (int i = 0; i < 300; ++i) {
    received += host.send(id, bytes_of(promised));
    EXPECT_LE(host.connections.memory(id), 5 * received);
    promised = std::string(10'000, 'x');
    host.end_turn();
  }
  EXPECT_GT(received, 2'900'000U);
}

TEST(Connection, an_idle_one_holds_nothing) {
  ConnectionHost host;
  host.requests.answer_at_once = true;
  const ConnectionId id = host.open();
  host.connections.receive_buffer(id);  // the host was ready to read, and nothing came
  host.end_turn();
  EXPECT_EQ(host.connections.memory(id), 0U);
  host.send(id, bytes_of(heartbeat_frame(1)));
  host.end_turn();
  EXPECT_EQ(host.connections.memory(id), 0U);
}

TEST(Connection, a_slow_reader_is_not_read_and_comes_back) {
  ConnectionHost host;
  // Answers of 60 KB.
  const std::string large(60'000, 'x');
  const Bytes body = Bytes::copy_of(bytes_of(large));
  host.requests.handler = [&](RequestPtr request) { request->answer_body(body); };
  const ConnectionId id = host.open();
  std::string all;
  for (int32_t i = 0; i < 300; ++i) all += heartbeat_frame(i, 50);
  size_t at = 0;
  for (int turn = 0; turn < 50 && host.reading(id); ++turn) {
    at += host.send(id, bytes_of(all).from(at).first(std::min<size_t>(2000, all.size() - at)));
    host.end_turn(true);
  }
  EXPECT_FALSE(host.reading(id));
  EXPECT_LE(host.sent(id).size(), limits::kOutputUnsentMax + 2 * large.size());
  const size_t begun = host.requests.begun;
  EXPECT_LT(begun, 30U);

  // It reads again; everything comes.
  size_t told = 0;
  for (int turn = 0; turn < 10'000 && host.requests.begun < 300; ++turn) {
    host.acknowledge(id, host.sent(id).size() - told);
    told = host.sent(id).size();
    if (host.reading(id)) at += host.send(id, bytes_of(all).from(at));
    host.end_turn(true);
  }
  EXPECT_EQ(host.requests.begun, 300U);
  EXPECT_EQ(host.answers(id).size(), 300U);
}

TEST(Connection, a_client_that_only_sends_is_stopped_while_its_requests_wait) {
  ConnectionHost host;
  const ConnectionId id = host.open();
  std::string all;
  for (int32_t i = 0; i < 10'000; ++i) all += heartbeat_frame(i, 200);
  const size_t taken = host.send(id, bytes_of(all));
  host.end_turn();
  EXPECT_FALSE(host.reading(id));
  EXPECT_EQ(host.requests.begun, limits::kRequestsInFlightMax);
  EXPECT_LT(taken, 64U * 1024);
}

// --- Ends

TEST(Connection, may_be_idle_for_ever_where_nobody_says_for_how_long) {
  ConnectionHost host({.idle_max = std::nullopt});
  const ConnectionId idle = host.open();
  host.now = host.now + Duration::from_s(1'000'000'000);
  host.connections.tick(host.now);
  host.end_turn();
  EXPECT_FALSE(host.closed(idle));
  EXPECT_EQ(host.connections.next_deadline(), Instant::never());
}

TEST(Connection, an_idle_one_is_closed_and_one_that_waits_for_us_is_not) {
  ConnectionHost host({.idle_max = Duration::from_s(60)});
  const ConnectionId idle = host.open();
  const ConnectionId waiting = host.open();
  host.send(waiting, bytes_of(heartbeat_frame(1)));
  host.end_turn();
  host.now = host.now + Duration::from_s(60);
  EXPECT_LE(host.connections.next_deadline(), host.now);
  host.connections.tick(host.now);
  host.end_turn();
  EXPECT_TRUE(host.closed(idle));
  EXPECT_FALSE(host.closed(waiting));
}

TEST(Connection, answering_one_that_is_gone_is_harmless) {
  ConnectionHost host;
  const ConnectionId id = host.open();
  host.send(id, bytes_of(heartbeat_frame(1) + heartbeat_frame(2)));
  host.connections.closed(id);
  EXPECT_FALSE(host.requests.waiting[0]->open());
  EXPECT_EQ(host.requests.waiting[0]->principal(), Principal::anonymous());
  host.requests.answer_next();
  host.requests.answer_next();
  host.end_turn();
  EXPECT_EQ(host.sent(id), "");
  EXPECT_EQ(host.connections.in_flight(), 0U);
}

TEST(Connection, a_handler_may_close_it_and_what_was_answered_still_goes_out) {
  ConnectionHost host;
  host.requests.handler = [&](RequestPtr request) {
    if (request->header().correlation_id == 2) {
      request->close_connection("test");
    } else {
      StubSink::answer(std::move(request));
    }
  };
  const ConnectionId id = host.open();
  host.send(id, bytes_of(heartbeat_frame(1) + heartbeat_frame(2) + heartbeat_frame(3)));
  host.end_turn();
  EXPECT_THAT(host.answers(id), ElementsAre(1));
  EXPECT_TRUE(host.closed(id));
  EXPECT_EQ(host.requests.begun, 2U);
}

TEST(Connection, no_answer_is_an_answer) {
  ConnectionHost host;
  host.requests.handler = [&](RequestPtr request) {
    if (request->header().correlation_id == 1) {
      request->answer_nothing();
    } else {
      StubSink::answer(std::move(request));
    }
  };
  const ConnectionId id = host.open();
  host.send(id, bytes_of(heartbeat_frame(1) + heartbeat_frame(2)));
  host.end_turn();
  EXPECT_THAT(host.answers(id), ElementsAre(2));
}

}  // namespace
}  // namespace ottla
