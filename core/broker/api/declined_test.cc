// What this broker does not do yet, said in the words that clients understand; and the quorum of one.
#include <gtest/gtest.h>

#include "core/broker/api/handler_testing.h"
#include "core/log/replicated_log.h"
#include "core/wire/messages/10_find_coordinator.h"
#include "core/wire/messages/16_list_groups.h"
#include "core/wire/messages/17_sasl_handshake.h"
#include "core/wire/messages/29_describe_acls.h"
#include "core/wire/messages/30_create_acls.h"
#include "core/wire/messages/31_delete_acls.h"
#include "core/wire/messages/36_sasl_authenticate.h"
#include "core/wire/messages/48_describe_client_quotas.h"
#include "core/wire/messages/50_describe_user_scram_credentials.h"
#include "core/wire/messages/55_describe_quorum.h"
#include "core/wire/messages/71_get_telemetry_subscriptions.h"
#include "core/wire/messages/72_push_telemetry.h"

namespace ottla {
namespace {

constexpr int16_t number(ErrorCode error) { return static_cast<int16_t>(error); }

TEST(Declined, sasl_does_not_belong_on_a_listener_without_it) {
  Handlers broker;
  wire::SaslHandshakeRequest handshake;
  handshake.mechanism = "PLAIN";
  broker.ask(handshake, 1);
  EXPECT_EQ(broker.answer<wire::SaslHandshakeResponse>().error_code, number(ErrorCode::illegal_sasl_state));
  broker.ask(wire::SaslAuthenticateRequest(), 2);
  EXPECT_EQ(broker.answer<wire::SaslAuthenticateResponse>().error_code, number(ErrorCode::illegal_sasl_state));
}

TEST(Declined, without_an_authorizer_there_are_no_acls) {
  Handlers broker;
  broker.ask(wire::DescribeAclsRequest(), 3);
  EXPECT_EQ(broker.answer<wire::DescribeAclsResponse>().error_code, number(ErrorCode::security_disabled));
  wire::CreateAclsRequest creation;
  const wire::CreateAclsRequest::Creation creations[2];
  creation.creations = creations;
  broker.ask(creation, 3);
  const auto created = broker.answer<wire::CreateAclsResponse>();
  ASSERT_EQ(created.results.size(), 2U);
  EXPECT_EQ(created.results[1].error_code, number(ErrorCode::security_disabled));
  wire::DeleteAclsRequest deletion;
  const wire::DeleteAclsRequest::Filter filters[3];
  deletion.filters = filters;
  broker.ask(deletion, 3);
  EXPECT_EQ(broker.answer<wire::DeleteAclsResponse>().filter_results.size(), 3U);
}

TEST(Declined, telemetry_is_not_wanted) {
  Handlers broker;
  broker.ask(wire::GetTelemetrySubscriptionsRequest(), 0);
  EXPECT_EQ(broker.answer<wire::GetTelemetrySubscriptionsResponse>().error_code,
            number(ErrorCode::unsupported_version));
  broker.ask(wire::PushTelemetryRequest(), 0);
  EXPECT_EQ(broker.answer<wire::PushTelemetryResponse>().error_code, number(ErrorCode::unsupported_version));
}

TEST(Declined, shares_have_no_coordinator) {
  Handlers broker;
  const wire::String keys[] = {"g", "h"};
  wire::FindCoordinatorRequest asked;
  asked.coordinator_keys = keys;
  const auto error_of = [&](int8_t type, wire::Version version) {
    asked.key_type = type;
    broker.ask(asked, version);
    const auto told = broker.answer<wire::FindCoordinatorResponse>();
    EXPECT_EQ(told.coordinators.size(), 2U);
    EXPECT_EQ(told.coordinators[1].key.view(), "h");
    return static_cast<ErrorCode>(told.coordinators[1].error_code);
  };
  EXPECT_EQ(error_of(2, 6), ErrorCode::coordinator_not_available);
  EXPECT_EQ(error_of(2, 5), ErrorCode::invalid_request);  // shares came later
  EXPECT_EQ(error_of(3, 6), ErrorCode::invalid_request);
  EXPECT_EQ(error_of(-1, 6), ErrorCode::invalid_request);
}

TEST(Declined, nobody_has_scram_credentials) {
  Handlers broker;
  using Asked = wire::DescribeUserScramCredentialsRequest;
  broker.ask(Asked(), 0);
  EXPECT_TRUE(broker.answer<wire::DescribeUserScramCredentialsResponse>().results.empty());
  const Asked::User users[] = {{"bob"}, {"alice"}, {"bob"}};
  Asked asked;
  asked.users = users;
  broker.ask(asked, 0);
  const auto told = broker.answer<wire::DescribeUserScramCredentialsResponse>();
  EXPECT_EQ(told.error_code, 0);
  ASSERT_EQ(told.results.size(), 2U);
  EXPECT_EQ(told.results[0].user.view(), "alice");
  EXPECT_EQ(told.results[0].error_code, number(ErrorCode::resource_not_found));
  EXPECT_EQ(told.results[1].error_code, number(ErrorCode::duplicate_resource));
}

TEST(Declined, no_quotas_are_set_and_bad_filters_are_refused) {
  Handlers broker;
  using Asked = wire::DescribeClientQuotasRequest;
  const auto error_of = [&](std::vector<Asked::Component> components) {
    Asked asked;
    asked.components = components;
    broker.ask(asked, 1);
    const auto told = broker.answer<wire::DescribeClientQuotasResponse>();
    EXPECT_EQ(told.entries.is_null(), told.error_code != 0);
    return static_cast<ErrorCode>(told.error_code);
  };
  EXPECT_EQ(error_of({}), ErrorCode::none);
  EXPECT_EQ(error_of({{"user", 0, "u"}, {"client-id", 2, wire::null}}), ErrorCode::none);
  EXPECT_EQ(error_of({{"ip", 1, wire::null}}), ErrorCode::none);
  EXPECT_EQ(error_of({{"", 0, "u"}}), ErrorCode::invalid_request);
  EXPECT_EQ(error_of({{"group", 0, "u"}}), ErrorCode::unsupported_version);
  EXPECT_EQ(error_of({{"user", 0, "u"}, {"user", 1, wire::null}}), ErrorCode::invalid_request);
  EXPECT_EQ(error_of({{"user", 0, wire::null}}), ErrorCode::invalid_request);
  EXPECT_EQ(error_of({{"user", 1, "u"}}), ErrorCode::invalid_request);
  EXPECT_EQ(error_of({{"user", 3, wire::null}}), ErrorCode::invalid_request);
  EXPECT_EQ(error_of({{"ip", 0, "i"}, {"user", 0, "u"}}), ErrorCode::invalid_request);
}

// --- The quorum

class OneVoter final : public ReplicatedLog {
 public:
  LogResult<Appended> append(LeaderEpoch, Bytes) override { OTTLA_UNREACHABLE("only looked at"); }
  LogResult<std::optional<Records>> read(Offset, size_t) override { OTTLA_UNREACHABLE("only looked at"); }
  [[nodiscard]] Offset log_start() const override { return Offset(0); }
  [[nodiscard]] Offset log_end() const override { return Offset(12); }
  [[nodiscard]] Offset durable_end() const override { return Offset(11); }
  [[nodiscard]] Offset committed_end() const override { return Offset(11); }
  [[nodiscard]] Offset stable_end() const override { return Offset(11); }
  [[nodiscard]] std::optional<LeaderEpoch> leading() const override { return epoch; }
  LogResult<> drop_prefix(Offset) override { OTTLA_UNREACHABLE("only looked at"); }
  void observe(Observer*) override {}
  std::optional<LeaderEpoch> epoch = LeaderEpoch(4);
};

TEST(DescribeQuorum, this_broker_votes_and_leads) {
  Handlers broker;
  OneVoter voter;
  broker.services.metadata_log = &voter;
  broker.services.wall = Timestamp::from_ms(1234);
  using Asked = wire::DescribeQuorumRequest;
  const Asked::Partition partitions[] = {{0}, {1}, {0}};
  const Asked::Topic topics[] = {{"__cluster_metadata", partitions}, {"t", partitions}};
  Asked asked;
  asked.topics = topics;
  broker.ask(asked, 2);
  auto told = broker.answer<wire::DescribeQuorumResponse>();
  EXPECT_EQ(told.error_code, 0);
  const auto& quorum = told.topics[0].partitions[0];
  EXPECT_EQ(quorum.error_code, 0);
  EXPECT_EQ(quorum.leader_id, 1);
  EXPECT_EQ(quorum.leader_epoch, 4);
  EXPECT_EQ(quorum.high_watermark, 11);
  ASSERT_EQ(quorum.current_voters.size(), 1U);
  EXPECT_EQ(quorum.current_voters[0].replica_id, 1);
  EXPECT_EQ(quorum.current_voters[0].log_end_offset, 12);
  EXPECT_EQ(quorum.current_voters[0].last_caught_up_timestamp, 1234);
  EXPECT_TRUE(quorum.observers.empty());
  EXPECT_EQ(told.nodes.size(), 1U);
  for (const auto& [topic, partition] : {std::pair{0, 1}, {0, 2}, {1, 0}}) {
    EXPECT_EQ(told.topics[static_cast<size_t>(topic)].partitions[static_cast<size_t>(partition)].error_code,
              number(ErrorCode::unknown_topic_or_partition));
  }

  voter.epoch = std::nullopt;
  broker.ask(asked, 2);
  told = broker.answer<wire::DescribeQuorumResponse>();
  EXPECT_EQ(told.topics[0].partitions[0].error_code, number(ErrorCode::not_leader_or_follower));
  EXPECT_EQ(told.topics[0].partitions[0].leader_id, -1);
}

}  // namespace
}  // namespace ottla
