// ListOffsets, OffsetForLeaderEpoch, DeleteRecords, DescribeProducers; and a broker's stop and start around them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/broker_testing.h"
#include "core/wire/messages/02_list_offsets.h"
#include "core/wire/messages/21_delete_records.h"
#include "core/wire/messages/23_offset_for_leader_epoch.h"
#include "core/wire/messages/61_describe_producers.h"

namespace ottla {
namespace {

using wire::ProduceResponse;

int16_t code(ErrorCode error) { return static_cast<int16_t>(error); }

class Offsets : public testing::Test {
 protected:
  Offsets() {
    host.create_topic("t", 1);
    client = host.connect();
  }
  void produce(int64_t timestamp_ms, int count = 1) {
    const ProduceOne one("t", 0, make_batch({.count = count, .timestamp = Timestamp::from_ms(timestamp_ms)}));
    ASSERT_EQ(only(host.ask<ProduceResponse>(client, one.request, 9)).error_code, 0);
  }
  void ask_for(int64_t timestamp, wire::Version version = 11, int32_t count = 1) {
    std::vector<wire::ListOffsetsRequest::Partition> partitions(1);
    partitions[0].timestamp = timestamp;
    partitions[0].max_num_offsets = count;
    std::vector<wire::ListOffsetsRequest::Topic> topics(1);
    topics[0].name = "t";
    topics[0].partitions = partitions;
    wire::ListOffsetsRequest request;
    request.replica_id = -1;
    request.topics = topics;
    host.send(client, request, version);
    host.settle();
  }
  wire::ListOffsetsResponse::Partition told() {
    return host.receive<wire::ListOffsetsResponse>(client).topics[0].partitions[0];
  }
  wire::ListOffsetsResponse::Partition list(int64_t timestamp, wire::Version version = 11, int32_t count = 1) {
    ask_for(timestamp, version, count);
    return told();
  }
  wire::DeleteRecordsResponse::Partition remove(int64_t offset, const char* topic = "t") {
    std::vector<wire::DeleteRecordsRequest::Partition> partitions(1);
    partitions[0].offset = offset;
    std::vector<wire::DeleteRecordsRequest::Topic> topics(1);
    topics[0].name = topic;
    topics[0].partitions = partitions;
    wire::DeleteRecordsRequest request;
    request.topics = topics;
    return host.ask<wire::DeleteRecordsResponse>(client, request, 2).topics[0].partitions[0];
  }

  BrokerHost host;
  ConnectionId client;
};

TEST_F(Offsets, of_places_with_a_name) {
  EXPECT_EQ(list(-1).offset, 0);
  EXPECT_EQ(list(-3).offset, -1);
  for (const int64_t timestamp : {1000, 3000, 2000}) produce(timestamp);
  EXPECT_EQ(list(-1).offset, 3);
  EXPECT_EQ(list(-1).timestamp, -1);
  EXPECT_EQ(list(-2).offset, 0);
  EXPECT_EQ(list(-3).offset, 1);
  EXPECT_EQ(list(-3).timestamp, 3000);
  EXPECT_EQ(list(-4).offset, 0);
  EXPECT_EQ(list(-5).offset, -1);
  EXPECT_EQ(list(-6).offset, -1);
  EXPECT_EQ(list(-3, 6).error_code, code(ErrorCode::unsupported_version));
  EXPECT_EQ(list(-6, 10).error_code, code(ErrorCode::unsupported_version));
}

// A name that nobody has given yet is not a time before all others.
TEST_F(Offsets, of_names_that_nobody_knows_are_refused) {
  produce(1000);
  const std::map<int64_t, wire::Version> since = {{-1, 1}, {-2, 1}, {-3, 7}, {-4, 8}, {-5, 9}, {-6, 11}};
  for (wire::Version version = 1; version <= 11; ++version) {
    for (const int64_t timestamp :
         {-1LL, -2LL, -3LL, -4LL, -5LL, -6LL, -7LL, -1000LL, static_cast<long long>(INT64_MIN)}) {
      const auto known = since.find(timestamp);
      const bool served = known != since.end() && version >= known->second;
      const auto answer = list(timestamp, version);
      EXPECT_EQ(answer.error_code, served ? 0 : code(ErrorCode::unsupported_version)) << timestamp << " " << version;
      EXPECT_TRUE(served || answer.offset == -1) << timestamp << " " << version;
    }
  }
}

TEST_F(Offsets, of_times_are_searched) {
  for (const int64_t timestamp : {1000, 3000, 2000}) produce(timestamp, 2);
  for (wire::Version version = 1; version <= 11; ++version) {
    EXPECT_EQ(list(0, version).offset, 0) << version;
    EXPECT_EQ(list(1001, version).offset, 2);
    EXPECT_EQ(list(1001, version).timestamp, 3000);
    EXPECT_EQ(list(3001, version).offset, -1);
    EXPECT_EQ(list(3001, version).error_code, 0);
  }
  const auto old = list(-1, 0, 5);
  ASSERT_EQ(old.old_style_offsets.size(), 2U);
  EXPECT_EQ(old.old_style_offsets[0], 6);
  EXPECT_EQ(old.old_style_offsets[1], 0);
}

// The latest of what is left and may be read: an offset that was deleted is of no use to anybody.
TEST_F(Offsets, of_the_latest_record_are_of_those_that_are_left) {
  for (const int64_t timestamp : {1000, 9000, 2000, 3000, 3000, 500}) produce(timestamp);
  EXPECT_EQ(list(-3).offset, 1);
  EXPECT_EQ(remove(2).low_watermark, 2);
  EXPECT_EQ(list(-3).offset, 3);
  EXPECT_EQ(list(-3).timestamp, 3000);
  EXPECT_EQ(remove(5).low_watermark, 5);
  EXPECT_EQ(list(-3).offset, 5);
  EXPECT_EQ(remove(6).low_watermark, 6);
  EXPECT_EQ(list(-3).offset, -1);
  EXPECT_EQ(list(-3).error_code, 0);
}

// While a record waits to be durable the one before it is the latest.
TEST_F(Offsets, of_the_latest_record_are_of_those_that_may_be_read) {
  for (const int64_t timestamp : {1000, 2000}) produce(timestamp);
  host.jobs_run = false;
  const ConnectionId other = host.connect();
  const ProduceOne waiting("t", 0, make_batch({.timestamp = Timestamp::from_ms(9000)}));
  host.send(other, waiting.request, 9);
  host.turn();
  ask_for(-3);
  host.run_jobs("sync");
  host.settle();
  const auto answer = told();
  EXPECT_EQ(answer.offset, 1);
  EXPECT_EQ(answer.timestamp, 2000);
  EXPECT_FALSE(host.has_answer(other));
  host.jobs_run = true;
  host.run_jobs();
  EXPECT_EQ(list(-3).offset, 2);
}

TEST_F(Offsets, below_which_records_were_deleted_are_gone_for_readers) {
  for (int i = 0; i < 5; ++i) produce(1000 + i);
  EXPECT_EQ(remove(9).error_code, code(ErrorCode::offset_out_of_range));
  EXPECT_EQ(remove(3).low_watermark, 3);
  EXPECT_EQ(remove(1).low_watermark, 3);
  EXPECT_EQ(list(-2).offset, 3);
  EXPECT_EQ(only(host.ask<wire::FetchResponse>(client, FetchOne("t", 0, 2).request, 12)).error_code,
            code(ErrorCode::offset_out_of_range));
  EXPECT_EQ(remove(-1).low_watermark, 5);
  host.create_topic("compacted", 1, {{"cleanup.policy", "compact"}});
  EXPECT_EQ(remove(0, "compacted").error_code, code(ErrorCode::policy_violation));
  EXPECT_EQ(remove(0, "nowhere").error_code, code(ErrorCode::unknown_topic_or_partition));
  host.stop();
  host.start();
  client = host.connect();
  EXPECT_EQ(list(-2).offset, 5);
}

TEST_F(Offsets, where_epochs_end_are_told) {
  produce(1000);
  const int32_t first = host.broker().image()->find_topic("t")->partitions[0].leader_epoch.value();
  host.cut_power();
  host.start();
  client = host.connect();
  produce(2000);
  const int32_t second = host.broker().image()->find_topic("t")->partitions[0].leader_epoch.value();
  EXPECT_GT(second, first);  // what was not synced may be gone: readers must be able to see that
  const auto end_of = [&](int32_t epoch) {
    std::vector<wire::OffsetForLeaderEpochRequest::Partition> partitions(1);
    partitions[0].leader_epoch = epoch;
    std::vector<wire::OffsetForLeaderEpochRequest::Topic> topics(1);
    topics[0].topic = "t";
    topics[0].partitions = partitions;
    wire::OffsetForLeaderEpochRequest request;
    request.topics = topics;
    return host.ask<wire::OffsetForLeaderEpochResponse>(client, request, 4).topics[0].partitions[0];
  };
  EXPECT_EQ(end_of(first).end_offset, 1);
  EXPECT_EQ(end_of(second).end_offset, 2);
  EXPECT_EQ(end_of(second).leader_epoch, second);
  EXPECT_EQ(end_of(second + 5).end_offset, -1);
}

TEST_F(Offsets, producers_are_described) {
  const ProduceOne one("t", 0, make_batch({.count = 3, .producer = ProducerId(5), .epoch = ProducerEpoch(2)}));
  host.ask<ProduceResponse>(client, one.request, 9);
  std::vector<int32_t> indexes = {0, 4};
  std::vector<wire::DescribeProducersRequest::Topic> topics(1);
  topics[0].name = "t";
  topics[0].partition_indexes = indexes;
  wire::DescribeProducersRequest request;
  request.topics = topics;
  const auto& answer = host.ask<wire::DescribeProducersResponse>(client, request, 0).topics[0].partitions;
  ASSERT_EQ(answer[0].active_producers.size(), 1U);
  EXPECT_EQ(answer[0].active_producers[0].producer_id, 5);
  EXPECT_EQ(answer[0].active_producers[0].producer_epoch, 2);
  EXPECT_EQ(answer[0].active_producers[0].last_sequence, 2);
  EXPECT_EQ(answer[1].error_code, code(ErrorCode::unknown_topic_or_partition));
}

// The batch behind one that found the disk full is smaller and would fit: stored first, it would shut the other out.
TEST_F(Offsets, of_an_idempotent_producer_begin_with_its_first_batch_though_the_disk_was_full) {
  host.jobs_run = true;
  const auto batch = [](int32_t sequence) { return make_batch({.producer = ProducerId(7), .sequence = sequence}); };
  host.disk().faults().add({.operation = IoOperation::write, .code = IoError::no_space, .path_contains = "t-0/"});
  EXPECT_EQ(only(host.ask<ProduceResponse>(client, ProduceOne("t", 0, batch(0)).request, 9)).error_code,
            code(ErrorCode::kafka_storage_error));
  EXPECT_EQ(only(host.ask<ProduceResponse>(client, ProduceOne("t", 0, batch(1)).request, 9)).error_code,
            code(ErrorCode::out_of_order_sequence_number));
  EXPECT_EQ(only(host.ask<ProduceResponse>(client, ProduceOne("t", 0, batch(0)).request, 9)).error_code, 0);
  EXPECT_EQ(only(host.ask<ProduceResponse>(client, ProduceOne("t", 0, batch(1)).request, 9)).error_code, 0);
}

TEST_F(Offsets, and_all_else_stay_through_a_stop_that_answers_who_waits) {
  produce(1000);
  FetchOne waiting("t", 0, 1);
  waiting.request.max_wait_ms = 1'000'000;
  host.send(client, waiting.request, 12);
  host.settle();
  EXPECT_FALSE(host.has_answer(client));
  host.broker().stop(Duration::from_s(10));
  host.turn();
  EXPECT_TRUE(host.has_answer(client));
  host.stop();
  host.start();
  client = host.connect();
  EXPECT_EQ(list(-1).offset, 1);
}

}  // namespace
}  // namespace ottla
