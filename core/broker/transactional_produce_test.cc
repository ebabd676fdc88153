// What producers of transactions write to partitions and groups, and which of it is let in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/transactions_testing.h"

namespace ottla {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr wire::Version kV2 = 12;  // of Produce: the partition is added by it

class TransactionalProduce : public testing::Test {
 protected:
  TransactionHost host;
};

TEST_F(TransactionalProduce, is_let_in_where_the_coordinator_knows_of_the_partition) {
  TransactionOf producer = host.init("id");
  EXPECT_EQ(host.produce({"a", producer, 0, "too early"}), ErrorCode::transaction_abortable);
  EXPECT_EQ(host.produce({"a", producer, 0, "too early", "id", 10}), ErrorCode::invalid_txn_state);
  EXPECT_EQ(host.add("id", producer, "a"), ErrorCode::none);
  EXPECT_EQ(host.produce({"a", producer, 0, "one"}), ErrorCode::none);
  EXPECT_EQ(host.produce({"a", producer, 1, "two"}), ErrorCode::none);
  EXPECT_EQ(host.produce({"b", producer, 0, "not added"}), ErrorCode::transaction_abortable);
  EXPECT_THAT(host.read("a", true), IsEmpty());
  EXPECT_EQ(host.end("id", producer, true), ErrorCode::none);
  EXPECT_THAT(host.read("a", true), ElementsAre("one", "two"));
  EXPECT_EQ(host.produce({"a", producer, 2, "after the end"}), ErrorCode::transaction_abortable);
  EXPECT_THAT(host.read("a", false), ElementsAre("one", "two"));
}

TEST_F(TransactionalProduce, goes_with_its_transaction) {
  TransactionOf producer = host.init("id");
  int32_t sequence = 0;
  for (const bool commit : {false, true, false}) {
    host.add("id", producer, "a");
    host.add("id", producer, "b");
    EXPECT_EQ(host.produce({"a", producer, sequence, commit ? "yes" : "no"}), ErrorCode::none);
    EXPECT_EQ(host.produce({"b", producer, sequence, commit ? "yes" : "no"}), ErrorCode::none);
    ++sequence;
    EXPECT_EQ(host.end("id", producer, commit), ErrorCode::none);
  }
  EXPECT_THAT(host.read("a", true), ElementsAre("yes"));
  EXPECT_THAT(host.read("b", true), ElementsAre("yes"));
  EXPECT_THAT(host.read("a", false), ElementsAre("no", "yes", "no"));
}

TEST_F(TransactionalProduce, of_a_producer_that_was_replaced_is_refused) {
  const TransactionOf zombie = host.init("id");
  host.add("id", zombie, "a");
  EXPECT_EQ(host.produce({"a", zombie, 0, "lost"}), ErrorCode::none);
  TransactionOf producer;
  while (host.init("id", producer) == ErrorCode::concurrent_transactions) host.pass(Duration::from_ms(20));
  EXPECT_GT(producer.epoch, zombie.epoch);
  EXPECT_EQ(host.produce({"a", zombie, 1, "late"}), ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(host.produce({"b", zombie, 0, "late"}), ErrorCode::invalid_producer_epoch);
  EXPECT_THAT(host.read("a", true), IsEmpty());
  EXPECT_EQ(host.produce({"a", {ProducerId(4711), ProducerEpoch(0)}, 0}), ErrorCode::invalid_producer_id_mapping);
  EXPECT_EQ(host.produce({"a", producer, 0, "value", "unknown id"}), ErrorCode::invalid_producer_id_mapping);
}

TEST_F(TransactionalProduce, of_the_second_version_adds_its_partitions) {
  host.finalize_v2();
  TransactionOf producer = host.init("id");
  EXPECT_EQ(host.produce({"a", producer, 0, "one", "id", kV2}), ErrorCode::none);
  EXPECT_EQ(host.produce({"b", producer, 0, "two", "id", kV2}), ErrorCode::none);
  const TransactionOf before = producer;
  EXPECT_EQ(host.end("id", producer, true, 5), ErrorCode::none);
  EXPECT_GT(producer.epoch, before.epoch);
  EXPECT_THAT(host.read("a", true), ElementsAre("one"));
  EXPECT_THAT(host.read("b", true), ElementsAre("two"));
  EXPECT_EQ(host.produce({"a", before, 1, "of the transaction that has ended", "id", kV2}),
            ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(host.produce({"a", producer, 0, "next", "id", kV2}), ErrorCode::none);
  EXPECT_EQ(host.end("id", producer, false, 5), ErrorCode::none);
  EXPECT_THAT(host.read("a", true), ElementsAre("one"));
}

// The end of a transaction is answered when it is decided; its markers are on their way when the next one begins.
TEST_F(TransactionalProduce, of_the_second_version_waits_for_the_end_of_the_transaction_before) {
  host.finalize_v2();
  TransactionOf producer = host.init("id");
  host.produce({"a", producer, 0, "one", "id", kV2});
  host.disk().faults().add({.operation = IoOperation::write, .code = IoError::no_space, .path_contains = "a-0/"});
  EXPECT_EQ(host.end("id", producer, true, 5), ErrorCode::none);
  EXPECT_THAT(host.read("a", true), IsEmpty()) << "the disk has not taken the marker";
  const ErrorCode error = host.produce({"a", producer, 0, "two", "id", kV2});
  if (error != ErrorCode::none) {  // the coordinator took longer than is waited for: the client sends it again
    EXPECT_EQ(error, ErrorCode::not_enough_replicas);
    host.pass(Duration::from_s(1));
    EXPECT_EQ(host.produce({"a", producer, 0, "two", "id", kV2}), ErrorCode::none);
  }
  EXPECT_EQ(host.end("id", producer, true, 5), ErrorCode::none);
  host.pass(Duration::from_s(1));
  EXPECT_THAT(host.read("a", true), ElementsAre("one", "two"));
}

// What is acknowledged at all is in the transaction, whatever happens between.
TEST_F(TransactionalProduce, is_in_the_log_once_when_it_is_sent_again) {
  host.finalize_v2();
  TransactionOf producer = host.init("id");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(host.produce({"a", producer, 0, "one", "id", kV2}), ErrorCode::none);
  EXPECT_EQ(host.produce({"a", producer, 2, "gap", "id", kV2}), ErrorCode::out_of_order_sequence_number);
  host.end("id", producer, true, 5);
  EXPECT_THAT(host.read("a", true), ElementsAre("one"));
}

TEST_F(TransactionalProduce, of_the_second_version_begins_with_its_first_batch) {
  host.finalize_v2();
  TransactionOf producer = host.init("id");
  EXPECT_EQ(host.produce({"a", producer, 1, "two", "id", kV2}), ErrorCode::out_of_order_sequence_number);
  EXPECT_EQ(host.produce({"a", producer, 0, "one", "id", kV2}), ErrorCode::none);
  EXPECT_EQ(host.produce({"a", producer, 1, "two", "id", kV2}), ErrorCode::none);
  host.end("id", producer, true, 5);
  EXPECT_THAT(host.read("a", true), ElementsAre("one", "two"));
}

TEST_F(TransactionalProduce, of_several_partitions_is_let_in_for_each_by_itself) {
  const TransactionOf producer = host.init("id");
  host.add("id", producer, "b");
  const std::string batch = make_batch({.producer = producer.producer, .epoch = producer.epoch, .transactional = true});
  std::vector<wire::ProduceRequest::Partition> partitions(1);
  partitions[0].records = wire::Records(BytesView::of(batch));
  std::vector<wire::ProduceRequest::Topic> topics(2);
  topics[0].name = "a";
  topics[1].name = "b";
  for (auto& topic : topics) topic.partition_data = partitions;
  wire::ProduceRequest request;
  request.transactional_id = wire::String("id");
  request.acks = -1;
  request.timeout_ms = 1000;
  request.topic_data = topics;
  const auto& answer = host.ask<wire::ProduceResponse>(host.client, request, 11);
  const auto error = [&](size_t topic) {
    return error_from_wire(answer.responses[topic].partition_responses[0].error_code);
  };
  EXPECT_EQ(error(0), ErrorCode::transaction_abortable);
  EXPECT_EQ(error(1), ErrorCode::none);
}

TEST_F(TransactionalProduce, goes_on_after_a_restart_of_the_broker) {
  TransactionOf producer = host.init("id");
  host.add("id", producer, "a");
  host.produce({"a", producer, 0, "one"});
  host.cut_power();
  host.start_again();
  EXPECT_EQ(host.produce({"a", producer, 1, "two"}), ErrorCode::none);
  EXPECT_EQ(host.end("id", producer, true), ErrorCode::none);
  host.pass(Duration::from_s(1));
  EXPECT_THAT(host.read("a", true), ElementsAre("one", "two"));
}

TEST_F(TransactionalProduce, whose_end_was_decided_ends_after_a_restart_with_nobody_asking) {
  TransactionOf producer = host.init("id");
  host.add("id", producer, "a");
  host.produce({"a", producer, 0, "one"});
  host.disk().faults().add(
      {.operation = IoOperation::write, .code = IoError::no_space, .for_ever = true, .path_contains = "a-0/"});
  EXPECT_EQ(host.end("id", producer, true), ErrorCode::none);
  host.pass(Duration::from_ms(100));
  EXPECT_THAT(host.read("a", true), IsEmpty());
  host.cut_power();
  host.disk().faults().clear();
  host.start_again();
  host.pass(Duration::from_s(2));
  EXPECT_THAT(host.read("a", true), ElementsAre("one"));
}

TEST_F(TransactionalProduce, that_nobody_ends_is_aborted_in_time) {
  TransactionOf producer;
  EXPECT_EQ(host.init("id", producer, 3000), ErrorCode::none);
  host.add("id", producer, "a");
  host.produce({"a", producer, 0, "given up"});
  const TransactionOf other = host.init("other");
  host.add("other", other, "a");
  host.produce({"a", other, 0, "behind it", "other"});
  TransactionOf quick = other;
  EXPECT_EQ(host.end("other", quick, true), ErrorCode::none);
  EXPECT_THAT(host.read("a", true), IsEmpty());
  host.pass(Duration::from_s(4));
  EXPECT_THAT(host.read("a", true), ElementsAre("behind it"));
  EXPECT_EQ(host.produce({"a", producer, 1, "late"}), ErrorCode::invalid_producer_epoch);
}

// --- Offsets of groups

TEST_F(TransactionalProduce, of_offsets_is_let_in_where_the_coordinator_knows_of_the_group) {
  TransactionOf producer = host.init("id");
  EXPECT_EQ(host.commit_offset("g", producer, 10), ErrorCode::invalid_txn_state);
  EXPECT_EQ(host.commit_offset("g", producer, 10, 4), ErrorCode::transaction_abortable);
  EXPECT_EQ(host.add_offsets("id", producer, "g"), ErrorCode::none);
  EXPECT_EQ(host.commit_offset("g", producer, 10), ErrorCode::none);
  EXPECT_EQ(host.offset_of("g"), TransactionHost::kUnstable);
  EXPECT_EQ(host.end("id", producer, true), ErrorCode::none);
  EXPECT_EQ(host.offset_of("g"), 10);
  EXPECT_EQ(host.commit_offset("g", producer, 20, 4), ErrorCode::transaction_abortable) << "after the end";
  EXPECT_EQ(host.commit_offset("g", {ProducerId(-1), ProducerEpoch(-1)}, 20), ErrorCode::invalid_producer_id_mapping);
  EXPECT_EQ(host.commit_offset("g", {producer.producer, ProducerEpoch(-1)}, 20), ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(host.commit_offset("g", producer, 20, 3, "unknown id"), ErrorCode::invalid_producer_id_mapping);
  EXPECT_EQ(host.offset_of("g"), 10);
}

TEST_F(TransactionalProduce, of_offsets_of_the_second_version_adds_the_groups_partition) {
  host.finalize_v2();
  TransactionOf producer = host.init("id");
  for (const auto& [commit, offset] : {std::pair(false, 10), std::pair(true, 20), std::pair(false, 30)}) {
    EXPECT_EQ(host.commit_offset("g", producer, offset, 5), ErrorCode::none);
    EXPECT_EQ(host.produce({"a", producer, 0, "beside", "id", kV2}), ErrorCode::none);
    EXPECT_EQ(host.offset_of("g"), TransactionHost::kUnstable);
    EXPECT_EQ(host.end("id", producer, commit, 5), ErrorCode::none);
    host.pass(Duration::from_ms(100));
    EXPECT_EQ(host.offset_of("g"), offset >= 20 ? std::optional<int64_t>(20) : std::nullopt);
  }
  EXPECT_THAT(host.read("a", true), ElementsAre("beside"));
  EXPECT_EQ(host.commit_offset("g", producer, 40, 6), ErrorCode::none);
}

TEST_F(TransactionalProduce, of_offsets_ends_with_its_transaction_after_a_restart) {
  host.finalize_v2();
  TransactionOf producer = host.init("id");
  EXPECT_EQ(host.commit_offset("g", producer, 10, 5), ErrorCode::none);
  host.cut_power();
  host.start_again();
  EXPECT_EQ(host.offset_of("g"), TransactionHost::kUnstable);
  EXPECT_EQ(host.end("id", producer, true, 5), ErrorCode::none);
  host.pass(Duration::from_ms(100));
  EXPECT_EQ(host.offset_of("g"), 10);
  host.stop();
  host.start_again();
  EXPECT_EQ(host.offset_of("g"), 10);
}

}  // namespace
}  // namespace ottla
