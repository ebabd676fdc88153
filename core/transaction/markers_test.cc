// What was decided reaches every partition, whatever happens; and nobody has to ask for it.
#include <gmock/gmock.h>

#include "core/transaction/transaction_testing.h"

namespace ottla {
namespace {

using namespace transaction_testing;
using testing::ElementsAre;
using testing::IsEmpty;

TransactionOf raised(TransactionOf producer) { return {producer.producer, producer.epoch + 1}; }

TEST(TransactionMarkers, are_asked_for_again_where_they_were_refused) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0, kB1});
  bench.markers.refusals = {{kB1, ErrorCode::not_leader_or_follower}};
  bench.end("t", producer, true);
  EXPECT_EQ(bench.markers.end_of(raised(producer), kA0), true);
  EXPECT_THAT(bench.described_partitions("t"), ElementsAre(kB1));
  bench.pass(Duration::from_s(10));
  EXPECT_EQ(bench.status("t"), "PrepareCommit");
  // With pauses: first short ones, then one a second.
  EXPECT_GT(bench.markers.asked().size(), 10U);
  EXPECT_LT(bench.markers.asked().size(), 20U);
  EXPECT_THAT(bench.markers.asked().back().partitions, ElementsAre(kB1));
  bench.markers.refusals.clear();
  bench.pass(Duration::from_s(2));
  EXPECT_EQ(bench.markers.end_of(raised(producer), kB1), true);
  EXPECT_EQ(bench.status("t"), "CompleteCommit");
}

TEST(TransactionMarkers, whose_answer_never_comes_are_asked_for_again) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  bench.markers.hold = true;
  bench.end("t", producer, false);
  bench.pass(Duration::from_s(60));
  EXPECT_EQ(bench.markers.asked().size(), 1U);  // one question at a time
  bench.markers.hold = false;
  bench.markers.drop_waiting();
  bench.pass(Duration::from_s(1));
  EXPECT_EQ(bench.status("t"), "CompleteAbort");
}

TEST(TransactionMarkers, are_not_needed_where_the_partition_is_gone_or_fences_them) {
  TransactionBench bench;
  const TransactionOf producer =
      bench.begin("t", {kA0, {"deleted", PartitionIndex(0)}, {kA0.topic, PartitionIndex(99)}});
  bench.markers.refusals = {{kA0, ErrorCode::invalid_producer_epoch}};
  bench.end("t", producer, true);
  EXPECT_EQ(bench.status("t"), "CompleteCommit");
  EXPECT_THAT(bench.markers.asked().at(0).partitions, ElementsAre(kA0));
}

// Deleted while its marker was asked for.
TEST(TransactionMarkers, of_partitions_that_go_meanwhile_are_given_up) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0, kB1});
  bench.markers.refusals = {{kB1, ErrorCode::unknown_topic_or_partition}};
  bench.end("t", producer, true);
  bench.pass(Duration::from_s(5));
  EXPECT_EQ(bench.status("t"), "PrepareCommit");  // the image has it: it is not known yet where it was asked for
  bench.context.image = metadata_testing::cluster_of(1, 4);
  bench.pass(Duration::from_s(2));
  EXPECT_EQ(bench.status("t"), "CompleteCommit");
}

TEST(TransactionMarkers, name_the_epoch_of_their_coordinator) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  bench.markers.refusals = {{kA0, ErrorCode::transaction_coordinator_fenced}};
  bench.end("t", producer, true);
  const LeaderEpoch first = bench.markers.asked().back().coordinator_epoch;
  EXPECT_EQ(first, bench.log.leading());
  bench.markers.refusals.clear();
  bench.fail_over();
  bench.settle();
  EXPECT_GT(bench.markers.asked().back().coordinator_epoch, first);
  EXPECT_EQ(bench.status("t"), "CompleteCommit");
}

TEST(TransactionMarkers, are_written_by_the_next_coordinator) {
  for (const bool commits : {true, false}) {
    TransactionBench bench;
    const TransactionOf producer = bench.begin("t", {kA0, kB1});
    bench.markers.hold = true;
    const TransactionOf next = bench.end("t", producer, commits)->producer();
    bench.fail_over();
    bench.markers.hold = false;
    bench.markers.take_waiting();  // of the coordinator before, which hears nothing any more
    EXPECT_EQ(bench.status("t"), commits ? "PrepareCommit" : "PrepareAbort");
    bench.settle();
    EXPECT_EQ(bench.status("t"), commits ? "CompleteCommit" : "CompleteAbort");
    EXPECT_EQ(bench.markers.asked().size(), 2U);
    EXPECT_EQ(bench.markers.end_of(next, kB1), commits);
    EXPECT_EQ(bench.add("t", next, {kA0})->error(), ErrorCode::none);
    bench.expect_every_prefix_equals_live();
  }
}

TEST(TransactionMarkers, that_are_there_while_the_end_cannot_be_written_are_not_asked_for_again) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  bench.markers.hold = true;
  bench.end("t", producer, true);
  bench.log.fail_next_append(LogError::no_space);
  bench.markers.take_waiting();
  bench.runtime->flush();  // loses the end
  EXPECT_EQ(bench.status("t"), "PrepareCommit");
  bench.markers.hold = false;
  bench.pass(Duration::from_s(2));
  EXPECT_EQ(bench.status("t"), "CompleteCommit");
}

TEST(TransactionTimeouts, abort_and_fence) {
  for (const int16_t level : {int16_t{0}, int16_t{1}, kTransactionsV2}) {
    TransactionBench bench(level);
    const TransactionOf producer = bench.begin("t", {kA0}, Duration::from_s(10));
    bench.pass(Duration::from_ms(9'500));
    EXPECT_EQ(bench.add("t", producer, {kB1})->error(), ErrorCode::none);  // moves nothing
    EXPECT_EQ(bench.status("t"), "Ongoing");
    bench.pass(Duration::from_ms(500));
    EXPECT_EQ(bench.status("t"), "CompleteAbort");
    EXPECT_EQ(bench.markers.end_of(raised(producer), kA0), false);
    EXPECT_EQ(bench.markers.end_of(raised(producer), kB1), false);
    EXPECT_EQ(bench.add("t", producer, {kA0})->error(), ErrorCode::producer_fenced);
    const bool v2 = level == kTransactionsV2;
    EXPECT_EQ(bench.end("t", producer, true)->error(), v2 ? ErrorCode::invalid_txn_state : ErrorCode::producer_fenced);
    bench.expect_every_prefix_equals_live();
  }
}

TEST(TransactionTimeouts, hold_across_a_change_of_coordinator_and_a_clock_that_jumps) {
  TransactionBench bench;
  bench.begin("t", {kA0}, Duration::from_s(10));
  bench.pass(Duration::from_s(6));
  bench.fail_over();
  bench.pass(Duration::from_ms(3'500));
  EXPECT_EQ(bench.status("t"), "Ongoing");
  bench.pass(Duration::from_ms(500));
  EXPECT_EQ(bench.status("t"), "CompleteAbort");

  bench.begin("u", {kA0}, Duration::from_s(10));
  bench.wall = bench.wall + Duration::from_s(-100'000);
  bench.fail_over();
  bench.pass(Duration::from_s(10));
  EXPECT_EQ(bench.status("u"), "CompleteAbort");
}

TEST(TransactionTimeouts, wait_for_a_new_producer_id_where_one_is_needed) {
  TransactionBench bench;
  const TransactionOf last{ProducerId(5), ProducerEpoch(INT16_MAX - 1)};
  bench.plant("t", {.producer = last.producer, .epoch = last.epoch, .timeout = Duration::from_s(1)});
  EXPECT_EQ(bench.add("t", last, {kA0})->error(), ErrorCode::none);
  bench.ids_left = 0;
  bench.pass(Duration::from_s(5));
  EXPECT_EQ(bench.status("t"), "Ongoing");
  bench.ids_left = 1;
  bench.pass(Duration::from_s(2));
  EXPECT_EQ(bench.status("t"), "CompleteAbort");
  EXPECT_EQ(bench.find("t")->epoch, ProducerEpoch(0));
  EXPECT_EQ(bench.markers.end_of(raised(last), kA0), false);
}

TEST(TransactionTimeouts, are_tried_again_when_the_abort_is_lost) {
  TransactionBench bench;
  bench.begin("t", {kA0}, Duration::from_s(1));
  bench.now = bench.now + Duration::from_s(1);
  bench.wall = bench.wall + Duration::from_s(1);
  bench.log.fail_next_append(LogError::no_space);
  bench.runtime->tick(bench.now, bench.wall);
  bench.runtime->flush();
  EXPECT_EQ(bench.status("t"), "Ongoing");
  EXPECT_THAT(bench.markers.asked(), IsEmpty());
  bench.settle();
  EXPECT_EQ(bench.status("t"), "CompleteAbort");
}

}  // namespace
}  // namespace ottla
