#include "cluster/net/host.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "cluster/net/test_client_testing.h"
#include "core/os/posix_clock.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

std::string pattern(size_t size, char first = 'a') {
  std::string text(size, '\0');
  for (size_t at = 0; at < size; ++at)
    text[at] = static_cast<char>(first + static_cast<char>((at / 7 + at / 1009) % 20));
  return text;
}

TEST(Host, carries_bytes_both_ways) {
  EchoHost host;
  TestClient client(host.port());
  client.send("hello");
  EXPECT_EQ(client.receive(5), "hello");
  client.send("again");
  EXPECT_EQ(client.receive(5), "again");
}

TEST(Host, tells_where_a_client_comes_from) {
  EchoHost host(nullptr, 2);
  TestClient client(host.port(1), "127.0.0.9");
  client.send("x");
  EXPECT_EQ(client.receive(1), "x");
  host.on_loop([](Host&, EchoBrain& brain) {
    EXPECT_EQ(brain.clients.size(), 1U);
    const EchoBrain::Client& seen = brain.clients.begin()->second;
    EXPECT_EQ(seen.address.text, "127.0.0.9");
    EXPECT_NE(seen.address.port, 0);
    EXPECT_EQ(seen.listener, ListenerId(1));
    return 0;
  });
}

TEST(Host, sends_what_was_answered_before_it_closes) {
  EchoHost host;
  TestClient client(host.port());
  client.send("last words!never read");
  EXPECT_EQ(client.receive_all(), "last words");
  EXPECT_TRUE(host.eventually([](Host& it, EchoBrain&) { return it.counts().connections == 0; }));
  EXPECT_TRUE(host.on_loop([](Host&, EchoBrain& brain) { return brain.closed.empty(); }));
}

TEST(Host, tells_the_brain_who_went) {
  EchoHost host;
  TestClient polite(host.port());
  TestClient rude(host.port());
  polite.send("a"), rude.send("b");
  EXPECT_EQ(polite.receive(1) + rude.receive(1), "ab");
  polite.close();
  rude.abort();
  EXPECT_TRUE(host.eventually([](Host& it, EchoBrain& brain) {
    return brain.closed.size() == 2 && brain.clients.empty() && it.counts().connections == 0;
  }));
}

TEST(Host, reads_what_came_with_the_goodbye) {
  EchoHost host;
  for (int i = 0; i < 50; ++i) {
    TestClient client(host.port());
    client.send("the end");
    ::shutdown(client.socket().number(), SHUT_WR);
    // The answer may be cut: a client that says it is done is believed. But nobody stays.
    const std::string answer = client.receive_all();
    EXPECT_EQ(answer, std::string("the end").substr(0, answer.size()));
  }
  EXPECT_TRUE(host.eventually([](Host& it, EchoBrain&) { return it.counts().connections == 0; }));
}

TEST(Host, sends_slices_of_files_between_bytes) {
  const TemporaryDirectory directory;
  const auto disk = PosixDisk::open(directory.path()).value();
  const std::string content = pattern(5'000'000);
  const FilePtr file = disk->create("f").value();
  ASSERT_TRUE(file->write(0, BytesView::of(content)).ok());
  EchoHost host;
  host.on_loop([&](Host&, EchoBrain& brain) { return brain.slice = {file, 1000, 3'000'000}, 0; });
  TestClient client(host.port());
  client.send("<F>FF?");
  const std::string slice = content.substr(1000, 3'000'000);
  EXPECT_EQ(client.receive(9'000'003), "<" + slice + ">" + slice + slice + "?");
}

TEST(Host, closes_on_whoever_was_promised_bytes_that_are_gone) {
  const TemporaryDirectory directory;
  const auto disk = PosixDisk::open(directory.path()).value();
  const FilePtr file = disk->create("f").value();
  ASSERT_TRUE(file->write(0, BytesView::of("short")).ok());
  EchoHost host;
  host.on_loop([&](Host&, EchoBrain& brain) { return brain.slice = {file, 0, 1000}, 0; });
  TestClient client(host.port());
  client.send("F");
  EXPECT_EQ(client.receive_all(), "short");
  EXPECT_TRUE(host.eventually([](Host&, EchoBrain& brain) { return brain.closed.size() == 1; }));
}

TEST(Host, lives_on_when_a_reader_of_a_slice_goes) {
  const TemporaryDirectory directory;
  const auto disk = PosixDisk::open(directory.path()).value();
  const FilePtr file = disk->create("f").value();
  ASSERT_TRUE(file->write(0, BytesView::of(pattern(8'000'000))).ok());
  EchoHost host;
  host.on_loop([&](Host&, EchoBrain& brain) { return brain.slice = {file, 0, 8'000'000}, 0; });
  for (int i = 0; i < 10; ++i) {
    TestClient client(host.port());
    client.send("FFFF");
    EXPECT_EQ(client.receive(100).size(), 100U);
    client.abort();
  }
  EXPECT_TRUE(host.eventually([](Host&, EchoBrain& brain) { return brain.closed.size() == 10; }));
}

TEST(Host, runs_jobs_on_other_threads) {
  EchoHost host;
  TestClient client(host.port());
  client.send("aJbJJ");
  std::string answer = client.receive(5);
  std::sort(answer.begin(), answer.end());
  EXPECT_EQ(answer, "abjjj");
  host.on_loop([](Host&, EchoBrain& brain) {
    EXPECT_FALSE(brain.job_threads.empty());
    EXPECT_FALSE(brain.job_threads.contains(std::this_thread::get_id()));
    return 0;
  });
}

TEST(Host, keeps_the_brains_deadlines) {
  EchoHost host;
  const Instant wanted = monotonic_now() + Duration::from_ms(60);
  const size_t turns = host.on_loop([&](Host& it, EchoBrain& brain) {
    brain.wake_at = wanted;
    it.poke();
    return brain.turns;
  });
  EXPECT_TRUE(host.eventually([](Host&, EchoBrain& brain) { return brain.wake_at == Instant::never(); }));
  EXPECT_GE(monotonic_now(), wanted);
  EXPECT_LE(host.on_loop([&](Host&, EchoBrain& brain) { return brain.turns - turns; }), 10U);
}

TEST(Host, sleeps_when_nothing_happens) {
  EchoHost host;
  TestClient client(host.port());
  client.send("x");
  EXPECT_EQ(client.receive(1), "x");
  const size_t turns = host.on_loop([](Host&, EchoBrain& brain) { return brain.turns; });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LE(host.on_loop([&](Host&, EchoBrain& brain) { return brain.turns - turns; }), 2U);
}

TEST(Host, reads_no_more_from_who_does_not_read) {
  EchoHost host;
  TestClient slow(host.port(), "127.0.0.1", 4096);
  // Far more than the system's buffers hold. The sender is another thread: it blocks where the host reads no more.
  const std::string bytes = pattern(32'000'000);
  std::thread sender([&] { slow.send(bytes); });
  EXPECT_TRUE(host.eventually(
      [](Host&, EchoBrain& brain) { return !brain.clients.empty() && brain.clients.begin()->second.stopped; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const size_t unsent = host.on_loop([](Host&, EchoBrain& brain) { return brain.clients.begin()->second.unsent; });
  EXPECT_LE(unsent, EchoBrain::kUnsentMax + 512 * 1024);
  // Others are served meanwhile.
  TestClient other(host.port());
  other.send("quick");
  EXPECT_EQ(other.receive(5), "quick");
  // And all comes when it reads again.
  EXPECT_EQ(slow.receive(bytes.size()), bytes);
  sender.join();
}

TEST(Host, takes_a_drip_byte_by_byte) {
  EchoHost host;
  TestClient drip(host.port());
  for (const char byte : std::string("drip, drip, drip")) {
    drip.send(std::string_view(&byte, 1));
    EXPECT_EQ(drip.receive(1), std::string(1, byte));
  }
}

TEST(Host, shares_turns_among_fast_clients) {
  EchoHost host;
  constexpr size_t kClients = 4;
  const std::string bytes = pattern(20'000'000);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (size_t i = 0; i < kClients; ++i) clients.push_back(std::make_unique<TestClient>(host.port()));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] { clients[i]->send(bytes); });
    threads.emplace_back([&, i] { EXPECT_EQ(clients[i]->receive(bytes.size()), bytes); });
  }
  for (std::thread& thread : threads) thread.join();
  // A portion a connection and turn: 256 KiB and the last read.
  EXPECT_LE(host.on_loop([](Host&, EchoBrain& brain) { return brain.received_in_turn_max; }), kClients * 320 * 1024);
}

TEST(Host, stops_listening_and_serves_who_is_there) {
  EchoHost host;
  TestClient before(host.port());
  before.send("x");
  EXPECT_EQ(before.receive(1), "x");
  host.on_loop([](Host& it, EchoBrain&) { return it.stop_listening(), 0; });
  EXPECT_FALSE(TestClient(host.port()).connected());
  before.send("y");
  EXPECT_EQ(before.receive(1), "y");
}

// --- Caps

class HostCaps : public testing::Test {
 protected:
  void set(std::string_view name, std::string_view value) {
    ASSERT_TRUE(settings.set(name, value, SettingOrigin::start).ok());
  }
  static bool served(TestClient& client) { return client.try_send("x") && client.receive(1) == "x"; }
  // Nothing comes, and nothing ends it.
  static bool waits(const TestClient& client) {
    pollfd look{client.socket().number(), POLLIN, 0};
    return ::poll(&look, 1, 100) == 0;
  }

  SettingValues settings{SettingScope::node, SettingProfile::node};
};

TEST_F(HostCaps, let_who_is_too_many_wait_for_a_place) {
  set("max.connections", "2");
  EchoHost host(&settings);
  auto first = std::make_unique<TestClient>(host.port());
  TestClient second(host.port());
  EXPECT_TRUE(served(*first) && served(second));
  TestClient third(host.port());
  third.send("x");
  EXPECT_TRUE(waits(third));
  first.reset();
  EXPECT_EQ(third.receive(1), "x");
}

TEST_F(HostCaps, count_for_each_listener) {
  set("listener.name.listener0.max.connections", "1");
  EchoHost host(&settings, 2);
  TestClient first(host.port(0));
  EXPECT_TRUE(served(first));
  TestClient second(host.port(0));
  second.send("x");
  EXPECT_TRUE(waits(second));
  TestClient elsewhere(host.port(1));
  EXPECT_TRUE(served(elsewhere));
}

TEST_F(HostCaps, turn_away_who_comes_too_often_from_one_address) {
  set("max.connections.per.ip", "1");
  set("max.connections.per.ip.overrides", "127.0.0.7:2, 127.0.0.8:0");
  EchoHost host(&settings);
  TestClient first(host.port(), "127.0.0.5");
  EXPECT_TRUE(served(first));
  EXPECT_TRUE(TestClient(host.port(), "127.0.0.5").ended());
  TestClient seventh(host.port(), "127.0.0.7");
  TestClient seventh_again(host.port(), "127.0.0.7");
  EXPECT_TRUE(served(seventh) && served(seventh_again));
  EXPECT_TRUE(TestClient(host.port(), "127.0.0.7").ended());
  EXPECT_TRUE(TestClient(host.port(), "127.0.0.8").ended());
  EXPECT_EQ(host.on_loop([](Host& it, EchoBrain&) { return it.counts().turned_away; }), 3U);
  // Who left makes room.
  first.close();
  EXPECT_TRUE(host.eventually([](Host& it, EchoBrain&) { return it.counts().connections == 2; }));
  TestClient again(host.port(), "127.0.0.5");
  EXPECT_TRUE(served(again));
}

TEST_F(HostCaps, spread_those_who_come_too_fast) {
  set("max.connection.creation.rate", "5");
  EchoHost host(&settings);
  const Instant started = monotonic_now();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 11; ++i) clients.push_back(std::make_unique<TestClient>(host.port()));
  for (const auto& client : clients) EXPECT_TRUE(served(*client));
  const Duration took = monotonic_now() - started;
  EXPECT_GE(took, Duration::from_ms(1900));  // five now, five a second later, one another second later
  EXPECT_LE(took, Duration::from_ms(4000));
}

TEST_F(HostCaps, change_while_it_runs) {
  set("max.connections", "1");
  EchoHost host(&settings);
  TestClient first(host.port());
  EXPECT_TRUE(served(first));
  TestClient second(host.port());
  second.send("x");
  EXPECT_TRUE(waits(second));
  host.on_loop([&](Host& it, EchoBrain&) {
    set("max.connections", "2");
    it.poke();
    return 0;
  });
  EXPECT_EQ(second.receive(1), "x");
}

// --- Many

TEST(HostCrowd, five_thousand_idle_connections_slow_nobody) {
  EchoHost host;
  constexpr size_t kIdle = 5000;
  std::vector<std::unique_ptr<TestClient>> idle;
  for (size_t i = 0; i < kIdle; ++i) {
    idle.push_back(std::make_unique<TestClient>(host.port(), ("127.0.1." + std::to_string(1 + i % 50)).c_str()));
    if (!idle.back()->connected()) GTEST_SKIP() << "this machine cannot hold " << kIdle << " connections";
  }
  ASSERT_TRUE(host.eventually([](Host& it, EchoBrain&) { return it.counts().connections == kIdle; }));
  TestClient busy(host.port());
  const Instant started = monotonic_now();
  for (int i = 0; i < 1000; ++i) {
    busy.send("x");
    ASSERT_EQ(busy.receive(1), "x");
  }
  EXPECT_LE((monotonic_now() - started).us() / 1000, 1000);  // a round trip, of which the system's part is some 20 us
}

TEST(HostCrowd, comes_and_goes_by_the_thousand) {
  EchoHost host;
  for (int i = 0; i < 2000; ++i) {
    TestClient client(host.port());
    ASSERT_TRUE(client.connected());
    if (i % 2 == 0) client.send("x");
    if (i % 4 == 0) {
      EXPECT_EQ(client.receive(1), "x");
    }
    if (i % 3 == 0) client.abort();
  }
  EXPECT_TRUE(host.eventually([](Host& it, EchoBrain& brain) {
    return it.counts().connections == 0 && it.counts().accepted == 2000 && brain.clients.empty();
  }));
}

}  // namespace
}  // namespace ottla
