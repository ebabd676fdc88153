#include "core/client/connection.h"

#include <gtest/gtest.h>

#include "core/client/fake_broker_testing.h"
#include "core/wire/messages/03_metadata.h"

namespace ottla {
namespace {

using client_testing::FakeBroker;

constexpr Instant at(int64_t ms) { return Instant() + Duration::from_ms(ms); }

class Connection : public testing::Test {
 protected:
  // Everything the connection says, answered by the broker.
  std::string exchange() {
    said_ += connection_.take_output().view().text();
    std::string answers;
    while (said_.size() >= 4) {
      const auto size = wire::frame_size(BytesView::of(said_), 1 << 20).value();
      if (!size || said_.size() < 4 + *size) break;
      answers += broker_.answer(BytesView::of(said_).slice(4, *size)).view().text();
      said_.erase(0, 4 + *size);
    }
    return answers;
  }
  void receive(std::string_view bytes) { connection_.received(BytesView::of(bytes), at(0)); }
  void open() {
    connection_.opened(at(0));
    for (int round = 0; round < 3 && !connection_.ready(); ++round) receive(exchange());
    ASSERT_TRUE(connection_.ready());
  }
  void ask_metadata(int64_t now_ms = 0) {
    const auto version = connection_.version_for(wire::message_of<wire::MetadataRequest>());
    ASSERT_TRUE(version.has_value());
    ASSERT_TRUE(connection_.send(wire::MetadataRequest(), *version, at(now_ms), Duration::from_ms(100)));
  }
  std::vector<ErrorCode> errors() {
    std::vector<ErrorCode> found;
    ClientAnswer answer;
    while (connection_.take_answer(answer)) found.push_back(answer.error);
    return found;
  }

  FakeBroker broker_{1};
  ClientConnection connection_{{}};
  std::string said_;
};

TEST_F(Connection, asks_for_versions_first_and_tells_nobody_of_the_answer) {
  open();
  EXPECT_EQ(connection_.version_for(wire::message_of<wire::MetadataRequest>()), wire::Version(13));
  EXPECT_EQ(connection_.version_for(wire::message_of<wire::MetadataRequest>(), 9), wire::Version(9));
  EXPECT_TRUE(errors().empty());
}

TEST_F(Connection, takes_the_version_that_an_older_broker_names) {
  broker_.api_versions_last = 2;
  open();
  EXPECT_EQ(broker_.requests, 2U);
}

TEST_F(Connection, gives_answers_in_order_wherever_the_bytes_are_cut) {
  open();
  for (int i = 0; i < 3; ++i) ask_metadata();
  for (const char byte : exchange()) receive({&byte, 1});
  EXPECT_EQ(errors(), (std::vector<ErrorCode>(3, ErrorCode::none)));
  EXPECT_EQ(connection_.in_flight_count(), 0U);
}

TEST_F(Connection, tells_every_request_in_flight_when_it_is_lost) {
  open();
  for (int i = 0; i < 2; ++i) ask_metadata();
  connection_.closed();
  EXPECT_EQ(errors(), (std::vector<ErrorCode>(2, ErrorCode::transport)));
  EXPECT_TRUE(connection_.broken());
}

TEST_F(Connection, ends_when_an_answer_is_overdue) {
  open();
  ask_metadata(0);
  ask_metadata(50);
  EXPECT_EQ(connection_.next_deadline(), at(100));
  connection_.tick(at(99));
  EXPECT_FALSE(connection_.broken());
  connection_.tick(at(100));
  EXPECT_TRUE(connection_.broken());
  EXPECT_EQ(errors(), (std::vector<ErrorCode>{ErrorCode::timed_out, ErrorCode::transport}));
}

TEST_F(Connection, ends_at_an_answer_that_nobody_asked_for) {
  open();
  receive(std::string_view("\0\0\0\4\0\0\0\7", 8));
  EXPECT_TRUE(connection_.broken());
}

TEST_F(Connection, ends_at_an_answer_to_another_question) {
  open();
  ask_metadata();
  std::string answer = exchange();
  answer[7] ^= 1;  // the correlation id
  receive(answer);
  EXPECT_EQ(errors(), (std::vector<ErrorCode>{ErrorCode::malformed}));
  EXPECT_TRUE(connection_.broken());
}

TEST_F(Connection, ends_at_a_frame_that_is_too_large) {
  open();
  ask_metadata();
  receive(std::string_view("\x7f\xff\xff\xff", 4));
  EXPECT_TRUE(connection_.broken());
}

}  // namespace
}  // namespace ottla
