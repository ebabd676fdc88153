#include "core/sim/world/scenario_text.h"

#include <gtest/gtest.h>

#include "core/record/record_iterator.h"
#include "core/wire/messages/00_produce.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/19_create_topics.h"

namespace ottla::sim {
namespace {

template <class M>
std::string trouble(std::string_view text) {
  wire::Arena arena;
  M message;
  return scenario_parse(wire::message_of<M>(), text, {}, arena, &message);
}

TEST(ScenarioText, reads_what_it_prints) {
  constexpr std::string_view kText =
      "topics:[{name:a numPartitions:2 replicationFactor:1 configs:[{name:x value:\"a b\\\"\\\\\\x0a\"} {name:y "
      "value:null}]} {name:b assignments:[{brokerIds:[1 2]}]}] timeoutMs:5 validateOnly:true";
  wire::Arena arena;
  wire::CreateTopicsRequest request;
  ASSERT_EQ(scenario_parse(wire::message_of<wire::CreateTopicsRequest>(), kText, {}, arena, &request), "");
  ASSERT_EQ(request.topics.size(), 2U);
  EXPECT_EQ(request.topics[0].configs[0].value->view(), "a b\"\\\n");
  EXPECT_TRUE(request.topics[0].configs[1].value.is_null());
  EXPECT_EQ(request.topics[1].assignments[0].broker_ids[1], 2);
  EXPECT_EQ(scenario_print(wire::message_of<wire::CreateTopicsRequest>(), &request, 7), kText);
}

TEST(ScenarioText, leaves_out_what_has_its_default_and_fills_it_in) {
  wire::Arena arena;
  wire::CreateTopicsRequest request;
  request.timeout_ms = 1;
  ASSERT_EQ(scenario_parse(wire::message_of<wire::CreateTopicsRequest>(), "", {}, arena, &request), "");
  EXPECT_EQ(request.timeout_ms, 60000);
  EXPECT_EQ(scenario_print(wire::message_of<wire::CreateTopicsRequest>(), &request, 7), "");
}

TEST(ScenarioText, writes_records_as_a_batch_and_shows_them_with_their_offsets) {
  wire::Arena arena;
  wire::ProduceRequest request;
  ASSERT_EQ(scenario_parse(wire::message_of<wire::ProduceRequest>(),
                           "acks:-1 topicData:[{name:t partitionData:[{records:<7/1/3>[a=1 =\"x y\" k=null]}]}]", {},
                           arena, &request),
            "");
  const auto batch = BatchView::only(request.topic_data[0].partition_data[0].records->view());
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch.value().producer_id(), ProducerId(7));
  EXPECT_EQ(batch.value().producer_epoch(), ProducerEpoch(1));
  EXPECT_EQ(batch.value().base_sequence(), Sequence(3));
  EXPECT_EQ(batch.value().base_timestamp(), kScenarioTime);
  EXPECT_EQ(scenario_print(wire::message_of<wire::ProduceRequest>(), &request, 9),
            "acks:-1 topicData:[{name:t partitionData:[{records:[0:a=1 1:=\"x y\" 2:k=null]}]}]");
}

TEST(ScenarioText, says_what_is_wrong) {
  EXPECT_NE(trouble<wire::MetadataRequest>("topix:[]").find("no field topix"), std::string::npos);
  EXPECT_NE(trouble<wire::MetadataRequest>("topics:[{name:a}").find("] is missing"), std::string::npos);
  EXPECT_NE(trouble<wire::MetadataRequest>("topics:[{name:\"a}").find("quote"), std::string::npos);
  EXPECT_NE(trouble<wire::MetadataRequest>("topics:[{topicId:#3}]").find("no id of that number"), std::string::npos);
  EXPECT_NE(trouble<wire::CreateTopicsRequest>("timeoutMs:soon").find("not a number"), std::string::npos);
}

TEST(ScenarioText, masks_what_differs_and_keeps_what_it_means) {
  wire::Arena arena;
  ScenarioMasks masks;
  const auto masked = [&](uint8_t first, uint8_t second) {
    const auto topics = arena.array<wire::MetadataResponse::Topic>(2);
    topics[0].name = "a";
    topics[0].topic_id.bytes.fill(first);
    topics[1].name = "b";
    topics[1].topic_id.bytes.fill(second);
    const auto brokers = arena.array<wire::MetadataResponse::Broker>(1);
    brokers[0].host = "somewhere";
    brokers[0].port = 12345;
    wire::MetadataResponse response;
    response.topics = topics;
    response.brokers = brokers;
    response.cluster_id = "abc";
    masks.mask(*wire::message_of<wire::MetadataResponse>().schema, &response, arena);
    return scenario_print(wire::message_of<wire::MetadataResponse>(), &response, 12);
  };
  EXPECT_EQ(masked(9, 7), "brokers:[{host:*}] clusterId:* topics:[{name:a topicId:#1} {name:b topicId:#2}]");
  EXPECT_EQ(masked(7, 8), "brokers:[{host:*}] clusterId:* topics:[{name:a topicId:#2} {name:b topicId:#3}]");
  wire::MetadataRequest request;
  ASSERT_EQ(scenario_parse(wire::message_of<wire::MetadataRequest>(), "topics:[{topicId:#2 name:null}]", masks, arena,
                           &request),
            "");
  EXPECT_EQ(request.topics->begin()->topic_id.bytes[3], 7);
}

}  // namespace
}  // namespace ottla::sim
