// What takes part in a transaction, and how it ends.
#include <gmock/gmock.h>

#include "core/transaction/transaction_testing.h"

namespace ottla {
namespace {

using namespace transaction_testing;
using testing::ElementsAre;
using testing::IsEmpty;

TransactionOf raised(TransactionOf producer) { return {producer.producer, producer.epoch + 1}; }

TEST(Transactions, have_their_partitions_for_good_when_the_answer_says_so) {
  TransactionBench bench;
  const TransactionOf producer = bench.init("t")->producer();
  const auto asked = bench.ask_add("t", producer, {kB1, kA0, kB1});
  EXPECT_EQ(bench.coordinator().verify("t", producer, kA0), ErrorCode::transaction_abortable);
  bench.runtime->flush();
  EXPECT_FALSE(asked->answered());
  EXPECT_EQ(bench.coordinator().verify("t", producer, kA0), ErrorCode::transaction_abortable);
  bench.log.commit();
  EXPECT_EQ(asked->error(), ErrorCode::none);
  EXPECT_EQ(bench.coordinator().verify("t", producer, kA0), ErrorCode::none);
  EXPECT_EQ(bench.coordinator().verify("t", producer, kA3), ErrorCode::transaction_abortable);
  EXPECT_EQ(bench.status("t"), "Ongoing");
  const Timestamp began = bench.find("t")->started_at;
  bench.pass(Duration::from_s(1));
  EXPECT_EQ(bench.add("t", producer, {kA3})->error(), ErrorCode::none);
  EXPECT_THAT(bench.described_partitions("t"), ElementsAre(kA0, kA3, kB1));
  EXPECT_EQ(bench.find("t")->started_at, began);
  bench.expect_every_prefix_equals_live();
}

TEST(Transactions, write_nothing_for_partitions_that_are_in_already) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0, kB1});
  const Offset end = bench.log.log_end();
  EXPECT_EQ(bench.add("t", producer, {kB1})->error(), ErrorCode::none);
  EXPECT_EQ(bench.log.log_end(), end);
}

TEST(Transactions, that_are_lost_before_they_are_written_never_were) {
  TransactionBench bench;
  const TransactionOf producer = bench.init("t")->producer();
  const auto lost = bench.ask_add("t", producer, {kA0});
  bench.log.fail_next_append(LogError::no_space);
  bench.runtime->flush();
  EXPECT_EQ(lost->error(), ErrorCode::coordinator_not_available);
  EXPECT_EQ(bench.status("t"), "Empty");
  EXPECT_EQ(bench.coordinator().next_deadline(), bench.now + bench.context.settings.id_check_interval);
  EXPECT_EQ(bench.add("t", producer, {kA0})->error(), ErrorCode::none);
}

TEST(Transactions, are_of_one_producer_in_one_epoch) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  const TransactionOf stranger{ProducerId(7), producer.epoch};
  EXPECT_EQ(bench.add("t", stranger, {kA3})->error(), ErrorCode::invalid_producer_id_mapping);
  EXPECT_EQ(bench.add("u", producer, {kA3})->error(), ErrorCode::invalid_producer_id_mapping);
  EXPECT_EQ(bench.add("", producer, {kA3})->error(), ErrorCode::invalid_request);
  EXPECT_EQ(bench.add("t", raised(producer), {kA3})->error(), ErrorCode::producer_fenced);
  EXPECT_EQ(bench.end("t", stranger, true)->error(), ErrorCode::invalid_producer_id_mapping);
  EXPECT_EQ(bench.end("u", producer, true)->error(), ErrorCode::invalid_producer_id_mapping);
  EXPECT_EQ(bench.end("", producer, true)->error(), ErrorCode::invalid_request);
  EXPECT_EQ(bench.end("t", raised(producer), true)->error(), ErrorCode::producer_fenced);
  EXPECT_EQ(bench.coordinator().verify("t", stranger, kA0), ErrorCode::invalid_producer_id_mapping);
  EXPECT_EQ(bench.coordinator().verify("t", raised(producer), kA0), ErrorCode::producer_fenced);
  EXPECT_THAT(bench.described_partitions("t"), ElementsAre(kA0));
}

TEST(Transactions, v2_have_a_new_epoch_after_every_end) {
  TransactionBench bench;
  TransactionOf producer = bench.begin("t", {kA0, kB1});
  for (const bool commits : {true, false, true}) {
    const TransactionOf next = bench.end("t", producer, commits)->producer();
    EXPECT_EQ(next, raised(producer));
    EXPECT_EQ(bench.status("t"), commits ? "CompleteCommit" : "CompleteAbort");
    EXPECT_EQ(bench.markers.end_of(next, kA0), commits);
    EXPECT_EQ(bench.markers.end_of(next, kB1), commits);
    EXPECT_EQ(bench.markers.asked().back().transaction_version, kTransactionsV2);
    EXPECT_EQ(bench.add("t", producer, {kA0})->error(), ErrorCode::producer_fenced);
    EXPECT_EQ(bench.add("t", next, {kA0, kB1})->error(), ErrorCode::none);
    producer = next;
  }
  bench.expect_every_prefix_equals_live();
}

TEST(Transactions, v1_keep_the_epoch_from_one_to_the_next) {
  for (const int16_t level : {int16_t{0}, int16_t{1}}) {
    TransactionBench bench(level);
    const TransactionOf producer = bench.begin("t", {kA0});
    EXPECT_EQ(bench.end("t", producer, true)->producer(), producer);
    EXPECT_EQ(bench.markers.end_of(producer, kA0), true);
    EXPECT_EQ(bench.markers.asked().back().transaction_version, 0);
    EXPECT_EQ(bench.add("t", producer, {kB1})->error(), ErrorCode::none);
    EXPECT_EQ(bench.end("t", producer, false)->producer(), producer);
    EXPECT_EQ(bench.status("t"), "CompleteAbort");
    EXPECT_EQ(bench.markers.end_of(producer, kB1), false);
    bench.expect_every_prefix_equals_live();
  }
}

// A client may ask in v2's words of a cluster that has not come to v2.
TEST(Transactions, v2_are_what_the_cluster_has_finalized) {
  TransactionBench bench(1);
  bench.client_version = kTransactionsV2;
  const TransactionOf producer = bench.begin("t", {kA0});
  EXPECT_EQ(bench.end("t", producer, true)->producer(), producer);
}

// The decision is the record: nothing leaves before it is there for good, and whoever comes next decides the same.
TEST(Transactions, are_decided_when_the_decision_cannot_be_lost) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  const auto asked = bench.ask_end("t", producer, true);
  bench.runtime->tick(bench.now, bench.wall);
  bench.runtime->flush();
  bench.runtime->tick(bench.now, bench.wall);
  EXPECT_FALSE(asked->answered());
  EXPECT_THAT(bench.markers.asked(), IsEmpty());
  EXPECT_EQ(bench.status("t"), "Ongoing");
  bench.settle();
  EXPECT_EQ(asked->producer(), raised(producer));
  EXPECT_EQ(bench.markers.end_of(raised(producer), kA0), true);
}

TEST(Transactions, whose_decision_is_lost_may_be_ended_otherwise) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  const auto lost = bench.ask_end("t", producer, true);
  bench.log.fail_next_append(LogError::no_space);
  bench.runtime->flush();
  EXPECT_EQ(lost->error(), ErrorCode::coordinator_not_available);
  bench.settle();
  EXPECT_THAT(bench.markers.asked(), IsEmpty());
  EXPECT_EQ(bench.end("t", producer, false)->producer(), raised(producer));
  EXPECT_EQ(bench.markers.end_of(raised(producer), kA0), false);
}

// The answer was refused as late; the record was committed all the same.
TEST(Transactions, whose_decision_takes_too_long_end_by_it) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  const auto late = bench.ask_end("t", producer, true);
  bench.runtime->flush();
  bench.now = bench.now + Duration::from_s(6);
  bench.runtime->tick(bench.now, bench.wall);
  EXPECT_EQ(late->error(), ErrorCode::coordinator_not_available);
  EXPECT_THAT(bench.markers.asked(), IsEmpty());
  bench.commit();
  bench.pass(Duration::from_s(2));
  EXPECT_EQ(bench.status("t"), "CompleteCommit");
  EXPECT_EQ(bench.end("t", producer, true)->producer(), raised(producer));
}

TEST(Transactions, may_be_ended_twice_in_the_same_way) {
  for (const int16_t level : {int16_t{1}, kTransactionsV2}) {
    for (const bool commits : {true, false}) {
      TransactionBench bench(level);
      const TransactionOf producer = bench.begin("t", {kA0});
      bench.markers.hold = true;
      const TransactionOf next = bench.end("t", producer, commits)->producer();
      EXPECT_EQ(bench.end("t", producer, commits)->error(), ErrorCode::concurrent_transactions);
      EXPECT_EQ(bench.end("t", producer, !commits)->error(), ErrorCode::invalid_txn_state);
      bench.markers.take_waiting();
      bench.settle();
      bench.fail_over();
      EXPECT_EQ(bench.end("t", producer, commits)->producer(), next);
      EXPECT_EQ(bench.end("t", producer, !commits)->error(), ErrorCode::invalid_txn_state);
      EXPECT_EQ(bench.markers.asked().size(), 1U);
    }
  }
}

TEST(Transactions, v1_that_nothing_was_in_cannot_be_ended) {
  TransactionBench bench(1);
  const TransactionOf producer = bench.init("t")->producer();
  EXPECT_EQ(bench.end("t", producer, true)->error(), ErrorCode::invalid_txn_state);
  EXPECT_EQ(bench.end("t", producer, false)->error(), ErrorCode::invalid_txn_state);
}

// A v2 producer does not tell what it writes to, so it may abort without knowing whether anything was written.
TEST(Transactions, v2_that_nothing_was_in_may_be_aborted) {
  TransactionBench bench;
  TransactionOf producer = bench.init("t")->producer();
  EXPECT_EQ(bench.end("t", producer, true)->error(), ErrorCode::invalid_txn_state);
  for (int i = 0; i < 3; ++i) {
    const TransactionOf next = bench.end("t", producer, false)->producer();
    EXPECT_EQ(next, raised(producer));
    EXPECT_EQ(bench.end("t", producer, false)->producer(), next);  // again
    producer = next;
  }
  EXPECT_EQ(bench.end("t", producer, true)->error(), ErrorCode::invalid_txn_state);
  EXPECT_EQ(bench.status("t"), "CompleteAbort");
  EXPECT_THAT(bench.markers.asked(), IsEmpty());
  bench.expect_every_prefix_equals_live();
}

TEST(Transactions, v2_go_on_with_a_new_producer_id_when_the_epochs_are_used_up) {
  TransactionBench bench;
  const TransactionOf last{ProducerId(5), ProducerEpoch(INT16_MAX - 1)};
  bench.plant("t", {.producer = last.producer, .epoch = last.epoch, .timeout = Duration::from_s(60)});
  EXPECT_EQ(bench.add("t", last, {kA0})->error(), ErrorCode::none);
  bench.ids_left = 0;
  EXPECT_EQ(bench.end("t", last, true)->error(), ErrorCode::coordinator_load_in_progress);
  bench.ids_left = 1;
  const TransactionOf next = bench.end("t", last, true)->producer();
  EXPECT_NE(next.producer, last.producer);
  EXPECT_EQ(next.epoch, ProducerEpoch(0));
  EXPECT_EQ(bench.markers.end_of(raised(last), kA0), true);  // fences with the last epoch
  bench.fail_over();
  EXPECT_EQ(bench.end("t", last, true)->producer(), next);  // again
  EXPECT_EQ(bench.add("t", next, {kA0})->error(), ErrorCode::none);
  EXPECT_EQ(bench.end("t", last, true)->error(), ErrorCode::producer_fenced);
  EXPECT_EQ(bench.end("t", next, true)->producer(), raised(next));
  bench.expect_every_prefix_equals_live();
}

// The epoch that fences is nobody's, whoever says that it is his.
TEST(Transactions, of_the_last_epoch_there_are_none) {
  for (const int16_t level : {int16_t{1}, kTransactionsV2}) {
    TransactionBench bench(level);
    const TransactionOf top{ProducerId(5), ProducerEpoch(INT16_MAX)};
    bench.plant("t", {.producer = top.producer,
                      .epoch = top.epoch,
                      .timeout = Duration::from_s(60),
                      .status = TransactionStatus::complete_abort});
    EXPECT_EQ(bench.add("t", top, {kA0})->error(), ErrorCode::producer_fenced);
    EXPECT_EQ(bench.end("t", top, false)->error(), ErrorCode::producer_fenced);
    EXPECT_EQ(bench.coordinator().verify("t", top, kA0), ErrorCode::producer_fenced);
    EXPECT_EQ(bench.init("t")->producer().epoch, ProducerEpoch(0));
  }
}

// An open transaction in the last epoch can only have been written by somebody else; it still ends.
TEST(Transactions, that_cannot_be_end_too) {
  for (const int16_t level : {int16_t{0}, kTransactionsV2}) {
    TransactionBench bench(level);
    bench.plant("t", {.producer = ProducerId(5),
                      .epoch = ProducerEpoch(INT16_MAX),
                      .timeout = Duration::from_ms(-5),
                      .status = TransactionStatus::ongoing,
                      .partitions = {kA0, {"nowhere", PartitionIndex(-1)}}});
    bench.pass(Duration::from_s(1));
    EXPECT_EQ(bench.status("t"), "CompleteAbort");
    EXPECT_NE(bench.init("t")->producer().producer, ProducerId(5));
  }
}

TEST(Transactions, so_large_that_their_end_would_not_fit_are_refused_more) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  std::vector<TopicPartition> many;
  for (int i = 0; i < 3000; ++i) many.push_back({std::string(240, 'x') + std::to_string(i), PartitionIndex(0)});
  EXPECT_EQ(bench.add("t", producer, many)->error(), ErrorCode::message_too_large);
  EXPECT_EQ(bench.add("t", producer, {kB1})->error(), ErrorCode::none);
  EXPECT_EQ(bench.end("t", producer, true)->error(), ErrorCode::none);
}

}  // namespace
}  // namespace ottla
