#include "cluster/node/endpoints.h"

#include <gtest/gtest.h>

namespace ottla {
namespace {

std::string endpoints(std::initializer_list<std::pair<const char*, const char*>> given) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  for (const auto& [name, value] : given) EXPECT_TRUE(node.set(name, value, SettingOrigin::start).ok()) << name;
  std::string text;
  for (const Endpoint& at : client_endpoints(node)) {
    text += endpoint_text(at.name, at.host, at.port) + " told " + at.advertised_host + ":" +
            std::to_string(at.advertised_port) + "; ";
  }
  return text;
}

TEST(Endpoints, are_on_loopback_unless_told_otherwise) {
  EXPECT_EQ(endpoints({}), "PLAINTEXT://127.0.0.1:9092 told 127.0.0.1:9092; ");
}

TEST(Endpoints, are_told_as_they_are_advertised) {
  EXPECT_EQ(endpoints({{"listeners", "inside://:1,OUTSIDE://[::1]:2"},
                       {"advertised.listeners", "outside://example.org:19092"}}),
            "INSIDE://:1 told :1; OUTSIDE://[::1]:2 told example.org:19092; ");
}

TEST(Endpoints, never_tell_a_client_to_go_everywhere) {
  EXPECT_EQ(endpoints({{"listeners", "PLAINTEXT://0.0.0.0:0"}}), "PLAINTEXT://0.0.0.0:0 told :0; ");
  EXPECT_EQ(endpoints({{"listeners", "PLAINTEXT://[::]:5"}}), "PLAINTEXT://[::]:5 told :5; ");
}

TEST(Endpoints, of_controllers_are_not_for_clients) {
  EXPECT_EQ(endpoints({{"listeners", "PLAINTEXT://localhost:1,controller://localhost:2"}}),
            "PLAINTEXT://localhost:1 told localhost:1; ");
  EXPECT_EQ(endpoints({{"listeners", "A://localhost:1,B://localhost:2"}, {"controller.listener.names", "a"}}),
            "B://localhost:2 told localhost:2; ");
}

}  // namespace
}  // namespace ottla
