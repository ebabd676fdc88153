// A cluster in this process, from its opening to its end.
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "bindings-tests/c/client.h"
#include "bindings-tests/c/door.h"
#include "bindings-tests/c/process.h"

namespace {

namespace fs = std::filesystem;

TEST(CCluster, is_ready_when_it_is_open_and_leaves_nothing) {
  const OwnTemporary temporary;
  auto [cluster, error] = open_cluster();
  ASSERT_FALSE(error) << message_of(error);
  const std::string servers = servers_of(cluster);
  EXPECT_TRUE(servers.starts_with("127.0.0.1:")) << servers;
  EXPECT_TRUE(answers(servers));
  EXPECT_TRUE(directory_of(cluster).starts_with(temporary.path() + "/ottla-cluster-")) << directory_of(cluster);
  EXPECT_TRUE(fs::exists(directory_of(cluster) + "/meta.properties"));
  EXPECT_EQ(temporary.count(), 1U);
  EXPECT_FALSE(close_cluster(cluster));
  EXPECT_EQ(temporary.count(), 0U);
  EXPECT_FALSE(answers(servers));
  EXPECT_TRUE(is_free(port_of(servers)));
}

TEST(CCluster, is_closed_by_its_destruction) {
  const OwnTemporary temporary;
  auto [cluster, error] = open_cluster();
  const std::string servers = servers_of(cluster);
  ASSERT_TRUE(answers(servers));
  cluster.reset();
  EXPECT_TRUE(is_free(port_of(servers)));
  EXPECT_EQ(temporary.count(), 0U);
}

TEST(CCluster, opens_with_null_for_options) {
  ottla_cluster* cluster = nullptr;
  const ErrorPtr error(ottla_cluster_open(nullptr, &cluster));
  ASSERT_FALSE(error) << message_of(error);
  EXPECT_TRUE(answers(servers_of(ClusterPtr(cluster))));
}

TEST(CCluster, that_is_closed_says_so) {
  auto [cluster, error] = open_cluster();
  EXPECT_FALSE(close_cluster(cluster));
  const char* text = "before";
  const ErrorPtr closed(ottla_cluster_bootstrap_servers(cluster.get(), &text));
  EXPECT_EQ(ottla_error_code(closed.get()), OTTLA_ERROR_CLOSED);
  EXPECT_STREQ(ottla_error_name(closed.get()), "CLOSED");
  EXPECT_TRUE(ottla_error_is_fatal(closed.get()));
  EXPECT_EQ(text, nullptr);
  EXPECT_FALSE(close_cluster(cluster)) << "closing twice is no error";
}

TEST(CCluster, closes_while_clients_are_connected) {
  auto [cluster, error] = open_cluster();
  std::vector<int> sockets;
  for (int i = 0; i < 20; ++i) sockets.push_back(connect_to(servers_of(cluster)));
  for (const int socket : sockets) ASSERT_TRUE(ask_versions(socket));
  EXPECT_FALSE(close_cluster(cluster));
  for (const int socket : sockets) {
    EXPECT_FALSE(ask_versions(socket));
    ::close(socket);
  }
}

TEST(CCluster, lives_beside_another) {
  const OwnTemporary temporary;
  auto [one, error] = open_cluster();
  auto [other, other_error] = open_cluster();
  const std::string one_servers = servers_of(one);
  EXPECT_NE(one_servers, servers_of(other));
  EXPECT_NE(directory_of(one), directory_of(other));
  EXPECT_EQ(temporary.count(), 2U);
  EXPECT_TRUE(answers(one_servers));
  EXPECT_TRUE(answers(servers_of(other)));
  EXPECT_FALSE(close_cluster(one));
  EXPECT_FALSE(answers(one_servers));
  EXPECT_TRUE(answers(servers_of(other)));
  EXPECT_EQ(temporary.count(), 1U);
}

TEST(CCluster, opens_and_closes_in_different_threads_at_once) {
  const OwnTemporary temporary;
  std::vector<std::thread> threads;
  std::array<bool, 6> fine{};
  for (bool& one : fine) {
    threads.emplace_back([&one] {
      auto [cluster, error] = open_cluster();
      one = !error && answers(servers_of(cluster));
      std::thread closer([&] { one = one && !close_cluster(cluster); });
      closer.join();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool one : fine) EXPECT_TRUE(one);
  EXPECT_EQ(temporary.count(), 0U);
}

TEST(CCluster, closed_by_many_threads_is_closed_once) {
  auto [cluster, error] = open_cluster();
  const std::string servers = servers_of(cluster);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&cluster = cluster, &servers] {
      EXPECT_FALSE(close_cluster(cluster));
      EXPECT_TRUE(is_free(port_of(servers))) << "whoever's close returned first or last";
    });
    threads.emplace_back([&cluster = cluster] { (void)servers_of(cluster); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(CCluster, keeps_its_data_where_it_is_told_to) {
  const OwnTemporary temporary;
  const std::string data = temporary.path() + "/kept";
  {
    auto [cluster, error] = open_cluster({{"log.dirs", data}});
    ASSERT_FALSE(error) << message_of(error);
    EXPECT_EQ(directory_of(cluster), data);
    EXPECT_TRUE(answers(servers_of(cluster)));
    const Opened second = open_cluster({{"log.dirs", data}});
    EXPECT_EQ(ottla_error_code(second.error.get()), OTTLA_ERROR_DIRECTORY_IN_USE) << message_of(second.error);
    EXPECT_NE(message_of(second.error).find(data), std::string::npos) << message_of(second.error);
    EXPECT_TRUE(answers(servers_of(cluster))) << "the first is as it was";
  }
  EXPECT_TRUE(fs::exists(data + "/meta.properties"));
  const Opened again = open_cluster({{"log.dir", data}});
  ASSERT_FALSE(again.error) << message_of(again.error);
  EXPECT_EQ(directory_of(again.cluster), data);
  EXPECT_EQ(temporary.count(), 1U);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The best of some, since the machine may be busy: what it takes when nobody is in the way.
TEST(CCluster, is_up_and_gone_in_milliseconds) {
  using Clock = std::chrono::steady_clock;
  auto open_best = Clock::duration::max();
  auto close_best = Clock::duration::max();
  for (int i = 0; i < 10; ++i) {
    const auto begun = Clock::now();
    auto [cluster, error] = open_cluster();
    const auto opened = Clock::now();
    ASSERT_FALSE(error) << message_of(error);
    EXPECT_FALSE(close_cluster(cluster));
    open_best = std::min(open_best, opened - begun);
    close_best = std::min(close_best, Clock::now() - opened);
  }
  const auto ms = [](Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); };
  std::printf("open %.2f ms, close %.2f ms\n", ms(open_best), ms(close_best));
  EXPECT_LE(ms(open_best), 50);
  EXPECT_LE(ms(close_best), 100);
}
#endif

}  // namespace
