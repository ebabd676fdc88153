// What clients may send to a broker, other than what they should: every API in every version cut at every byte, garbage,
// counts that promise billions of elements. Each request is answered or its connection closed, nobody else notices, and
// nothing of it stays in memory.
#include <gtest/gtest.h>
#include <malloc.h>

#include "core/base/endian.h"
#include "core/broker/broker_testing.h"
#include "core/broker/served.h"
#include "core/model/limits.h"
#include "core/wire/frame.h"
#include "core/wire/messages/18_api_versions.h"
#include "core/wire/messages/60_describe_cluster.h"
#include "core/wire/random_testing.h"

namespace ottla {
namespace {

// A frame of any body.
std::string frame_of(int16_t key, wire::Version version, BytesView body) {
  BytesBuffer frame;
  const size_t begin = wire::begin_frame(frame);
  OTTLA_ASSERT(wire::encode_request_header({key, version, 5, "hostile"}, frame).ok());
  frame.append(body);
  wire::end_frame(frame, begin);
  return std::string(frame.view().text());
}

std::string random_frame(const wire::ApiRow& api, wire::Version version, Prng& prng) {
  wire::Arena arena;
  const wire::Message& message = api.request();
  void* request = arena.take(message.schema->size);
  message.schema->set_defaults(request);
  wire::random_message(message, version, prng, arena, request);
  BytesBuffer body;
  OTTLA_ASSERT(wire::encode(message, request, version, body).ok());
  return frame_of(api.key, version, body.view());
}

// The frame shortened to `size` bytes, and its prefix with it.
std::string cut(const std::string& frame, size_t size) {
  std::string shorter = frame.substr(0, size);
  store_be(reinterpret_cast<uint8_t*>(shorter.data()), static_cast<int32_t>(size - wire::kFramePrefixSize));
  return shorter;
}

// Says little, since what it said is memory too, and stops cleanly in the end.
class HostileHost : public BrokerHost {
 public:
  HostileHost() { log().set_least(LogLevel::warn); }
  ~HostileHost() { stop(); }
};

// Sends it on a connection of its own. Whatever becomes of it, it becomes at once, or within `patience` of the broker's
// time.
void expect_an_end(BrokerHost& host, const std::string& frame, Duration patience, const std::string& what) {
  const ConnectionId connection = host.connect();
  const bool answered = host.exchange(connection, BytesView::of(frame), patience);
  EXPECT_TRUE(answered || host.closed(connection)) << what;
  host.disconnect(connection);
}

// A client of good faith that is there all the time.
void expect_alive(BrokerHost& host, ConnectionId bystander) {
  BytesBuffer body;
  ASSERT_TRUE(wire::encode(wire::DescribeClusterRequest(), 0, body).ok());
  EXPECT_TRUE(host.exchange(bystander, BytesView::of(frame_of(60, 0, body.view())), Duration()));
}

size_t memory_in_use() { return mallinfo2().uordblks; }

std::string name_of(const wire::ApiRow& api, wire::Version version) {
  return std::string(api.name) + " v" + std::to_string(version);
}

TEST(Hostile, every_version_cut_at_every_byte_is_answered_or_closed_and_forgotten) {
  HostileHost host;
  const ConnectionId bystander = host.connect();
  size_t before = 0;
  size_t requests = 0;
  for (int round = 0; round < 3; ++round) {
    Prng prng(99);  // the same every round
    for (const ServedApi& served : served_apis()) {
      const wire::ApiRow& api = served.api();
      for (wire::Version version = api.versions().first; version <= api.versions().last; ++version) {
        const std::string whole = random_frame(api, version, prng);
        for (size_t size = wire::kFramePrefixSize; size < whole.size(); ++size) {
          ++requests;
          expect_an_end(host, cut(whole, size), Duration(), name_of(api, version) + " cut to " + std::to_string(size));
        }
      }
      expect_alive(host, bystander);
    }
    if (round == 0) before = memory_in_use();
  }
  EXPECT_GT(requests, 10'000U);
  EXPECT_LT(memory_in_use(), before + 1'000'000);
}

TEST(Hostile, a_request_that_does_not_end_leaves_others_alone) {
  HostileHost host;
  const ConnectionId bystander = host.connect();
  Prng prng(3);
  std::vector<ConnectionId> waiting;
  for (const ServedApi& served : served_apis()) {
    const std::string whole = random_frame(served.api(), served.api().versions().last, prng);
    for (const size_t size : {size_t{1}, size_t{4}, size_t{11}, whole.size() - 1}) {
      waiting.push_back(host.connect());
      host.offer(waiting.back(), BytesView::of(whole).first(std::min(size, whole.size() - 1)));
      EXPECT_FALSE(host.has_answer(waiting.back()));
    }
  }
  expect_alive(host, bystander);
  // Idle connections are closed in the end, this one too.
  host.leap(Duration::from_s(601));
  for (const ConnectionId id : waiting) EXPECT_TRUE(host.closed(id));
  EXPECT_TRUE(host.closed(bystander));
}

TEST(Hostile, whole_requests_of_any_content_come_to_an_end) {
  HostileHost host;
  const ConnectionId bystander = host.connect();
  Prng prng(12);
  for (const ServedApi& served : served_apis()) {
    const wire::ApiRow& api = served.api();
    for (wire::Version version = api.versions().first; version <= api.versions().last; ++version) {
      for (int round = 0; round < 3; ++round) {
        // A fetch may ask to wait for 24 days; Produce with acks=0 is answered by silence.
        const std::string frame = random_frame(api, version, prng);
        if (api.key == 0) {
          const ConnectionId connection = host.connect();
          host.exchange(connection, BytesView::of(frame), Duration::from_s(60));
          host.disconnect(connection);
          continue;
        }
        expect_an_end(host, frame, Duration::from_s(25 * 24 * 3600), name_of(api, version));
      }
    }
    if (host.closed(bystander)) continue;  // for being idle: days have passed
    expect_alive(host, bystander);
  }
  expect_alive(host, host.connect());
}

TEST(Hostile, garbage_is_answered_or_closed) {
  HostileHost host;
  Prng prng(31);
  const char fills[] = {'\x00', '\x01', '\x7f', '\x80', '\xff'};
  for (const ServedApi& served : served_apis()) {
    const wire::ApiRow& api = served.api();
    for (wire::Version version = api.versions().first; version <= api.versions().last; ++version) {
      for (const char fill : fills) {
        if (api.key == 0 && fill == 0) continue;  // acks=0: silence is the answer
        // Counts of 2^31-1 and -1, endless varints, null where none may be; zeros are a sound request of many APIs.
        expect_an_end(host, frame_of(api.key, version, BytesView::of(std::string(64, fill))), Duration::from_s(100),
                      name_of(api, version) + " filled with " + std::to_string(int{fill}));
      }
      std::string huge = "\x7f\xff\xff\xff";
      for (size_t i = 0; i < 60; ++i) huge += static_cast<char>(prng.next());
      expect_an_end(host, frame_of(api.key, version, BytesView::of(huge)), Duration::from_s(100),
                    name_of(api, version));
    }
  }
  expect_alive(host, host.connect());
}

TEST(Hostile, what_is_not_served_closes_the_connection) {
  HostileHost host;
  Prng prng(4);
  for (int16_t key = -2; key < 200; ++key) {
    const ServedApi* served = find_served(key);
    for (const int number : {-1, 0, 50, 32767}) {
      const auto version = static_cast<wire::Version>(number);
      if (served != nullptr && served->takes(version)) continue;
      const ConnectionId connection = host.connect();
      host.offer(connection, BytesView::of(frame_of(key, version, {})));
      EXPECT_TRUE(host.closed(connection)) << key << " v" << version;
      EXPECT_TRUE(host.received(connection).empty());
      host.disconnect(connection);
    }
  }
}

TEST(Hostile, promises_of_size_cost_nothing) {
  HostileHost host;
  const size_t before = memory_in_use();
  std::vector<ConnectionId> connections;
  for (size_t i = 0; i < 200; ++i) {
    connections.push_back(host.connect());
    std::string promise(4, '\0');
    store_be(reinterpret_cast<uint8_t*>(promise.data()), int32_t{100 * 1024 * 1024 - 1});
    host.offer(connections.back(), BytesView::of(promise + std::string("\x00\x00\x00\x0c", 4)));
  }
  EXPECT_LT(memory_in_use(), before + connections.size() * 64 * 1024);
  for (const int32_t size : {-1, INT32_MIN, INT32_MAX, 100 * 1024 * 1024 + 1}) {
    const ConnectionId connection = host.connect();
    std::string promise(4, '\0');
    store_be(reinterpret_cast<uint8_t*>(promise.data()), size);
    host.offer(connection, BytesView::of(promise));
    EXPECT_TRUE(host.closed(connection)) << size;
  }
}

TEST(Hostile, ten_million_unknown_tags_are_refused_and_nothing_is_kept_of_them) {
  HostileHost host;
  std::string body;
  const auto varint = [&](uint32_t value) {
    for (; value >= 0x80; value >>= 7) body += static_cast<char>(value | 0x80);
    body += static_cast<char>(value);
  };
  body +=
      "\x02"
      "a"
      "\x02"
      "b";  // software name and version
  constexpr uint32_t kTags = 10'000'000;
  varint(kTags);
  body.reserve(kTags * size_t{5});
  for (uint32_t tag = 0; tag < kTags; ++tag) {
    varint(tag);
    body += '\0';
  }
  const std::string frame = frame_of(18, 3, BytesView::of(body));
  const size_t before = memory_in_use();
  const ConnectionId connection = host.connect();
  host.offer(connection, BytesView::of(frame));
  EXPECT_TRUE(host.closed(connection));
  EXPECT_TRUE(host.received(connection).empty());
  host.disconnect(connection);
  expect_alive(host, host.connect());
  EXPECT_LT(memory_in_use(), before + limits::kBlocksKeptMax + 1'000'000);  // the pool of buffers keeps some
}

}  // namespace
}  // namespace ottla
