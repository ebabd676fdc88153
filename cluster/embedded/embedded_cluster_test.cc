// A cluster in this process, closed under its clients. What it is otherwise is tested through the door (bindings-tests/c).
#include "cluster/embedded/embedded_cluster.h"

#include <gtest/gtest.h>

#include <deque>

#include "cluster/net/test_client_testing.h"
#include "core/os/posix_clock.h"
#include "core/os/temporary_directory_testing.h"
#include "core/wire/frame.h"
#include "core/wire/messages/18_api_versions.h"

namespace ottla {
namespace {

std::string frame() {
  BytesBuffer out;
  OTTLA_ASSERT(
      wire::encode_request(wire::ApiVersionsRequest(), {.api_key = 18, .api_version = 0, .client_id = "t"}, out).ok());
  return std::string(out.view().text());
}

uint16_t port_of(const EmbeddedCluster& cluster) {
  const std::string& servers = cluster.bootstrap_servers();
  return static_cast<uint16_t>(std::stoi(servers.substr(servers.rfind(':') + 1)));
}

class Close : public testing::Test {
 protected:
  std::unique_ptr<EmbeddedCluster> open() {
    return EmbeddedCluster::open({.settings = {{"log.dirs", directory_ / "data"}}, .log = {}}).value();
  }
  static Duration close(EmbeddedCluster& cluster) {
    const Instant begun = monotonic_now();
    EXPECT_TRUE(cluster.close().ok());
    return monotonic_now() - begun;
  }

 private:
  TemporaryDirectory directory_;
};

// Clients that leave just before, at and after the moment: none of them is waited for.
TEST_F(Close, does_not_wait_for_clients_that_leave) {
  Duration longest;
  for (int round = 0; round < 60; ++round) {
    const auto cluster = open();
    std::deque<TestClient> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back(port_of(*cluster));
      clients.back().send(frame());
    }
    ASSERT_EQ(clients[0].receive(4).size(), 4U);
    std::thread leaves([&] {
      for (TestClient& client : clients) {
        std::this_thread::sleep_for(std::chrono::microseconds(50 * round));
        client.close();
      }
    });
    longest = std::max(longest, close(*cluster));
    leaves.join();
  }
  // What it takes is the disk's time for a few syncs; a second was what it once waited for nothing.
  EXPECT_LT(longest.ms(), 900);
  RecordProperty("longest_ms", static_cast<int>(longest.ms()));
}

TEST_F(Close, does_not_wait_long_for_a_client_that_does_not_read) {
  const auto cluster = open();
  TestClient deaf(port_of(*cluster), "127.0.0.2", 4096);
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += frame();
  deaf.send(many);
  TestClient other(port_of(*cluster));
  other.send(frame());
  ASSERT_EQ(other.receive(4).size(), 4U);
  EXPECT_LT(close(*cluster).ms(), 900);
}

}  // namespace
}  // namespace ottla
