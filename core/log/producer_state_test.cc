#include "core/log/producer_state.h"

#include <gtest/gtest.h>

#include "core/log/log_files_testing.h"
#include "core/log/producer_testing.h"

namespace ottla {
namespace {

using producer_testing::Partition;

constexpr int64_t kExpirationMs = 60'000;

TEST(ProducerState, takes_batches_in_the_order_of_their_sequences) {
  Partition p;
  EXPECT_EQ(p.send(1, 0, 0, 10), "0-9");
  EXPECT_EQ(p.send(1, 0, 10, 5), "10-14");
  EXPECT_EQ(p.send(1, 0, 16, 1), "sequence out of order") << "15 is missing";
  EXPECT_EQ(p.send(1, 0, 15, 1), "15-15");
  EXPECT_EQ(p.send(2, 0, 0, 1), "16-16") << "producers do not mind each other";
  EXPECT_EQ(p.send(1, 0, 16, 1), "17-17");
}

TEST(ProducerState, answers_a_batch_sent_again_with_where_it_is) {
  Partition p;
  for (int i = 0; i < 6; ++i) p.send(1, 0, i * 3, 3);
  EXPECT_EQ(p.send(1, 0, 15, 3), "again 15-17");
  EXPECT_EQ(p.send(1, 0, 3, 3), "again 3-5") << "the fifth from the end";
  EXPECT_EQ(p.send(1, 0, 0, 3), "sequence out of order") << "the sixth is forgotten";
  EXPECT_EQ(p.send(1, 0, 15, 2), "sequence out of order") << "another batch";
  EXPECT_EQ(p.send(1, 0, 16, 2), "sequence out of order");
  EXPECT_EQ(p.end(), Offset(18)) << "nothing was stored twice";
}

TEST(ProducerState, tells_a_duplicates_time) {
  Partition p;
  p.now = 1234;
  p.send(1, 0, 0, 1);
  p.now = 5678;
  const auto verdict = p.state.check(p.data(1, 0, 0, 1), BatchOrigin::client);
  EXPECT_EQ(verdict->duplicate->timestamp, Timestamp::from_ms(1234));
}

TEST(ProducerState, counts_on_from_zero_where_sequences_end) {
  Partition p;
  EXPECT_EQ(p.send(1, 0, INT32_MAX - 1, 4), "0-3") << "not known: any start";
  EXPECT_EQ(p.send(1, 0, 2, 1), "4-4");
  EXPECT_EQ(p.send(1, 0, INT32_MAX - 1, 4), "again 0-3");
  EXPECT_EQ(p.send(1, 0, INT32_MAX, 1), "sequence out of order");
  EXPECT_EQ(p.send(2, 0, INT32_MAX, 1), "5-5");
  EXPECT_EQ(p.send(2, 0, 0, 1), "6-6");
}

TEST(ProducerState, starts_anew_with_a_higher_epoch_and_fences_the_lower) {
  Partition p;
  p.send(1, 5, 0, 3);
  EXPECT_EQ(p.send(1, 4, 3, 1), "producer epoch too old");
  EXPECT_EQ(p.send(1, 6, 3, 1), "sequence out of order") << "a new epoch starts at 0";
  EXPECT_EQ(p.send(1, 6, 0, 3), "3-5");
  EXPECT_EQ(p.send(1, 5, 0, 3), "producer epoch too old") << "even of what the old one sent";
  EXPECT_EQ(p.send(1, 6, 0, 3), "again 3-5");
}

TEST(ProducerState, believes_replication) {
  Partition p;
  p.send(1, 5, 0, 3);
  EXPECT_EQ(p.send(1, 4, 77, 1, false, BatchOrigin::replication), "3-3");
  EXPECT_EQ(p.send(1, 4, 78, 1), "4-4") << "what the leader let in is the state";
}

TEST(ProducerState, lets_coordinators_write_without_sequences) {
  Partition p;
  EXPECT_EQ(p.send(1, 0, -1, 2, true, BatchOrigin::coordinator), "0-1");
  EXPECT_EQ(p.send(1, 0, -1, 2, true, BatchOrigin::coordinator), "2-3") << "the same again is no duplicate";
  EXPECT_EQ(p.send(1, 0, 0, 1, true), "4-4");
}

TEST(ProducerState, holds_back_what_a_transaction_has_not_decided) {
  Partition p;
  p.send(9, 0, 0, 5);
  EXPECT_EQ(p.stable(), p.end());
  EXPECT_EQ(p.send(1, 0, 0, 2, true), "5-6");
  EXPECT_EQ(p.send(2, 0, 0, 2, true), "7-8");
  EXPECT_EQ(p.send(1, 0, 2, 2, true), "9-10");
  EXPECT_EQ(p.stable(), Offset(5));
  EXPECT_EQ(p.mark(1, 0, true), "committed 5-11, stable 7");
  EXPECT_EQ(p.stable(), Offset(7));
  EXPECT_EQ(p.mark(2, 0, false), "aborted 7-12, stable 13");
  EXPECT_EQ(p.stable(), p.end());
}

TEST(ProducerState, holds_back_what_is_decided_until_the_marker_is_replicated) {
  Partition p;
  p.send(1, 0, 0, 2, true);
  p.mark(1, 0, true);
  EXPECT_EQ(p.state.first_unstable(Offset(2)), Offset(0)) << "a new leader may not have the marker";
  EXPECT_EQ(p.state.first_unstable(Offset(3)), std::nullopt);
  p.state.forget_decided(Offset(2));
  EXPECT_EQ(p.state.first_unstable(Offset(2)), Offset(0));
  p.state.forget_decided(Offset(3));
  EXPECT_EQ(p.state.first_unstable(Offset(2)), std::nullopt);
}

TEST(ProducerState, wants_all_of_a_transaction_in_it) {
  Partition p;
  p.send(1, 0, 0, 1, true);
  EXPECT_EQ(p.send(1, 0, 1, 1, false), "batch does not fit the producer's transaction");
  EXPECT_EQ(p.send(1, 0, 1, 1, true), "1-1");
  p.mark(1, 0, true);
  EXPECT_EQ(p.send(1, 0, 2, 1, false), "3-3") << "the sequence goes on under the same epoch";
}

TEST(ProducerState, takes_markers_of_transactions_that_left_nothing_here) {
  Partition p;
  EXPECT_EQ(p.mark(1, 3, true), "nothing ended");
  EXPECT_EQ(p.state.find(ProducerId(1))->epoch, ProducerEpoch(3));
  EXPECT_EQ(p.send(1, 2, 0, 1), "producer epoch too old") << "the marker fenced it";
  EXPECT_EQ(p.send(1, 3, 1, 1), "sequence out of order");
  EXPECT_EQ(p.send(1, 3, 0, 1), "1-1");
}

TEST(ProducerState, fences_markers_of_old_producers_and_coordinators) {
  Partition p;
  p.send(1, 3, 0, 1, true);
  EXPECT_EQ(p.mark(1, 2, true), "marker of an old producer epoch");
  EXPECT_EQ(p.mark(1, 3, true, {.coordinator_epoch = 7}), "committed 0-1, stable 2");
  p.send(1, 3, 1, 1, true);
  EXPECT_EQ(p.mark(1, 3, false, {.coordinator_epoch = 6}), "marker of an old coordinator");
  EXPECT_EQ(p.mark(1, 3, false, {.coordinator_epoch = 6, .origin = BatchOrigin::replication}), "aborted 2-3, stable 4");
}

TEST(ProducerState, wants_markers_above_the_datas_epoch_where_each_transaction_has_its_own) {
  Partition p;
  p.send(1, 3, 0, 1, true);
  EXPECT_EQ(p.mark(1, 3, true, {.transaction_version = 2}), "marker of an old producer epoch");
  EXPECT_EQ(p.mark(1, 4, true, {.transaction_version = 2}), "committed 0-1, stable 2");
  EXPECT_EQ(p.mark(1, 4, true, {.transaction_version = 2}), "nothing ended") << "the coordinator repeats itself";
  EXPECT_EQ(p.send(1, 3, 1, 1, true), "producer epoch too old") << "a late batch of the ended transaction";
  EXPECT_EQ(p.send(1, 4, 0, 1, true), "3-3");

  p.send(2, INT16_MAX, 0, 1, true);
  EXPECT_EQ(p.mark(2, INT16_MAX, false, {.transaction_version = 2}), "aborted 4-5, stable 3")
      << "there is no higher one";
}

TEST(ProducerState, opens_transactions_only_with_the_guard_where_verification_is_required) {
  Partition p;
  const auto check = [&](VerificationGuard guard) {
    return log_testing::flaw_of_log(p.state.check(p.data(1, 0, 0, 1, true), BatchOrigin::client, guard, true));
  };
  EXPECT_EQ(check(VerificationGuard(0)), "batch does not fit the producer's transaction");
  const VerificationGuard guard = p.state.start_verification(ProducerId(1), ProducerEpoch(0));
  EXPECT_NE(guard, VerificationGuard(0));
  EXPECT_EQ(p.state.start_verification(ProducerId(1), ProducerEpoch(0)), guard) << "two requests on their way";
  EXPECT_EQ(check(VerificationGuard(guard.value() + 1)), "batch does not fit the producer's transaction");
  EXPECT_EQ(check(guard), "accepted");
  EXPECT_TRUE(p.state.empty()) << "asking leaves no producer behind";

  p.mark(1, 0, false);
  EXPECT_EQ(check(guard), "batch does not fit the producer's transaction") << "the transaction was ended meanwhile";

  const VerificationGuard next = p.state.start_verification(ProducerId(1), ProducerEpoch(0));
  EXPECT_NE(next, guard);
  EXPECT_EQ(check(next), "accepted");
  p.send(1, 0, 0, 1, true);
  EXPECT_TRUE(p.state.has_open_transaction(ProducerId(1), ProducerEpoch(0)));
  EXPECT_EQ(p.state.start_verification(ProducerId(1), ProducerEpoch(0)), VerificationGuard(0)) << "it is in already";
  EXPECT_TRUE(p.state.check(p.data(1, 0, 1, 1, true), BatchOrigin::client, VerificationGuard(0), true).ok());
  EXPECT_FALSE(p.state.has_open_transaction(ProducerId(1), ProducerEpoch(1)));
}

TEST(ProducerState, gives_an_old_epoch_no_guard_and_a_new_one_another) {
  Partition p;
  const VerificationGuard first = p.state.start_verification(ProducerId(1), ProducerEpoch(4));
  EXPECT_EQ(p.state.start_verification(ProducerId(1), ProducerEpoch(3)), VerificationGuard(0));
  EXPECT_NE(p.state.start_verification(ProducerId(1), ProducerEpoch(5)), first);
  EXPECT_FALSE(p.state.check(p.data(1, 4, 0, 1, true), BatchOrigin::client, first, true).ok());
  p.send(2, 7, 0, 1);
  EXPECT_EQ(p.state.start_verification(ProducerId(2), ProducerEpoch(6)), VerificationGuard(0));
}

TEST(ProducerState, says_of_a_guard_what_it_would_of_a_batch) {
  ProducerState producers;
  const VerificationGuard guard = producers.start_verification(ProducerId(1), ProducerEpoch(3));
  EXPECT_TRUE(producers.check_verified(ProducerId(1), ProducerEpoch(3), guard).ok());
  const auto error = [&](int16_t epoch, VerificationGuard given) {
    return producers.check_verified(ProducerId(1), ProducerEpoch(epoch), given).error();
  };
  EXPECT_EQ(error(3, VerificationGuard(0)), LogError::invalid_transaction);
  EXPECT_EQ(error(4, guard), LogError::invalid_transaction);
  producers.drop_verification(ProducerId(1), VerificationGuard(guard.value() + 1));
  EXPECT_TRUE(producers.has_verifications()) << "another's";
  producers.drop_verification(ProducerId(1), guard);
  EXPECT_FALSE(producers.has_verifications());
  EXPECT_EQ(error(3, guard), LogError::invalid_transaction);
}

TEST(ProducerState, forgets_guards_when_too_many_are_out) {
  Partition p(3);
  const VerificationGuard first = p.state.start_verification(ProducerId(1), ProducerEpoch(0));
  for (int64_t id = 2; id <= 4; ++id) p.state.start_verification(ProducerId(id), ProducerEpoch(0));
  EXPECT_FALSE(p.state.check(p.data(1, 0, 0, 1, true), BatchOrigin::client, first, true).ok());
  EXPECT_NE(p.state.start_verification(ProducerId(1), ProducerEpoch(0)), first);
}

TEST(ProducerState, forgets_producers_that_were_silent_for_long) {
  Partition p;
  p.now = 1000;
  p.send(1, 0, 0, 5);
  p.send(2, 0, 0, 5, true);
  p.now = 2000;
  p.send(3, 0, 0, 5);
  const auto expire = [&](int64_t now) {
    return p.state.expire(Timestamp::from_ms(now), Duration::from_ms(kExpirationMs));
  };
  EXPECT_EQ(expire(1000 + kExpirationMs - 1), 0u);
  EXPECT_EQ(expire(1000 + kExpirationMs), 1u);
  EXPECT_FALSE(p.state.find(ProducerId(1)).has_value());
  EXPECT_TRUE(p.state.find(ProducerId(2)).has_value()) << "its transaction is open";
  EXPECT_EQ(p.send(1, 0, 5, 1), "15-15") << "it goes on where it was";
  p.mark(2, 0, true);
  EXPECT_EQ(expire(INT64_MAX), 3u);
  EXPECT_TRUE(p.state.empty());
}

TEST(ProducerState, tells_of_transactions_that_nobody_ends) {
  Partition p;
  p.now = 1000;
  p.send(2, 0, 0, 1, true);
  p.send(1, 0, 0, 1, true);
  p.now = 2000;
  p.send(2, 0, 1, 1, true);
  const auto late = [&](int64_t now) {
    return p.state.late_transactions(Timestamp::from_ms(now), Duration::from_ms(500));
  };
  EXPECT_TRUE(late(1500).empty());
  ASSERT_EQ(late(1501).size(), 1u);
  EXPECT_EQ(late(1501)[0].producer_id, ProducerId(1));
  EXPECT_EQ(late(1501)[0].transaction_first_offset, Offset(1));
  EXPECT_EQ(late(2501).size(), 2u);
}

TEST(ProducerState, keeps_producers_when_the_log_start_rises) {
  Partition p;
  p.send(1, 0, 0, 2, true);
  p.mark(1, 0, true);
  p.send(2, 0, 0, 2, true);
  p.state.truncate_start(Offset(3));
  EXPECT_EQ(p.state.first_unstable(Offset(0)), Offset(3)) << "the ended one is gone, the open one stays";
  p.state.truncate_start(Offset(100));
  EXPECT_EQ(p.state.map_end(), Offset(100));
  EXPECT_EQ(p.state.count(), 2u);
  EXPECT_TRUE(p.state.has_open_transaction(ProducerId(2), ProducerEpoch(0)));
}

TEST(ProducerState, refuses_new_clients_when_it_is_full_and_nobody_else) {
  Partition p(2);
  p.send(1, 0, 0, 1);
  p.send(2, 0, 0, 1);
  EXPECT_EQ(p.send(3, 0, 0, 1), "too many producers");
  EXPECT_EQ(p.send(2, 0, 1, 1), "2-2") << "those it knows go on";
  EXPECT_EQ(p.send(3, 0, 0, 1, false, BatchOrigin::replication), "3-3") << "the leader let it in";
  EXPECT_EQ(p.mark(4, 0, true), "nothing ended") << "a transaction must be ended";
  EXPECT_EQ(p.state.count(), 4u);
  EXPECT_EQ(p.send(5, 0, 0, 1), "too many producers");
  p.state.expire(Timestamp::from_ms(INT64_MAX), Duration::from_ms(0));
  EXPECT_EQ(p.send(5, 0, 0, 1), "5-5");
}

TEST(ProducerState, shows_its_producers_by_id) {
  Partition p;
  p.now = 77;
  p.send(9, 1, 0, 3);
  p.send(4, 2, 5, 2, true);
  p.mark(6, 3, true, {.coordinator_epoch = 8});
  const std::vector<ProducerView> expected{
      {ProducerId(4), ProducerEpoch(2), Sequence(6), Offset(4), Timestamp::from_ms(77), -1, Offset(3)},
      {ProducerId(6), ProducerEpoch(3), kNoSequence, Offset(-1), Timestamp::from_ms(77), 8, std::nullopt},
      {ProducerId(9), ProducerEpoch(1), Sequence(2), Offset(2), Timestamp::from_ms(77), -1, std::nullopt}};
  EXPECT_EQ(p.state.producers(), expected);
  EXPECT_EQ(p.state.find(ProducerId(6)), expected[1]);
  EXPECT_EQ(p.state.find(ProducerId(5)), std::nullopt);
}

TEST(ProducerState, wants_batches_in_the_order_of_their_offsets) {
  Partition p;
  p.send(1, 0, 0, 3);
  ProducerBatch batch = p.data(1, 0, 3, 1);
  batch.first_offset = Offset(2);
  EXPECT_DEATH(p.state.apply(batch), "map_end");
}

}  // namespace
}  // namespace ottla
