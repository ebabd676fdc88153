#include "core/state_machine/runtime.h"

#include <gtest/gtest.h>
#include <deque>

#include "core/base/prng.h"
#include "core/controller/memory_log_testing.h"
#include "core/record/control_records.h"
#include "core/sim/sim_log.h"
#include "core/state_machine/counters_testing.h"

namespace ottla {
namespace {

using controller_testing::MemoryLog;
using tenant_testing::Counters;
using tenant_testing::CountersMaker;
using tenant_testing::Told;
using tenant_testing::ToldReply;
using State = TenantRuntime::State;
using Plain = std::map<std::string, int>;

constexpr LeaderEpoch kFirst{1};

struct Bench {
  sim::SimLog sink;
  MemoryLog log;
  CountersMaker maker;
  TenantRuntime runtime;

  explicit Bench(size_t load_step = size_t{1} << 20)
      : runtime({.name = "counters-0",
                 .maker = &maker,
                 .log = &log,
                 .sink = &sink,
                 .batch_size_max = 1000,
                 .load_step = load_step},
                Instant(), Timestamp::from_ms(1)) {}

  Counters& counters() { return static_cast<Counters&>(runtime.tenant()); }
  void lead(LeaderEpoch epoch = kFirst) {
    log.lead(epoch);
    log.commit();
    tick();
  }
  void tick(Instant now = Instant()) { runtime.tick(now, Timestamp::from_ms(1)); }
  void set(const std::string& name, int value, Told& told) {
    ASSERT_EQ(runtime.check(), ErrorCode::none);
    counters().set({{name, value}}, told);
  }
};

TEST(TenantRuntime, an_answer_goes_out_when_its_records_are_committed) {
  Bench bench;
  bench.lead();
  Told told;
  bench.set("a", 1, told);
  EXPECT_EQ(bench.counters().newest(), (Plain{{"a", 1}})) << "replayed at once";
  EXPECT_EQ(bench.counters().committed(), Plain());
  EXPECT_TRUE(bench.runtime.flush());
  EXPECT_FALSE(bench.runtime.flush());
  EXPECT_EQ(told.sent, 0);
  bench.log.commit();
  EXPECT_EQ(told.sent, 1);
  EXPECT_EQ(bench.counters().committed(), (Plain{{"a", 1}}));
}

TEST(TenantRuntime, what_only_looks_waits_for_what_it_saw) {
  Bench bench;
  bench.lead();
  Told nothing_to_see;
  bench.counters().ask(nothing_to_see);
  EXPECT_EQ(nothing_to_see.sent, 1) << "all is committed";
  Told told;
  bench.set("a", 1, told);
  Told looked;
  bench.counters().ask(looked);
  bench.runtime.flush();
  EXPECT_EQ(looked.sent, 0);
  bench.log.commit();
  EXPECT_EQ(looked.sent, 1);
}

TEST(TenantRuntime, operations_of_a_turn_share_a_batch_until_it_is_full) {
  Bench bench;
  bench.lead();
  const size_t before = bench.log.batch_count();
  Told told;
  for (int i = 0; i < 10; ++i) bench.set("name", i, told);
  bench.runtime.flush();
  EXPECT_EQ(bench.log.batch_count(), before + 1);
  for (int i = 0; i < 10; ++i) bench.set(std::string(300, 'n'), i, told);
  bench.runtime.flush();
  EXPECT_EQ(bench.log.batch_count(), before + 1 + 5) << "two records of that size fit a batch";
  bench.log.commit();
  EXPECT_EQ(told.sent, 20);
}

TEST(TenantRuntime, what_fits_no_batch_is_refused_and_changes_nothing) {
  Bench bench;
  bench.lead();
  Told told;
  bench.set(std::string(1000, 'n'), 1, told);
  EXPECT_EQ(told.error, ErrorCode::message_too_large);
  EXPECT_EQ(bench.counters().newest(), Plain());
  EXPECT_FALSE(bench.runtime.flush());
}

TEST(TenantRuntime, a_batch_that_the_log_refuses_is_rolled_back) {
  Bench bench;
  bench.lead();
  Told kept;
  bench.set("a", 1, kept);
  bench.runtime.flush();  // appended, not committed
  Told lost;
  Told waiting;
  bench.counters().wait("b", waiting);
  bench.set("a", 2, lost);
  bench.log.fail_next_append(LogError::no_space);
  bench.runtime.flush();
  EXPECT_EQ(lost.error, ErrorCode::coordinator_not_available);
  EXPECT_EQ(waiting.refused, 1);
  EXPECT_EQ(bench.counters().newest(), (Plain{{"a", 1}}));
  EXPECT_EQ(bench.counters().rolled_back_count(), 1);
  bench.log.commit();
  EXPECT_EQ(kept.sent, 1);
  Told after;
  bench.set("a", 3, after);
  bench.runtime.flush();
  bench.log.commit();
  EXPECT_EQ(after.sent, 1);
  EXPECT_EQ(bench.counters().committed(), (Plain{{"a", 3}}));
}

TEST(TenantRuntime, a_full_batch_that_is_refused_in_the_middle_of_an_operation_refuses_the_rest) {
  Bench bench;
  bench.lead();
  Told told[5];
  bench.log.fail_next_append(LogError::no_space);
  for (Told& one : told) bench.counters().set({{std::string(300, 'n'), 1}}, one);
  bench.runtime.flush();
  for (Told& one : told) EXPECT_EQ(one.refused + one.sent, 1);
  for (Told& one : told) EXPECT_EQ(one.error, ErrorCode::coordinator_not_available);
  EXPECT_EQ(bench.counters().newest(), Plain());
}

TEST(TenantRuntime, lost_leadership_refuses_everyone_and_forgets_everything) {
  Bench bench;
  bench.lead();
  Told appended;
  Told gathered;
  Told waiting;
  bench.set("a", 1, appended);
  bench.runtime.flush();
  bench.set("b", 1, gathered);
  bench.counters().wait("c", waiting);
  bench.log.lose();
  EXPECT_EQ(bench.runtime.state(), State::idle);
  EXPECT_EQ(bench.runtime.check(), ErrorCode::not_coordinator);
  for (const Told* told : {&appended, &gathered, &waiting}) {
    EXPECT_EQ(told->refused, 1);
    EXPECT_EQ(told->error, ErrorCode::not_coordinator);
  }
  bench.lead(LeaderEpoch(2));
  EXPECT_EQ(bench.counters().newest(), Plain()) << "neither was committed";
}

TEST(TenantRuntime, an_append_in_a_past_epoch_ends_the_leadership_before_it_is_told) {
  Bench bench;
  bench.lead();
  Told told;
  bench.set("a", 1, told);
  bench.log.fail_next_append(LogError::epoch_too_old);
  bench.runtime.flush();
  EXPECT_EQ(told.error, ErrorCode::not_coordinator);
  EXPECT_EQ(bench.runtime.state(), State::idle);
  bench.log.lose();
}

TEST(TenantRuntime, it_serves_when_all_that_the_log_held_is_committed_and_read) {
  Bench bench;
  EXPECT_EQ(bench.runtime.check(), ErrorCode::not_coordinator);
  bench.log.hold_reads(true);
  bench.log.lead(kFirst);
  EXPECT_EQ(bench.runtime.check(), ErrorCode::coordinator_load_in_progress) << "its own start is not committed";
  bench.log.commit();
  EXPECT_EQ(bench.runtime.check(), ErrorCode::coordinator_load_in_progress) << "the disk is slow";
  EXPECT_EQ(bench.runtime.next_deadline(), Instant::never()) << "nothing to do until it is told";
  bench.log.hold_reads(false);
  bench.tick();
  EXPECT_EQ(bench.runtime.check(), ErrorCode::none);
  EXPECT_EQ(bench.counters().loaded_count(), 1);
}

TEST(TenantRuntime, a_long_log_is_read_a_step_a_turn) {
  Bench bench(1);  // a batch a step
  bench.lead();
  Told told;
  for (int i = 0; i < 20; ++i) {
    bench.set("a" + std::to_string(i % 3), i, told);
    bench.runtime.flush();
  }
  bench.log.commit();
  const Plain before = bench.counters().newest();
  bench.log.lose();
  bench.log.lead(LeaderEpoch(2));
  bench.log.commit();
  int turns = 0;
  while (bench.runtime.check() == ErrorCode::coordinator_load_in_progress) {
    ASSERT_LT(++turns, 100);
    EXPECT_EQ(bench.runtime.next_deadline(), Instant()) << "at once";
    bench.tick();
  }
  EXPECT_GE(turns, 18);
  EXPECT_EQ(bench.counters().committed(), before);
  EXPECT_EQ(bench.maker.made, 2);
}

TEST(TenantRuntime, who_waits_too_long_for_the_commit_is_told) {
  Bench bench;
  bench.lead();
  Told told;
  bench.set("a", 1, told);
  bench.runtime.flush();
  EXPECT_EQ(bench.runtime.next_deadline(), Instant() + Duration::from_s(5));
  bench.tick(Instant() + Duration::from_ms(4999));
  EXPECT_EQ(told.refused, 0);
  bench.tick(Instant() + Duration::from_s(5));
  EXPECT_EQ(told.error, ErrorCode::coordinator_not_available);
  bench.log.commit();
  EXPECT_EQ(told.sent, 0);
  EXPECT_EQ(bench.counters().committed(), (Plain{{"a", 1}}));
}

TEST(TenantRuntime, what_others_write_is_read_before_anything_is_decided) {
  Bench bench;
  bench.lead();
  Bench tool;  // makes a batch such as an administrator's tool would
  tool.lead();
  Told told;
  tool.set("a", 7, told);
  tool.runtime.flush();
  tool.log.commit();
  const auto foreign = tool.log.read(Offset(1), 1000);
  ASSERT_TRUE(bench.log.append(kFirst, (*foreign)->batches).ok());
  Told ours;
  bench.counters().set({{"b", 1}}, ours);
  EXPECT_EQ(ours.error, ErrorCode::coordinator_load_in_progress);
  bench.runtime.flush();
  bench.log.commit();
  bench.tick();
  ASSERT_EQ(bench.runtime.check(), ErrorCode::none);
  EXPECT_EQ(bench.counters().newest(), (Plain{{"a", 7}}));
}

TEST(TenantRuntime, records_of_a_transaction_have_a_batch_of_their_own_and_count_when_it_ends) {
  Bench bench;
  bench.lead();
  const TransactionOf transaction{ProducerId(5), ProducerEpoch(2)};
  Told plain;
  Told of_transaction;
  bench.set("a", 1, plain);
  bench.counters().set({{"b", 1}}, of_transaction, transaction);
  bench.runtime.flush();
  bench.log.commit();
  EXPECT_EQ(plain.sent + of_transaction.sent, 2);
  EXPECT_EQ(bench.counters().newest(), (Plain{{"a", 1}}));

  BatchBuilder builder;
  BytesBuffer out;
  append_transaction_end({.type = ControlRecordType::commit,
                          .marker = {},
                          .producer_id = transaction.producer,
                          .producer_epoch = transaction.epoch,
                          .timestamp = Timestamp::from_ms(1)},
                         builder, out);
  bench.log.lose();
  bench.log.lead(LeaderEpoch(2));
  ASSERT_TRUE(bench.log.append(LeaderEpoch(2), out.freeze()).ok());
  bench.log.commit();
  bench.tick();
  ASSERT_EQ(bench.runtime.check(), ErrorCode::none);
  EXPECT_EQ(bench.counters().newest(), (Plain{{"a", 1}, {"b", 1}})) << "read back, marker and all";
}

TransactionEnd end_of(const TransactionOf& transaction, bool commit) {
  return {.type = commit ? ControlRecordType::commit : ControlRecordType::abort,
          .marker = {},
          .producer_id = transaction.producer,
          .producer_epoch = transaction.epoch,
          .timestamp = Timestamp()};
}

TEST(TenantRuntime, a_marker_ends_a_transaction_while_it_serves_as_it_does_when_it_is_read) {
  Bench bench;
  bench.lead();
  const TransactionOf first{ProducerId(5), ProducerEpoch(2)};
  const TransactionOf second{ProducerId(6), ProducerEpoch(0)};
  Told told;
  bench.counters().set({{"a", 1}}, told, first);
  bench.counters().set({{"b", 1}}, told, second);
  bench.set("c", 1, told);  // gathered, not appended: the markers go behind it
  for (const auto& [transaction, commit] : {std::pair(first, true), std::pair(second, false)}) {
    ReplyPtr reply = std::make_unique<ToldReply>(told);
    EXPECT_EQ(bench.runtime.end_transaction(end_of(transaction, commit), 0, reply), ErrorCode::none);
  }
  bench.set("d", 1, told);
  bench.runtime.flush();
  EXPECT_EQ(told.sent, 0);
  const Plain ended{{"a", 1}, {"c", 1}, {"d", 1}};
  EXPECT_EQ(bench.counters().newest(), ended);
  EXPECT_EQ(bench.counters().committed(), Plain());
  bench.log.commit();
  EXPECT_EQ(told.sent, 6);
  EXPECT_EQ(bench.counters().committed(), ended);
  bench.log.lose();
  bench.lead(LeaderEpoch(2));
  EXPECT_EQ(bench.counters().newest(), ended);
}

TEST(TenantRuntime, a_marker_that_the_log_refuses_changes_nothing) {
  Bench bench;
  bench.lead();
  const TransactionOf transaction{ProducerId(5), ProducerEpoch(2)};
  Told told;
  bench.counters().set({{"a", 1}}, told, transaction);
  bench.runtime.flush();
  const std::pair<LogError, ErrorCode> refusals[] = {
      {LogError::producer_fenced, ErrorCode::invalid_producer_epoch},
      {LogError::coordinator_fenced, ErrorCode::transaction_coordinator_fenced},
      {LogError::no_space, ErrorCode::coordinator_not_available},
      {LogError::epoch_too_old, ErrorCode::not_coordinator}};
  for (const auto& [why, told_as] : refusals) {
    bench.log.fail_next_append(why);
    Told marker;
    ReplyPtr reply = std::make_unique<ToldReply>(marker);
    EXPECT_EQ(bench.runtime.end_transaction(end_of(transaction, true), 0, reply), told_as);
    EXPECT_NE(reply, nullptr) << "whoever asked answers it";
    EXPECT_EQ(bench.counters().newest(), Plain());
  }
  bench.set("b", 1, told);
  bench.runtime.flush();
  bench.log.commit();
  EXPECT_EQ(told.sent, 2);
  EXPECT_EQ(bench.counters().committed(), (Plain{{"b", 1}}));
}

TEST(TenantRuntime, a_marker_behind_what_is_lost_is_lost_with_it) {
  Bench bench;
  bench.lead();
  Told lost;
  bench.set("a", 1, lost);
  bench.log.fail_next_append(LogError::no_space);
  Told marker;
  ReplyPtr reply = std::make_unique<ToldReply>(marker);
  EXPECT_EQ(bench.runtime.end_transaction(end_of({ProducerId(5), ProducerEpoch(0)}, true), 0, reply),
            ErrorCode::coordinator_not_available);
  bench.runtime.flush();
  EXPECT_EQ(lost.refused, 1);
  EXPECT_EQ(bench.counters().rolled_back_count(), 1);
}

TEST(TenantRuntime, a_log_that_goes_takes_the_tenant_with_it) {
  Bench bench;
  bench.lead();
  Told waiting;
  bench.counters().wait("a", waiting);
  bench.runtime.abandon();
  EXPECT_EQ(waiting.error, ErrorCode::not_coordinator);
  EXPECT_EQ(bench.runtime.check(), ErrorCode::not_coordinator);
  bench.log.observe(nullptr);
}

// --- Random histories

// What was written, what of it is committed, and what each reply must have come to.
struct History {
  explicit History(uint64_t seed) : prng(seed), bench(seed % 3 == 0 ? 1 : 1000) {}

  struct Question {
    Told told;
    size_t writes;  // that were there when it was asked
  };
  Prng prng;
  Bench bench;
  std::vector<std::pair<std::string, int>> writes;  // a negative value removes
  size_t appended = 0;                              // of them
  size_t committed = 0;
  std::deque<Question> questions;
  LeaderEpoch epoch{0};

  [[nodiscard]] Plain state(size_t count) const {
    Plain all;
    for (size_t i = 0; i < count; ++i) {
      if (writes[i].second < 0) {
        all.erase(writes[i].first);
      } else {
        all[writes[i].first] = writes[i].second;
      }
    }
    return all;
  }
  void lead() {
    epoch += 1;
    bench.log.lead(epoch);
    bench.log.commit();
    for (int turn = 0; turn < 1000 && bench.runtime.check() != ErrorCode::none; ++turn) bench.tick();
    ASSERT_EQ(bench.runtime.check(), ErrorCode::none);
  }
  void cut_to(size_t count) {
    writes.resize(count);
    appended = std::min(appended, count);
  }
  void step(int number) {
    Counters& counters = bench.counters();
    switch (prng.below(12)) {
      default: {
        const std::string name(1 + prng.below(2) * 150, static_cast<char>('a' + prng.below(5)));
        Question& question = questions.emplace_back();
        if (prng.chance(1, 4)) {
          counters.remove(name, question.told);
          if (question.told.refused == 0) writes.emplace_back(name, -1);
        } else {
          counters.set({{name, number}}, question.told);
          if (question.told.refused == 0) writes.emplace_back(name, number);
        }
        question.writes = writes.size();
        break;
      }
      case 7: {
        Question& question = questions.emplace_back();
        counters.ask(question.told);
        question.writes = writes.size();
        break;
      }
      case 8:
      case 9: {
        bench.runtime.flush();
        appended = writes.size();
        bench.log.commit();
        committed = appended;
        break;
      }
      case 10: {
        bench.runtime.flush();
        appended = writes.size();
        const bool had = !writes.empty() && prng.chance(1, 2);
        if (!had) break;
        bench.log.lose();
        cut_to(committed);
        lead();
        break;
      }
      case 11: {
        bench.runtime.flush();
        appended = writes.size();
        Question& question = questions.emplace_back();
        bench.log.fail_next_append(LogError::no_space);
        counters.set({{"lost", number}}, question.told);
        question.writes = SIZE_MAX;  // never committed
        bench.runtime.flush();
        EXPECT_EQ(question.told.error, ErrorCode::coordinator_not_available);
        break;
      }
    }
  }
  void check() {
    EXPECT_EQ(bench.counters().newest(), state(writes.size()));
    EXPECT_EQ(bench.counters().committed(), state(committed));
    for (const Question& question : questions) {
      EXPECT_LE(question.told.sent + question.told.refused, 1);
      if (question.told.sent == 1) {
        EXPECT_LE(question.writes, committed);
      }
    }
  }
};

TEST(TenantRuntime, random_histories_are_what_their_logs_say_at_every_step_and_at_every_prefix) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    History history(seed);
    history.lead();
    for (int number = 0; number < 60; ++number) {
      history.step(number);
      history.check();
      if (testing::Test::HasFailure()) return;
    }
    history.bench.runtime.flush();
    history.bench.log.commit();
    for (const auto& question : history.questions) EXPECT_EQ(question.told.sent + question.told.refused, 1);

    // Every prefix that ends with a batch, loaded by another runtime.
    const auto whole = history.bench.log.read(Offset(0), SIZE_MAX);
    BytesView rest = (*whole)->batches;
    size_t records = 0;
    MemoryLog prefix;
    while (!rest.empty()) {
      const auto batch = BatchView::first_of(rest);
      prefix.lead(LeaderEpoch(1));
      if (!batch->attributes().control()) {
        ASSERT_TRUE(prefix.append(LeaderEpoch(1), Bytes::copy_of(rest.first(batch->size()))).ok());
        records += static_cast<size_t>(batch->record_count());
      }
      rest = rest.from(batch->size());
      prefix.commit();
      CountersMaker maker;
      MemoryLog copy = prefix;
      TenantRuntime runtime(
          {.name = "copy", .maker = &maker, .log = &copy, .sink = &history.bench.sink, .batch_size_max = 1000},
          Instant(), Timestamp::from_ms(1));
      copy.lead(LeaderEpoch(2));
      copy.commit();
      for (int turn = 0; turn < 10; ++turn) runtime.tick(Instant(), Timestamp::from_ms(1));
      ASSERT_EQ(runtime.check(), ErrorCode::none);
      ASSERT_EQ(static_cast<Counters&>(runtime.tenant()).committed(), history.state(records));
    }
    EXPECT_EQ(records, history.writes.size());
  }
}

}  // namespace
}  // namespace ottla
