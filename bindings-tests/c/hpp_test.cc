// ottla.hpp: owners and exceptions on the same functions.
#include <gtest/gtest.h>
#include <ottla/ottla.hpp>

#include <atomic>
#include <memory>
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

// What a log holds, looking back when the log goes: nobody may be there any more who would call it.
struct LooksBack {
  explicit LooksBack(bool* answer) : answered(answer) {}
  ~LooksBack() { *answered = answers(servers); }
  std::string servers;
  bool* answered;
};

TEST(Hpp, closes_a_cluster_before_its_log_goes_when_another_takes_its_place) {
  bool answered = true;
  auto back = std::make_shared<LooksBack>(&answered);
  ottla::Options options;
  options.set_log([back](ottla::LogLevel, std::string_view) {});
  ottla::Cluster cluster(options);
  back->servers = cluster.bootstrap_servers();
  options.set_log(nullptr);
  back.reset();
  cluster = ottla::Cluster();
  EXPECT_FALSE(answered);
  EXPECT_TRUE(answers(cluster.bootstrap_servers()));
}

TEST(Hpp, copies_of_options_share_their_log) {
  auto lines = std::make_shared<std::atomic<int>>(0);
  ottla::Options options({{"ottla.log.level", "debug"}});
  {
    ottla::Options copy = options;
    copy.set_log([lines](ottla::LogLevel, std::string_view) { ++*lines; });
  }
  { const ottla::Cluster cluster(options); }
  EXPECT_GT(*lines, 0);
}

TEST(Hpp, takes_no_null_bytes_for_the_end) {
  ottla::Options options;
  EXPECT_THROW(options.set("log.dirs", std::string_view("keep\0more", 9)), std::invalid_argument);
  EXPECT_THROW(options.set(std::string_view("log.dirs\0", 9), "keep"), std::invalid_argument);
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
