// InitProducerId.
#include "core/transaction/transaction_testing.h"

namespace ottla {
namespace {

using namespace transaction_testing;

TransactionOf raised(TransactionOf producer, int16_t by = 1) { return {producer.producer, producer.epoch + by}; }

constexpr ProducerEpoch kLastGiven{INT16_MAX - 1};

TEST(TransactionalProducers, get_an_id_and_an_epoch_that_rises_with_everyone_who_comes) {
  TransactionBench bench;
  const auto asked = bench.ask_init("t");
  EXPECT_FALSE(asked->answered());  // it may be lost yet
  bench.commit();
  const TransactionOf first = asked->producer();
  EXPECT_EQ(first.epoch, ProducerEpoch(0));
  EXPECT_EQ(bench.init("t")->producer(), raised(first));
  EXPECT_NE(bench.init("u")->producer().producer, first.producer);
  bench.fail_over();
  EXPECT_EQ(bench.init("t")->producer(), raised(first, 2));
  bench.expect_every_prefix_equals_live();
}

TEST(TransactionalProducers, without_an_id_or_with_a_time_out_out_of_bounds_are_refused) {
  TransactionBench bench;
  EXPECT_EQ(bench.init("")->error(), ErrorCode::invalid_request);
  for (const int64_t ms : {int64_t{0}, int64_t{-1}, int64_t{900'001}}) {
    EXPECT_EQ(bench.init("t", std::nullopt, Duration::from_ms(ms))->error(), ErrorCode::invalid_transaction_timeout);
  }
  EXPECT_EQ(bench.status("t"), "TRANSACTIONAL_ID_NOT_FOUND");
}

TEST(TransactionalProducers, are_asked_to_come_again_while_there_is_no_id_for_them) {
  TransactionBench bench;
  bench.ids_left = 0;
  EXPECT_EQ(bench.init("t")->error(), ErrorCode::coordinator_load_in_progress);
  bench.ids_left = 1;
  EXPECT_EQ(bench.init("t")->error(), ErrorCode::none);
  EXPECT_EQ(bench.init("t")->error(), ErrorCode::none);  // only the epoch is new
}

// KIP-360.
TEST(TransactionalProducers, that_go_on_get_the_next_epoch_and_may_ask_for_it_twice) {
  TransactionBench bench;
  const TransactionOf first = bench.init("t")->producer();
  EXPECT_EQ(bench.init("t", first)->producer(), raised(first));
  EXPECT_EQ(bench.init("t", first)->producer(), raised(first));  // the answer was lost
  bench.fail_over();
  EXPECT_EQ(bench.init("t", first)->producer(), raised(first));
  EXPECT_EQ(bench.init("t", raised(first))->producer(), raised(first, 2));
  EXPECT_EQ(bench.init("t", first)->error(), ErrorCode::producer_fenced);
  bench.expect_every_prefix_equals_live();
}

TEST(TransactionalProducers, whose_id_was_taken_over_do_not_go_on) {
  TransactionBench bench;
  const TransactionOf first = bench.init("t")->producer();
  const TransactionOf second = bench.init("t")->producer();
  EXPECT_EQ(bench.init("t", first)->error(), ErrorCode::producer_fenced);
  EXPECT_EQ(bench.init("t", TransactionOf{ProducerId(7), ProducerEpoch(0)})->error(), ErrorCode::producer_fenced);
  EXPECT_EQ(bench.init("t", second)->producer(), raised(second));
}

// Of a producer that was expired, by the coordinator or by an administrator.
TEST(TransactionalProducers, that_go_on_under_an_id_that_is_forgotten_begin_anew) {
  TransactionBench bench;
  const TransactionOf given = bench.init("t", TransactionOf{ProducerId(7), ProducerEpoch(3)})->producer();
  EXPECT_EQ(given.epoch, ProducerEpoch(0));
  EXPECT_NE(given.producer, ProducerId(7));
}

TEST(TransactionalProducers, get_a_new_id_when_the_epochs_are_used_up) {
  for (const bool goes_on : {true, false}) {
    TransactionBench bench;
    const TransactionOf last{ProducerId(5), kLastGiven};
    bench.plant("t", {.producer = last.producer, .epoch = last.epoch, .timeout = Duration::from_s(1)});
    std::optional<TransactionOf> known;
    if (goes_on) known = last;
    const TransactionOf next = bench.init("t", known)->producer();
    EXPECT_NE(next.producer, last.producer);
    EXPECT_EQ(next.epoch, ProducerEpoch(0));
    bench.fail_over();
    const auto again = bench.init("t", last);
    if (goes_on) {
      EXPECT_EQ(again->producer(), next);
    } else {
      EXPECT_EQ(again->error(), ErrorCode::producer_fenced);
    }
    bench.expect_every_prefix_equals_live();
  }
}

TEST(TransactionalProducers, end_what_was_open_under_their_id_before_they_get_it) {
  for (const int16_t level : {int16_t{0}, int16_t{1}, kTransactionsV2}) {
    TransactionBench bench(level);
    const TransactionOf old = bench.begin("t", {kA0, kB1});
    bench.markers.hold = true;
    EXPECT_EQ(bench.init("t")->error(), ErrorCode::concurrent_transactions);
    EXPECT_EQ(bench.status("t"), "PrepareAbort");
    EXPECT_EQ(bench.init("t")->error(), ErrorCode::concurrent_transactions);
    EXPECT_EQ(bench.add("t", old, {kA3})->error(), ErrorCode::producer_fenced);
    bench.markers.take_waiting();
    bench.settle();
    EXPECT_EQ(bench.status("t"), "CompleteAbort");
    EXPECT_EQ(bench.markers.end_of(raised(old), kA0), false);
    EXPECT_EQ(bench.markers.end_of(raised(old), kB1), false);
    EXPECT_EQ(bench.init("t")->producer(), raised(old, 2));
    EXPECT_EQ(bench.end("t", old, true)->error(), ErrorCode::producer_fenced);
    bench.expect_every_prefix_equals_live();
  }
}

// A request that was on its way for long must not end what its producer has begun since.
TEST(TransactionalProducers, that_asked_long_ago_end_nothing) {
  TransactionBench bench;
  const TransactionOf first = bench.init("t")->producer();
  const TransactionOf next = bench.init("t", first)->producer();
  EXPECT_EQ(bench.add("t", next, {kA0})->error(), ErrorCode::none);
  EXPECT_EQ(bench.init("t", first)->error(), ErrorCode::producer_fenced);
  EXPECT_EQ(bench.status("t"), "Ongoing");
  EXPECT_EQ(bench.end("t", next, true)->error(), ErrorCode::none);
}

TEST(TransactionalProducers, that_come_while_a_transaction_ends_wait) {
  TransactionBench bench;
  const TransactionOf producer = bench.begin("t", {kA0});
  bench.markers.hold = true;
  const TransactionOf next = bench.end("t", producer, true)->producer();
  EXPECT_EQ(bench.init("t")->error(), ErrorCode::concurrent_transactions);
  EXPECT_EQ(bench.add("t", next, {kA0})->error(), ErrorCode::concurrent_transactions);
  EXPECT_EQ(bench.coordinator().verify("t", next, kA0), ErrorCode::concurrent_transactions);
  bench.markers.take_waiting();
  bench.settle();
  EXPECT_EQ(bench.init("t")->producer(), raised(next));
}

TEST(TransactionalProducers, that_nobody_uses_are_forgotten_unless_they_are_in_a_transaction) {
  TransactionBench bench;
  bench.context.settings.id_retention = Duration::from_s(100);
  bench.context.settings.id_check_interval = Duration::from_s(10);
  bench.fail_over();  // intervals count from a load
  bench.init("unused");
  const TransactionOf producer = bench.begin("open", {kA0}, Duration::from_s(900));
  bench.pass(Duration::from_s(90));
  EXPECT_EQ(bench.status("unused"), "Empty");
  bench.pass(Duration::from_s(30));
  EXPECT_EQ(bench.status("unused"), "TRANSACTIONAL_ID_NOT_FOUND");
  EXPECT_EQ(bench.status("open"), "Ongoing");
  EXPECT_EQ(bench.end("open", producer, true)->error(), ErrorCode::none);
  EXPECT_EQ(bench.status("open"), "CompleteCommit");
  bench.pass(Duration::from_s(120));
  EXPECT_EQ(bench.status("open"), "TRANSACTIONAL_ID_NOT_FOUND");
  bench.expect_every_prefix_equals_live();
}

}  // namespace
}  // namespace ottla
