// What changes the cluster goes to the controller as it came, and its answer comes back as it is; when there is none,
// everything asked for is refused in the API's own words.
#include <gtest/gtest.h>

#include "core/broker/api/handler_testing.h"
#include "core/wire/messages/19_create_topics.h"
#include "core/wire/messages/20_delete_topics.h"
#include "core/wire/messages/43_elect_leaders.h"
#include "core/wire/messages/44_incremental_alter_configs.h"
#include "core/wire/messages/45_alter_partition_reassignments.h"
#include "core/wire/messages/57_update_features.h"

namespace ottla {
namespace {

struct Creation {
  Creation() {
    topics[0].name = "a";
    topics[1].name = "b";
    request.topics = topics;
    request.timeout_ms = 20'000;
  }
  wire::CreateTopicsRequest::Topic topics[2];
  wire::CreateTopicsRequest request;
};

TEST(Forward, the_controller_gets_the_request_as_it_came) {
  Handlers broker;
  const Creation creation;
  broker.ask(creation.request, 6);
  ASSERT_FALSE(broker.answered());
  ASSERT_EQ(broker.controller.asked.size(), 1U);
  const ForwardedRequest& forwarded = broker.forwarded();
  EXPECT_EQ(forwarded.api_key, 19);
  EXPECT_EQ(forwarded.api_version, 6);
  EXPECT_EQ(forwarded.client_id, "tester");
  EXPECT_EQ(forwarded.principal, Principal::anonymous());
  EXPECT_EQ(forwarded.timeout_ms, 20'000);
  BytesBuffer body;
  ASSERT_TRUE(wire::encode(creation.request, 6, body).ok());
  EXPECT_EQ(BytesView(forwarded.body), body.view());

  BytesBuffer longer;
  longer.append(body.view());
  longer.append(BytesView::of("and what is no part of it"));
  broker.ask(19, 6, longer.view());
  EXPECT_EQ(BytesView(std::get<ForwardedRequest>(broker.controller.asked.back().what).body), body.view());
}

TEST(Forward, the_answer_comes_back_as_it_is_when_the_image_has_caught_up) {
  Handlers broker;
  broker.ask(Creation().request, 7);
  wire::CreateTopicsResponse::Topic made;
  made.name = "a";
  made.num_partitions = 17;
  wire::CreateTopicsResponse response;
  response.topics = std::span(&made, 1);
  BytesBuffer body;
  ASSERT_TRUE(wire::encode(response, 7, body).ok());
  ControllerResponse answer;
  answer.body = body.freeze();
  answer.applied_end = broker.services.image->end() + 1;
  broker.controller_answers(std::move(answer));
  EXPECT_FALSE(broker.answered());
  broker.add_topic("a", 17);
  broker.parking.image_reached(broker.services.image->end());
  ASSERT_TRUE(broker.answered());
  EXPECT_EQ(broker.answer<wire::CreateTopicsResponse>().topics[0].num_partitions, 17);
}

TEST(Forward, a_silent_controller_is_waited_for_as_long_as_the_client_says) {
  Handlers broker;
  broker.ask(Creation().request, 7);
  broker.pass(Duration::from_ms(19'999));
  EXPECT_FALSE(broker.answered());
  broker.pass(Duration::from_ms(1));
  const auto told = broker.answer<wire::CreateTopicsResponse>();
  ASSERT_EQ(told.topics.size(), 2U);
  EXPECT_EQ(told.topics[1].name.view(), "b");
  EXPECT_EQ(told.topics[1].error_code, static_cast<int16_t>(ErrorCode::request_timed_out));
}

TEST(Forward, a_client_that_does_not_wait_gets_a_second) {
  Handlers broker;
  for (const int32_t timeout : {0, -1, INT32_MIN}) {
    Creation creation;
    creation.request.timeout_ms = timeout;
    broker.ask(creation.request, 7);
    broker.pass(Duration::from_ms(999));
    EXPECT_FALSE(broker.answered());
    broker.pass(Duration::from_ms(1));
    EXPECT_TRUE(broker.answered());
  }
}

// What is said of everything when the controller says no.
TEST(Forward, refusals_name_everything_that_was_asked_for) {
  Handlers broker;
  const auto refuse = [&] {
    ControllerResponse refusal;
    refusal.error = ErrorCode::not_controller;
    refusal.message = "elsewhere";
    broker.controller_answers(refusal);
  };
  constexpr auto kNotController = static_cast<int16_t>(ErrorCode::not_controller);

  broker.ask(Creation().request, 1);
  refuse();
  EXPECT_EQ(broker.answer<wire::CreateTopicsResponse>().topics[0].error_message->view(), "elsewhere");

  const Uuid id = Uuid::random(broker.entropy);
  const wire::DeleteTopicsRequest::Topic doomed[] = {{wire::String("a"), Uuid::zero()}, {wire::null, id}};
  wire::DeleteTopicsRequest deletion;
  deletion.topics = doomed;
  broker.ask(deletion, 6);
  refuse();
  const auto deleted = broker.answer<wire::DeleteTopicsResponse>();
  ASSERT_EQ(deleted.responses.size(), 2U);
  EXPECT_EQ(deleted.responses[0].name->view(), "a");
  EXPECT_EQ(deleted.responses[1].topic_id, id);
  EXPECT_EQ(deleted.responses[1].error_code, kNotController);
  const wire::String names[] = {"x", "y"};
  wire::DeleteTopicsRequest old_deletion;
  old_deletion.topic_names = names;
  broker.ask(old_deletion, 3);
  refuse();
  EXPECT_EQ(broker.answer<wire::DeleteTopicsResponse>().responses[1].name->view(), "y");

  wire::IncrementalAlterConfigsRequest::Resource resource;
  resource.resource_type = 2;
  resource.resource_name = "t";
  wire::IncrementalAlterConfigsRequest change;
  change.resources = std::span(&resource, 1);
  broker.ask(change, 1);
  refuse();
  const auto changed = broker.answer<wire::IncrementalAlterConfigsResponse>();
  EXPECT_EQ(changed.responses[0].resource_name.view(), "t");
  EXPECT_EQ(changed.responses[0].error_code, kNotController);

  const int32_t partitions[] = {0, 1};
  const wire::ElectLeadersRequest::TopicPartitions topic{"t", partitions};
  wire::ElectLeadersRequest election;
  election.topic_partitions = std::span(&topic, 1);
  broker.ask(election, 0);
  refuse();
  const auto elected = broker.answer<wire::ElectLeadersResponse>();
  EXPECT_EQ(elected.replica_election_results[0].partition_result[1].error_code, kNotController);

  broker.ask(wire::AlterPartitionReassignmentsRequest(), 1);
  refuse();
  EXPECT_EQ(broker.answer<wire::AlterPartitionReassignmentsResponse>().error_code, kNotController);
  broker.ask(wire::UpdateFeaturesRequest(), 2);
  refuse();
  EXPECT_EQ(broker.answer<wire::UpdateFeaturesResponse>().error_code, kNotController);
}

TEST(Forward, a_broker_that_stops_lets_nobody_wait) {
  Handlers broker;
  broker.ask(Creation().request, 7);
  broker.parking.stop();
  EXPECT_EQ(broker.answer<wire::CreateTopicsResponse>().topics[0].error_code,
            static_cast<int16_t>(ErrorCode::not_controller));
}

TEST(Forward, what_cannot_be_read_never_reaches_the_controller) {
  Handlers broker;
  broker.ask(19, 7, BytesView::of("\xff\xff\xff"));
  EXPECT_TRUE(broker.closed());
  EXPECT_TRUE(broker.controller.asked.empty());
}

}  // namespace
}  // namespace ottla
