// The scenarios of core/sim/world, on a node over sockets. What is answered, masked, is what the simulated broker answers,
// byte for byte.
#include "core/sim/world/scenario.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "cluster/net/test_client_testing.h"
#include "cluster/node/node_process_testing.h"
#include "core/os/temporary_directory_testing.h"
#include "core/sim/world/world_scenario.h"

namespace ottla {
namespace {

class SocketScenarioHost final : public sim::ScenarioHost {
 public:
  explicit SocketScenarioHost(NodeProcess& node) : node_(node) {}

  bool connect(int connection) override {
    clients_.erase(connection);
    return clients_.try_emplace(connection, node_.port()).first->second.connected();
  }
  bool send(int connection, BytesView bytes) override { return clients_.at(connection).try_send(bytes.text()); }
  std::string receive(int connection) override {
    char buffer[4096];
    const ssize_t size = ::recv(clients_.at(connection).socket().number(), buffer, sizeof(buffer), 0);
    return {buffer, static_cast<size_t>(std::max<ssize_t>(size, 0))};
  }
  void close(int connection) override { clients_.erase(connection); }
  bool restart(Restart how) override {
    if (how == Restart::kill) {
      node_.kill();
    } else {
      EXPECT_EQ(node_.stop(), 0);
    }
    clients_.clear();
    return node_.start();
  }

 private:
  NodeProcess& node_;
  std::map<int, TestClient> clients_;
};

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(OTTLA_SOURCE_DIR "/core/sim/world/testdata")) {
    if (entry.path().extension() == ".scenario") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class ScenarioOnSockets : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ScenarioOnSockets, is_answered_as_in_the_simulator) {
  std::ostringstream text;
  text << std::ifstream(GetParam()).rdbuf();

  sim::World world(1);
  ASSERT_TRUE(world.machine().start()) << world.machine().trouble();
  sim::WorldScenarioHost simulated(world);
  const sim::ScenarioResult expected = sim::run_scenario(text.str(), simulated);
  ASSERT_EQ(expected.trouble, "");

  const TemporaryDirectory directory;
  const sim::SimMachine::Options told;
  NodeProcess node(directory / "data",
                   {"advertised.listeners=PLAINTEXT://" + told.host + ":" + std::to_string(told.port)});
  ASSERT_TRUE(node.start());
  SocketScenarioHost host(node);
  const sim::ScenarioResult result = sim::run_scenario(text.str(), host);
  ASSERT_EQ(result.trouble, "") << result.transcript;
  EXPECT_EQ(result.transcript, expected.transcript);
  EXPECT_EQ(result.answers, expected.answers);
  EXPECT_FALSE(result.answers.empty());
  EXPECT_EQ(node.stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioOnSockets, testing::ValuesIn(scenario_files()), [](const auto& file) {
  std::string name = file.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace ottla
