#include "cluster/net/page_brain.h"

#include <gtest/gtest.h>

namespace ottla {
namespace {

class PageBrainTest : public testing::Test {
 protected:
  void receive(uint64_t connection, std::string_view text) {
    const auto buffer = page.receive_buffer(ConnectionId(connection));
    std::copy(text.begin(), text.end(), buffer.begin());
    page.client_received(ConnectionId(connection), text.size());
  }
  std::string ask(std::string_view text) {
    page.client_opened(ConnectionId(1), ListenerId(0), {});
    receive(1, text);
    page.take_effects(effects);
    EXPECT_EQ(effects.close, std::vector{ConnectionId(1)});
    return effects.outputs.size() == 1 ? std::string(effects.outputs[0].bytes.view().text()) : "";
  }

  PageBrain page{"/metrics", [] { return std::string("ottla_up 1\n"); }};
  Effects effects;
};

TEST_F(PageBrainTest, gives_the_page) {
  EXPECT_EQ(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 11\r\n"
            "Connection: close\r\n\r\nottla_up 1\n");
  EXPECT_TRUE(ask("GET /metrics?name=up HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_F(PageBrainTest, gives_its_size_alone_when_asked_for_the_head) {
  const std::string answer = ask("HEAD /metrics HTTP/1.1\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 11\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(PageBrainTest, refuses_what_it_does_not_have) {
  EXPECT_TRUE(ask("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(ask("POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
  EXPECT_TRUE(ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 405 "));
  EXPECT_TRUE(ask("\r\n\r\n").starts_with("HTTP/1.1 405 "));
}

TEST_F(PageBrainTest, waits_for_the_whole_head_and_not_for_ever) {
  page.tick(Instant::from_ns(0), {});
  page.client_opened(ConnectionId(1), ListenerId(0), {});
  receive(1, "GET /metrics HTT");
  page.take_effects(effects);
  EXPECT_TRUE(effects.empty());
  EXPECT_EQ(page.next_deadline(), Instant::from_ns(0) + PageBrain::kRequestTime);
  receive(1, "P/1.1\r\n\r");
  page.take_effects(effects);
  EXPECT_TRUE(effects.empty());
  receive(1, "\n");
  page.take_effects(effects);
  EXPECT_EQ(effects.outputs.size(), 1U);
  EXPECT_EQ(page.next_deadline(), Instant::never());

  page.client_opened(ConnectionId(2), ListenerId(0), {});
  page.tick(Instant::from_ns(0) + PageBrain::kRequestTime, {});
  page.take_effects(effects);
  EXPECT_EQ(effects.close, std::vector{ConnectionId(2)});
}

TEST_F(PageBrainTest, bounds_the_head) {
  page.client_opened(ConnectionId(1), ListenerId(0), {});
  const std::string part(4096, 'x');
  receive(1, part);
  page.take_effects(effects);
  EXPECT_TRUE(effects.empty());
  receive(1, part);
  page.take_effects(effects);
  EXPECT_TRUE(effects.outputs.at(0).bytes.view().text().starts_with("HTTP/1.1 431 "));
  receive(1, part);  // what came before the close was seen
  page.take_effects(effects);
  EXPECT_TRUE(effects.empty());
}

}  // namespace
}  // namespace ottla
