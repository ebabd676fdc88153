// ottla.hpp: owners and exceptions on the same functions.
#include <gtest/gtest.h>
#include <ottla/ottla.hpp>

#include <stdexcept>
#include <type_traits>
#include <vector>

#include "bindings-tests/c/client.h"
#include "bindings-tests/c/process.h"

namespace {

static_assert(std::is_nothrow_move_constructible_v<ottla::Cluster> && !std::is_copy_constructible_v<ottla::Cluster>);

TEST(Hpp, opens_and_closes_with_its_scope) {
  const OwnTemporary temporary;
  std::string servers;
  {
    const ottla::Cluster cluster;
    servers = cluster.bootstrap_servers();
    EXPECT_TRUE(answers(servers));
    EXPECT_TRUE(std::filesystem::exists(cluster.data_directory()));
  }
  EXPECT_FALSE(answers(servers));
  EXPECT_EQ(temporary.count(), 0U);
}

TEST(Hpp, leaves_nothing_when_its_scope_throws) {
  const OwnTemporary temporary;
  EXPECT_THROW(
      {
        const ottla::Cluster cluster;
        throw std::runtime_error("in the middle");
      },
      std::runtime_error);
  EXPECT_EQ(temporary.count(), 0U);
}

TEST(Hpp, takes_settings_as_they_are_written) {
  const ottla::Cluster one({{"num.partitions", "3"}});
  const ottla::Cluster two({{"num.partitions", "3"}, {"auto.create.topics.enable", "false"}});
  EXPECT_TRUE(answers(two.bootstrap_servers()));
}

TEST(Hpp, throws_what_the_error_says) {
  try {
    const ottla::Cluster cluster({{"num.partitions", "many"}});
    FAIL() << "it opened";
  } catch (const ottla::Error& error) {
    const ottla::Error copy = error;
    EXPECT_EQ(copy.code(), OTTLA_ERROR_BAD_SETTING);
    EXPECT_EQ(copy.name(), "BAD_SETTING");
    EXPECT_NE(copy.message().find("many"), std::string_view::npos);
    EXPECT_STREQ(copy.what(), std::string(copy.message()).c_str());
    EXPECT_FALSE(copy.is_retriable() || copy.is_fatal() || copy.is_abortable());
  }
}

TEST(Hpp, throws_after_the_close) {
  ottla::Cluster cluster;
  cluster.close();
  cluster.close();
  EXPECT_THROW((void)cluster.bootstrap_servers(), ottla::Error);
}

TEST(Hpp, moves_its_owner) {
  std::vector<ottla::Cluster> clusters;
  clusters.emplace_back();
  clusters.emplace_back();
  for (const ottla::Cluster& cluster : clusters) EXPECT_TRUE(answers(cluster.bootstrap_servers()));
}

TEST(Hpp, hears_the_log_and_drops_what_a_listener_throws) {
  std::vector<std::string> heard;
  ottla::Options options{{"background.threads", "3"}};
  options.set_log([&](ottla::LogLevel level, std::string_view line) {
    if (level == ottla::LogLevel::warn) heard.emplace_back(line);
    throw std::runtime_error("a listener's trouble");
  });
  { const ottla::Cluster cluster(options); }
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_NE(heard[0].find("background.threads"), std::string::npos) << heard[0];
}

}  // namespace
