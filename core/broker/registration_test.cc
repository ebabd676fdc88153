#include "core/broker/registration.h"

#include <gtest/gtest.h>

namespace ottla {
namespace {

// Keeps what it is asked.
class Controller final : public ControllerChannel {
 public:
  ControllerRequestId send(ControllerRequest request) override {
    asked.push_back(std::move(request));
    return ControllerRequestId(asked.size());
  }
  std::vector<ControllerRequest> asked;
};

class NoSink final : public LogSink {
 public:
  void write(LogLevel, std::string_view, std::string_view, std::span<const LogField>) override {}
  [[nodiscard]] bool wants(LogLevel) const override { return false; }
};

class RegistrationTest : public testing::Test {
 protected:
  // What it has to say at this time, if anything.
  const ControllerRequest* turn(Duration after = Duration()) {
    now_ = now_ + after;
    const size_t before = controller_.asked.size();
    registration_.tick(now_);
    registration_.turn(*image_, true);
    return controller_.asked.size() > before ? &controller_.asked.back() : nullptr;
  }
  const BrokerHeartbeat* heartbeat(Duration after = Duration()) {
    const ControllerRequest* asked = turn(after);
    return asked == nullptr ? nullptr : std::get_if<BrokerHeartbeat>(&asked->what);
  }
  void answer(ControllerResponse response) {
    EXPECT_TRUE(registration_.answered({ControllerRequestId(controller_.asked.size()), std::move(response)}));
  }
  void answer(HeartbeatTaken taken) {
    ControllerResponse response;
    response.what = taken;
    answer(std::move(response));
  }
  void fail(ErrorCode error) {
    ControllerResponse response;
    response.error = error;
    answer(std::move(response));
  }
  // Registered and counted on.
  void come() {
    ASSERT_NE(turn(), nullptr);
    ControllerResponse response;
    response.what = BrokerRegistered{7};
    answer(std::move(response));
    ASSERT_NE(heartbeat(), nullptr);
    answer(HeartbeatTaken{.caught_up = true, .fenced = false});
    ASSERT_TRUE(registration_.unfenced());
  }

  static constexpr Duration kInterval = Duration::from_ms(2000);
  Controller controller_;
  NoSink sink_;
  ImagePtr image_ = MetadataImage::empty();
  Instant now_ = Instant() + Duration::from_s(1);
  Registration registration_{RegisterBroker(), kInterval, controller_, sink_};
};

TEST_F(RegistrationTest, says_from_time_to_time_that_it_lives) {
  come();
  EXPECT_EQ(turn(kInterval - Duration::from_ms(1)), nullptr);
  const BrokerHeartbeat* beat = heartbeat(Duration::from_ms(1));
  ASSERT_NE(beat, nullptr);
  EXPECT_FALSE(beat->wants_shutdown);
  EXPECT_EQ(beat->epoch, 7);
}

TEST_F(RegistrationTest, says_that_it_goes_and_waits_for_leave) {
  come();
  registration_.leave();
  const BrokerHeartbeat* beat = heartbeat();
  ASSERT_NE(beat, nullptr);
  EXPECT_TRUE(beat->wants_shutdown);
  EXPECT_FALSE(registration_.may_go());
  // Others take up what it leads.
  answer(HeartbeatTaken{.caught_up = true, .fenced = false, .may_shut_down = false});
  EXPECT_FALSE(registration_.may_go());
  beat = heartbeat(kInterval);
  ASSERT_NE(beat, nullptr);
  EXPECT_TRUE(beat->wants_shutdown);
  answer(HeartbeatTaken{.caught_up = true, .fenced = false, .may_shut_down = true});
  EXPECT_TRUE(registration_.may_go());
  EXPECT_EQ(turn(kInterval), nullptr) << "nothing is left to say";
  EXPECT_EQ(registration_.next_deadline(), Instant::never());
}

TEST_F(RegistrationTest, says_it_next_when_something_else_is_on_its_way) {
  come();
  ASSERT_NE(heartbeat(kInterval), nullptr);
  registration_.leave();
  EXPECT_EQ(turn(), nullptr);
  // Had it been asked to go, this answer would let it.
  answer(HeartbeatTaken{.caught_up = true, .fenced = false, .may_shut_down = true});
  EXPECT_FALSE(registration_.may_go());
  const BrokerHeartbeat* beat = heartbeat();
  ASSERT_NE(beat, nullptr);
  EXPECT_TRUE(beat->wants_shutdown);
}

TEST_F(RegistrationTest, goes_at_once_when_it_has_not_come) {
  registration_.leave();
  EXPECT_TRUE(registration_.may_go());
  EXPECT_EQ(turn(), nullptr);
}

TEST_F(RegistrationTest, asks_again_where_that_may_help_and_goes_where_it_cannot) {
  come();
  registration_.leave();
  ASSERT_NE(heartbeat(), nullptr);
  fail(ErrorCode::not_controller);
  EXPECT_FALSE(registration_.may_go());
  ASSERT_NE(heartbeat(kInterval), nullptr);
  fail(ErrorCode::kafka_storage_error);
  EXPECT_TRUE(registration_.may_go());
}

}  // namespace
}  // namespace ottla
