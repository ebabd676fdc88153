#include "core/model/settings_load.h"

#include <gtest/gtest.h>

#include "core/model/settings_handles.h"

namespace ottla {
namespace {

struct Loaded {
  SettingValues values{SettingScope::node, SettingProfile::node};
  SettingReport report;
};

Loaded load(std::string_view text) {
  Loaded loaded;
  const auto properties = parse_properties(text);
  EXPECT_TRUE(properties.ok());
  loaded.report = load_settings(loaded.values, *properties);
  return loaded;
}

std::string checked(std::string_view text) {
  const Loaded loaded = load(text);
  std::string result;
  for (const SettingError& error : loaded.report.errors) result += error.text + "\n";
  for (const SettingError& error : check_node_settings(loaded.values)) result += error.text + "\n";
  return result;
}

TEST(SettingsLoad, take_every_line_or_explain_it) {
  const Loaded loaded = load(
      "log.segment.bytes=2097152\n"
      "log.retention.hour=1\n"
      "num.io.threads=16\n"
      "ssl.keystore.location=/etc/key.jks\n"
      "log.retention.ms=soon\n");
  ASSERT_EQ(loaded.report.errors.size(), 3U);
  EXPECT_EQ(loaded.report.errors[0].text,
            "line 2: unknown node setting \"log.retention.hour\"; the nearest is log.retention.hours");
  EXPECT_EQ(loaded.report.errors[1].code, ErrorCode::unsupported_setting);
  EXPECT_EQ(
      loaded.report.errors[1].text,
      "line 4: ssl.keystore.location: \"/etc/key.jks\" is refused: TLS is not built yet; the value would promise an "
      "encryption that does not happen");
  EXPECT_EQ(loaded.report.errors[2].code, ErrorCode::bad_setting);
  ASSERT_EQ(loaded.report.warnings.size(), 1U);
  EXPECT_EQ(loaded.report.warnings[0],
            "line 3: num.io.threads has no effect: requests run to completion on one event loop; there is no pool of "
            "threads or queue between threads to size");
  constexpr settings::IntegerSetting kSegment{SettingScope::node, "log.segment.bytes"};
  EXPECT_EQ(loaded.values.get(kSegment), 2097152);
}

TEST(SettingsLoad, let_nothing_through_that_moves_a_terminals_cursor) {
  const std::string escape = "\x1b[2J";
  const std::string newline = "\\n";  // two characters, which a settings file means as one
  const std::string csi =
      "\xc2\x9b"
      "31m";
  for (const std::string& evil : {escape, newline, csi,
                                  std::string("\x9b"
                                              "31m")}) {
    for (const std::string& line :
         {"log" + evil + ".dirs=1", "zookeeper." + evil + "=1", "listener.name." + evil + ".max.connections=1",
          "listener.name.a." + evil + ".sasl.jaas.config=1",
          "listener.name.a.b" + evil + ".sasl.kerberos.service.name=1",
          "listener.name.a." + evil + ".connections.max.reauth.ms=0", "listener.name.a." + evil + "=1",
          "num.partitions=" + evil}) {
      const Loaded loaded = load(line);
      ASSERT_EQ(loaded.report.errors.size(), 1U) << line;
      const std::string& text = loaded.report.errors[0].text;
      EXPECT_NE(text.find('?'), std::string::npos) << text;
      for (const char c : text) EXPECT_TRUE(c >= ' ' && c != 0x7f) << text;
    }
    const auto twice = parse_properties("a" + evil + "=1\na" + evil + "=2\n");
    ASSERT_FALSE(twice.ok());
    for (const char c : twice.error().text) EXPECT_TRUE(c >= ' ' && c != 0x7f) << twice.error().text;
  }
  EXPECT_EQ(load("gr\xc3\xb6\xc3\x9f"
                 "e=1")
                .report.errors[0]
                .text,
            "line 1: unknown node setting \"gr\xc3\xb6\xc3\x9f"
            "e\"");
}

TEST(SettingsLoad, starts_without_any_line_and_with_a_common_kafka_file) {
  EXPECT_EQ(checked(""), "");
  EXPECT_EQ(checked("process.roles=broker,controller\n"
                    "node.id=1\n"
                    "controller.quorum.voters=1@localhost:9093\n"
                    "listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093\n"
                    "inter.broker.listener.name=PLAINTEXT\n"
                    "advertised.listeners=PLAINTEXT://localhost:9092\n"
                    "controller.listener.names=CONTROLLER\n"
                    "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,"
                    "SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL\n"
                    "num.network.threads=3\nnum.io.threads=8\n"
                    "socket.send.buffer.bytes=102400\nsocket.receive.buffer.bytes=102400\n"
                    "socket.request.max.bytes=104857600\n"
                    "log.dirs=/tmp/kraft-combined-logs\nnum.partitions=1\nnum.recovery.threads.per.data.dir=1\n"
                    "offsets.topic.replication.factor=1\ntransaction.state.log.replication.factor=1\n"
                    "transaction.state.log.min.isr=1\nlog.retention.hours=168\nlog.segment.bytes=1073741824\n"
                    "log.retention.check.interval.ms=300000\n"),
            "");
}

TEST(SettingsLoad, refuses_listeners_that_would_be_believed_to_be_safe) {
  EXPECT_EQ(
      checked("listeners=SSL://127.0.0.1:9093"),
      "listeners: SSL is refused: its protocol is SSL, and neither TLS nor SASL is built yet; allowed: PLAINTEXT\n");
  EXPECT_EQ(
      checked("listeners=INSIDE://127.0.0.1:9093\nlistener.security.protocol.map=inside:SASL_PLAINTEXT"),
      "listeners: INSIDE is refused: its protocol is SASL_PLAINTEXT, and neither TLS nor SASL is built yet; allowed: "
      "PLAINTEXT\n");
  EXPECT_EQ(checked("listeners=INSIDE://127.0.0.1:9093"),
            "listeners: INSIDE has no protocol; expects it in listener.security.protocol.map\n");
}

TEST(SettingsLoad, keeps_clear_text_on_loopback_unless_told_otherwise) {
  for (const char* open : {"PLAINTEXT://:9092", "PLAINTEXT://0.0.0.0:9092", "PLAINTEXT://10.0.0.1:9092",
                           "PLAINTEXT://127.evil.example.org:9092", "PLAINTEXT://[::]:9092"}) {
    const std::string line = "listeners=" + std::string(open) + "\n";
    EXPECT_NE(checked(line).find("not on loopback"), std::string::npos) << open;
    EXPECT_EQ(checked(line + "ottla.insecure.listeners=true\n"), "") << open;
  }
  for (const char* safe : {"PLAINTEXT://localhost:1", "PLAINTEXT://127.0.0.7:1", "PLAINTEXT://[::1]:1"}) {
    EXPECT_EQ(checked("listeners=" + std::string(safe)), "") << safe;
  }
}

TEST(SettingsLoad, keeps_metrics_on_loopback) {
  SettingValues node(SettingScope::node, SettingProfile::node);
  for (const char* open : {":9100", "0.0.0.0:9100", "10.0.0.1:9100", "127.0.0.1", "metrics"}) {
    EXPECT_FALSE(node.set("ottla.metrics.listener", open, SettingOrigin::start).ok()) << open;
  }
  for (const char* safe : {"127.0.0.1:0", "localhost:9100", "[::1]:9100"}) {
    EXPECT_TRUE(node.set("ottla.metrics.listener", safe, SettingOrigin::start).ok()) << safe;
  }
}

TEST(SettingsLoad, sees_what_contradicts_itself) {
  EXPECT_EQ(checked("listeners=PLAINTEXT://localhost:1,plaintext://localhost:2"),
            "listeners: plaintext is named twice\n");
  EXPECT_EQ(checked("listeners="), "listeners: is empty; expects addresses as NAME://host:port\n");
  EXPECT_EQ(checked("advertised.listeners=OUTSIDE://example.org:1"),
            "advertised.listeners: OUTSIDE is not one of listeners\n");
  EXPECT_EQ(checked("node.id=2\nbroker.id=2"), "");
  EXPECT_EQ(checked("node.id=2\nbroker.id=3"),
            "broker.id: differs from node.id; expects the same number, or to be left out\n");
}

TEST(SettingsLoad, tells_what_must_be_set) {
  const SettingValues kafka(SettingScope::node, SettingProfile::kafka);
  const auto errors = check_node_settings(kafka);
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].text, "process.roles: must be set; expects a list of broker, controller");
}

}  // namespace
}  // namespace ottla
