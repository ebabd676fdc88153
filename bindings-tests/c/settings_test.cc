// Settings by Kafka's names, and the log.
#include <gtest/gtest.h>

#include <mutex>

#include "bindings-tests/c/client.h"
#include "bindings-tests/c/door.h"
#include "bindings-tests/c/process.h"

namespace {

// What an open with one setting says; the place it leaves behind is none.
struct Refused {
  int32_t code;
  std::string text;
};
Refused refused(const Settings& settings) {
  const OwnTemporary temporary;
  const Opened opened = open_cluster(settings);
  EXPECT_EQ(opened.cluster, nullptr);
  EXPECT_EQ(temporary.count(), 0U);
  return {ottla_error_code(opened.error.get()), message_of(opened.error)};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(CSettings, that_do_not_exist_name_the_nearest) {
  const auto [code, text] = refused({{"num.partition", "3"}});
  EXPECT_EQ(code, OTTLA_ERROR_UNKNOWN_SETTING);
  EXPECT_TRUE(has(text, "num.partition") && has(text, "num.partitions")) << text;
}

TEST(CSettings, with_a_bad_value_say_name_and_value_and_what_would_be_right) {
  const auto [code, text] = refused({{"num.partitions", "many"}});
  EXPECT_EQ(code, OTTLA_ERROR_BAD_SETTING);
  EXPECT_TRUE(has(text, "num.partitions") && has(text, "many") && has(text, "whole number")) << text;
}

TEST(CSettings, that_promise_what_is_not_built_are_refused) {
  const auto [code, text] =
      refused({{"authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"}});
  EXPECT_EQ(code, OTTLA_ERROR_UNSUPPORTED_SETTING);
  EXPECT_TRUE(has(text, "authorizer.class.name")) << text;
}

TEST(CSettings, are_all_looked_at) {
  const auto [code, text] = refused({{"num.partitions", "0"}, {"no.such.thing", "1"}});
  EXPECT_EQ(code, OTTLA_ERROR_BAD_SETTING) << "the first one's";
  EXPECT_TRUE(has(text, "num.partitions") && has(text, "no.such.thing")) << text;
}

TEST(CSettings, hold_the_later_of_two) {
  const auto [cluster, error] = open_cluster({{"num.partitions", "0x"}, {"num.partitions", "2"}});
  EXPECT_EQ(ottla_error_code(error.get()), OTTLA_ERROR_BAD_SETTING) << "each is looked at";
  const Opened later =
      open_cluster({{"listeners", "PLAINTEXT://127.0.0.1:1"}, {"listeners", "PLAINTEXT://127.0.0.1:0"}});
  ASSERT_FALSE(later.error) << message_of(later.error);
  EXPECT_NE(port_of(servers_of(later.cluster)), 1);
}

TEST(CSettings, name_an_address_that_is_in_use) {
  const auto [cluster, error] = open_cluster();
  const auto [code, text] = refused({{"listeners", "PLAINTEXT://" + servers_of(cluster)}});
  EXPECT_EQ(code, OTTLA_ERROR_ADDRESS_IN_USE);
  EXPECT_TRUE(has(text, servers_of(cluster))) << text;
}

TEST(CSettings, name_a_directory_that_cannot_be) {
  const auto [code, text] = refused({{"log.dirs", "/nowhere/at/all"}});
  EXPECT_EQ(code, OTTLA_ERROR_NO_SUCH_FILE);
  EXPECT_TRUE(has(text, "/nowhere/at/all")) << text;
}

TEST(CSettings, let_a_temporary_directory_be_missing_loudly) {
  const OwnTemporary temporary;
  const std::string nowhere = temporary.path() + "/nowhere";
  ::setenv("TMPDIR", nowhere.c_str(), 1);
  const auto [cluster, error] = open_cluster();
  EXPECT_EQ(ottla_error_code(error.get()), OTTLA_ERROR_NO_SUCH_FILE);
  EXPECT_TRUE(has(message_of(error), nowhere)) << message_of(error);
}

struct Heard {
  std::mutex mutex;
  std::vector<std::pair<int32_t, std::string>> lines;

  static void hear(void* context, int32_t level, const char* line) {
    auto* self = static_cast<Heard*>(context);
    const std::lock_guard lock(self->mutex);
    self->lines.emplace_back(level, line);
  }
};

TEST(CLog, is_heard_until_the_close) {
  Heard heard;
  const OptionsPtr options = options_of({{"ottla.log.level", "warn"}, {"background.threads", "3"}});
  ASSERT_FALSE(ErrorPtr(ottla_options_set_log(options.get(), Heard::hear, &heard)));
  ottla_cluster* opened = nullptr;
  ASSERT_FALSE(ErrorPtr(ottla_cluster_open(options.get(), &opened)));
  const ClusterPtr cluster(opened);
  EXPECT_FALSE(close_cluster(cluster));
  ASSERT_EQ(heard.lines.size(), 1U);
  EXPECT_EQ(heard.lines[0].first, OTTLA_LOG_WARN);
  EXPECT_TRUE(has(heard.lines[0].second, "what=\"setting without effect\"")) << heard.lines[0].second;
  EXPECT_TRUE(has(heard.lines[0].second, "background.threads")) << heard.lines[0].second;
}

TEST(CLog, has_more_lines_at_lower_levels) {
  Heard heard;
  const OptionsPtr options = options_of({{"ottla.log.level", "debug"}});
  ASSERT_FALSE(ErrorPtr(ottla_options_set_log(options.get(), Heard::hear, &heard)));
  ottla_cluster* opened = nullptr;
  ASSERT_FALSE(ErrorPtr(ottla_cluster_open(options.get(), &opened)));
  ClusterPtr(opened).reset();
  EXPECT_FALSE(heard.lines.empty());
  for (const auto& [level, line] : heard.lines)
    EXPECT_TRUE(level >= OTTLA_LOG_DEBUG && level <= OTTLA_LOG_ERROR) << line;
}

}  // namespace
