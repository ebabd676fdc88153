// WriteTxnMarkers, and what a marker does in the partition of a topic and of __consumer_offsets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/transactions_testing.h"
#include "core/wire/messages/27_write_txn_markers.h"
#include "core/wire/messages/61_describe_producers.h"

namespace ottla {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TransactionOf producer_of(int64_t id, int16_t epoch = 0) { return {ProducerId(id), ProducerEpoch(epoch)}; }

// Without coordinators, as far as it goes.
class Markers : public testing::Test {
 protected:
  TransactionHost host{{{"transaction.partition.verification.enable", "false"}}};
};

TEST_F(Markers, let_readers_of_committed_records_pass) {
  EXPECT_EQ(host.produce({"a", producer_of(5), 0, "one"}), ErrorCode::none);
  EXPECT_EQ(host.produce({"a", producer_of(6), 0, "two"}), ErrorCode::none);
  EXPECT_EQ(host.fetch("a", true).last_stable_offset, 0);
  EXPECT_THAT(host.read("a", false), ElementsAre("one", "two"));
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(6), .commit = false}), ErrorCode::none);
  EXPECT_THAT(host.read("a", true), IsEmpty()) << "the first is open yet";
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5), .commit = true}), ErrorCode::none);
  EXPECT_THAT(host.read("a", true), ElementsAre("one"));
  const auto& fetched = host.fetch("a", true);
  ASSERT_EQ(fetched.aborted_transactions->size(), 1U);
  EXPECT_EQ((*fetched.aborted_transactions)[0].producer_id, 6);
  EXPECT_EQ((*fetched.aborted_transactions)[0].first_offset, 1);
  EXPECT_EQ(fetched.last_stable_offset, 4);
  EXPECT_THAT(host.read("a", false), ElementsAre("one", "two"));
}

TEST_F(Markers, wake_who_waits_for_committed_records) {
  host.produce({"a", producer_of(5), 0, "one"});
  const ConnectionId reader = host.connect();
  FetchOne waiting("a", 0, 0);
  waiting.request.isolation_level = 1;
  waiting.request.max_wait_ms = 1'000'000;
  host.send(reader, waiting.request, 12);
  host.settle();
  EXPECT_FALSE(host.has_answer(reader));
  host.mark({.topic = "a", .producer = producer_of(5)});
  ASSERT_TRUE(host.has_answer(reader));
  EXPECT_FALSE(only(host.receive<wire::FetchResponse>(reader)).records->empty());
}

TEST_F(Markers, from_the_past_are_refused) {
  host.produce({"a", producer_of(5, 3), 0});
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5, 2)}), ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5, 3), .coordinator_epoch = 7}), ErrorCode::none);
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5, 3), .coordinator_epoch = 6}),
            ErrorCode::transaction_coordinator_fenced);
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5, 3), .coordinator_epoch = 7}), ErrorCode::none)
      << "once more does nothing";
  EXPECT_EQ(host.mark({.topic = "nowhere", .producer = producer_of(5, 3)}), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(-1, -1)}), ErrorCode::invalid_producer_epoch);
  EXPECT_THAT(host.read("a", true), ElementsAre("value"));
}

// KIP-890: what was on its way when the transaction ended comes too late.
TEST_F(Markers, of_the_second_version_raise_the_epoch_above_the_datas) {
  host.produce({"a", producer_of(5, 3), 0, "one"});
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5, 3), .transaction_version = 2}),
            ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5, 4), .transaction_version = 2}), ErrorCode::none);
  EXPECT_EQ(host.produce({"a", producer_of(5, 3), 1, "late"}), ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(host.produce({"a", producer_of(5, 4), 0, "next"}), ErrorCode::none);
  EXPECT_THAT(host.read("a", true), ElementsAre("one"));
}

TEST_F(Markers, are_told_when_they_are_as_safe_as_records) {
  host.produce({"a", producer_of(5), 0});
  host.jobs_run = false;
  host.send_marker({.topic = "a", .producer = producer_of(5)});
  host.settle();
  EXPECT_FALSE(host.has_answer(host.client));
  host.run_jobs();
  host.settle();
  ASSERT_TRUE(host.has_answer(host.client));
  EXPECT_EQ(host.receive<wire::WriteTxnMarkersResponse>(host.client).markers[0].topics[0].partitions[0].error_code, 0);
}

TEST_F(Markers, wait_for_the_recovery_of_the_log) {
  host.produce({"a", producer_of(5), 0, "one"});
  host.cut_power();
  host.start_again();
  host.jobs_run = false;
  host.send_marker({.topic = "a", .producer = producer_of(5)});
  host.settle();
  EXPECT_FALSE(host.has_answer(host.client));
  host.jobs_run = true;
  host.run_jobs();
  host.settle();
  EXPECT_EQ(host.receive<wire::WriteTxnMarkersResponse>(host.client).markers[0].topics[0].partitions[0].error_code, 0);
  EXPECT_THAT(host.read("a", true), ElementsAre("one"));
}

TEST_F(Markers, that_a_disk_does_not_take_are_told_so) {
  host.produce({"a", producer_of(5), 0});
  host.disk().faults().add({.operation = IoOperation::write, .code = IoError::no_space, .path_contains = "a-0/"});
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5)}), ErrorCode::kafka_storage_error);
  EXPECT_EQ(host.mark({.topic = "a", .producer = producer_of(5)}), ErrorCode::none);
  EXPECT_THAT(host.read("a", true), ElementsAre("value"));
}

TEST_F(Markers, that_wait_are_answered_when_the_broker_stops) {
  host.produce({"a", producer_of(5), 0});
  host.jobs_run = false;
  host.send_marker({.topic = "a", .producer = producer_of(5)});
  host.turn();
  host.broker().stop(Duration());
  host.turn();
  host.jobs_run = true;
  host.run_jobs();
  host.stop();
  host.start_again();
  EXPECT_THAT(host.read("a", true), ElementsAre("value")) << "it was written, and is there";
}

TEST_F(Markers, in_every_version) {
  int64_t id = 100;
  for (wire::Version version = 0; version <= 2; ++version) {
    host.produce({"a", producer_of(++id), 0, "v" + std::to_string(version)});
    wire::WriteTxnMarkersRequest::Topic topics[2];
    const int32_t indexes[2] = {0, 9};
    topics[0].name = "a";
    topics[0].partition_indexes = indexes;
    topics[1].name = "nowhere";
    topics[1].partition_indexes = std::span(indexes, 1);
    wire::WriteTxnMarkersRequest::Marker markers[2];
    for (auto& marker : markers) {
      marker.producer_id = id;
      marker.transaction_result = true;
      marker.topics = topics;
    }
    markers[1].topics = {};
    wire::WriteTxnMarkersRequest request;
    request.markers = markers;
    const auto& answer = host.ask<wire::WriteTxnMarkersResponse>(host.client, request, version);
    ASSERT_EQ(answer.markers.size(), 2U);
    const auto unknown = static_cast<int16_t>(ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(answer.markers[0].topics[0].partitions[0].error_code, 0);
    EXPECT_EQ(answer.markers[0].topics[0].partitions[1].partition_index, 9);
    EXPECT_EQ(answer.markers[0].topics[0].partitions[1].error_code, unknown);
    EXPECT_EQ(answer.markers[0].topics[1].partitions[0].error_code, unknown);
    EXPECT_TRUE(answer.markers[1].topics.empty());
  }
  EXPECT_THAT(host.read("a", true), ElementsAre("v0", "v1", "v2"));
  EXPECT_TRUE(host.ask<wire::WriteTxnMarkersResponse>(host.client, wire::WriteTxnMarkersRequest(), 1).markers.empty());
}

// --- In __consumer_offsets

TEST_F(Markers, make_pending_offsets_count_or_go) {
  EXPECT_EQ(host.commit_offset("g", producer_of(5), 10), ErrorCode::none);
  EXPECT_EQ(host.offset_of("g"), TransactionHost::kUnstable);
  EXPECT_EQ(host.offset_of("g", false), std::nullopt);
  EXPECT_EQ(host.mark({.topic = "__consumer_offsets", .producer = producer_of(5)}), ErrorCode::none);
  EXPECT_EQ(host.offset_of("g"), 10);
  host.commit_offset("g", producer_of(5), 20);
  EXPECT_EQ(host.offset_of("g", false), 10);
  EXPECT_EQ(host.mark({.topic = "__consumer_offsets", .producer = producer_of(5), .commit = false}), ErrorCode::none);
  EXPECT_EQ(host.offset_of("g"), 10);
}

TEST_F(Markers, are_found_in_the_offsets_by_the_next_coordinator) {
  host.commit_offset("g", producer_of(5), 10);
  host.commit_offset("h", producer_of(6), 20);
  host.commit_offset("i", producer_of(7), 30);
  host.mark({.topic = "__consumer_offsets", .producer = producer_of(5)});
  host.mark({.topic = "__consumer_offsets", .producer = producer_of(6), .commit = false});
  host.cut_power();
  host.start_again();
  EXPECT_EQ(host.offset_of("g"), 10);
  EXPECT_EQ(host.offset_of("h"), std::nullopt);
  EXPECT_EQ(host.offset_of("i"), TransactionHost::kUnstable);
  EXPECT_EQ(host.mark({.topic = "__consumer_offsets", .producer = producer_of(7)}), ErrorCode::none);
  EXPECT_EQ(host.offset_of("i"), 30);
}

TEST_F(Markers, of_the_past_change_no_offsets) {
  host.commit_offset("g", producer_of(5, 3), 10);
  EXPECT_EQ(host.mark({.topic = "__consumer_offsets", .producer = producer_of(5, 2)}),
            ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(host.offset_of("g"), TransactionHost::kUnstable);
  EXPECT_EQ(host.commit_offset("g", producer_of(5, 2), 11), ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(host.mark({.topic = "__consumer_offsets", .producer = producer_of(5, 4), .transaction_version = 2}),
            ErrorCode::none);
  EXPECT_EQ(host.offset_of("g"), 10);
  EXPECT_EQ(host.commit_offset("g", producer_of(5, 3), 12), ErrorCode::invalid_producer_epoch);
}

TEST_F(Markers, make_offsets_count_when_they_cannot_be_lost) {
  host.commit_offset("g", producer_of(5), 10);
  host.jobs_run = false;
  const ConnectionId coordinator = host.client;
  host.send_marker({.topic = "__consumer_offsets", .producer = producer_of(5)});
  host.settle();
  EXPECT_FALSE(host.has_answer(coordinator));
  host.client = host.connect();
  EXPECT_EQ(host.offset_of("g"), TransactionHost::kUnstable);
  host.run_jobs();
  host.settle();
  EXPECT_TRUE(host.has_answer(coordinator));
  EXPECT_EQ(host.offset_of("g"), 10);
}

}  // namespace
}  // namespace ottla
