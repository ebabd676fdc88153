#include "cluster/node/spdlog_sink.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

namespace ottla {
namespace {

std::string line(LogFormat format, std::initializer_list<LogField> fields, std::string_view what = "disk full") {
  return log_line(format, LogLevel::warn, "log", what, {fields.begin(), fields.size()});
}

TEST(LogLine, of_logfmt_quotes_what_could_be_taken_for_something_else) {
  EXPECT_EQ(line(LogFormat::logfmt, {{"path", "t-0/0.log"}, {"offset", 42}, {"at", -1}}),
            "level=warn room=log what=\"disk full\" path=t-0/0.log offset=42 at=-1");
  EXPECT_EQ(line(LogFormat::logfmt, {{"a", ""}, {"b", "x=y"}, {"c", "say \"no\"\n"}, {"d", "\xc3\xa4"}}, "x"),
            "level=warn room=log what=x a=\"\" b=\"x=y\" c=\"say \\\"no\\\"\\n\" d=\"\xc3\xa4\"");
}

// A line is one line whatever a client put into it.
TEST(LogLine, is_one_line) {
  for (const LogFormat format : {LogFormat::logfmt, LogFormat::json}) {
    std::string hostile;
    for (int c = 1; c < 256; ++c) hostile += static_cast<char>(c);
    const std::string text = line(format, {{"client", hostile}});
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_EQ(text.find('\r'), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  }
}

TEST(LogLine, of_json_is_json) {
  const auto json = nlohmann::json::parse(line(LogFormat::json, {{"path", "a\"b"}, {"offset", int64_t{1} << 62}}));
  EXPECT_EQ(json["level"], "warn");
  EXPECT_EQ(json["room"], "log");
  EXPECT_EQ(json["what"], "disk full");
  EXPECT_EQ(json["path"], "a\"b");
  EXPECT_EQ(json["offset"], int64_t{1} << 62);
}

TEST(SpdlogSink, writes_a_time_and_the_line) {
  testing::internal::CaptureStderr();
  {
    SpdlogSink logfmt(LogFormat::logfmt, LogLevel::info);
    logfmt.info("node", "stopping", {{"percent", "%v {} %Y"}});
    logfmt.debug("node", "nobody wants to know");
    SpdlogSink json(LogFormat::json, LogLevel::error);
    json.warn("node", "nobody wants to know");
    json.error("node", "stopping");
  }
  const std::string said = testing::internal::GetCapturedStderr();
  const std::string time = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)";
  EXPECT_TRUE(std::regex_match(
      said, std::regex("time=" + time + R"( level=info room=node what=stopping percent="%v \{\} %Y")" + "\n" +
                       R"(\{"time":")" + time + R"(","level":"error","room":"node","what":"stopping"\})" + "\n")))
      << said;
}

}  // namespace
}  // namespace ottla
