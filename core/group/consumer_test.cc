// The consumer protocol, told as its members live it.
#include <gtest/gtest.h>

#include "core/group/members_testing.h"

namespace ottla {
namespace {

using namespace group_testing;

TEST(ConsumerGroup, a_lone_member_gets_everything_at_once) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA, kTopicB});
  EXPECT_EQ(a.join(), ErrorCode::none);
  EXPECT_EQ(a.epoch(), 1);
  EXPECT_EQ(a.owned().size(), 8U);
  EXPECT_EQ(bench.groups().consumers().state("g"), "Stable");
  EXPECT_EQ(bench.groups().list()[0].type, "Consumer");
  bench.expect_every_prefix_equals_live();
}

TEST(ConsumerGroup, what_one_has_another_gets_when_it_was_given_up) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA});
  Consumer b(bench, "b", {kTopicA});
  a.join();
  b.join();
  EXPECT_TRUE(b.owned().empty());
  EXPECT_EQ(a.beat(false, false), ErrorCode::none) << "is told to give up two";
  EXPECT_EQ(a.epoch(), 1) << "and has not got to the new epoch";
  b.beat();
  EXPECT_TRUE(b.owned().empty()) << "they are not given up yet";
  EXPECT_EQ(bench.groups().consumers().state("g"), "Reconciling");
  a.obey();
  a.beat();
  EXPECT_EQ(a.epoch(), 2);
  b.beat();
  EXPECT_EQ(a.owned().size(), 2U);
  EXPECT_EQ(b.owned().size(), 2U);
  expect_nobody_shares({&a, &b});
  EXPECT_EQ(bench.groups().consumers().state("g"), "Stable");
  bench.expect_every_prefix_equals_live();
}

TEST(ConsumerGroup, members_are_asked_back_soon_while_it_changes) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA});
  a.join();
  EXPECT_EQ(a.interval_ms(), 500);
  bench.pass(Duration::from_s(31));
  a.beat();
  EXPECT_EQ(a.interval_ms(), 5000);
}

// With an embedded cluster's interval, whenever the first one's next heartbeat is due. Who has given up something says so at
// once, as clients do.
TEST(ConsumerGroup, a_second_member_has_its_part_within_a_second) {
  struct Living {
    Consumer* who;
    Instant due;
  };
  for (int64_t phase_ms = 0; phase_ms <= 500; phase_ms += 50) {
    GroupBench bench;
    bench.context.settings.consumer_heartbeat_interval = Duration::from_ms(500);
    Consumer a(bench, "a", {kTopicA});
    a.join();
    for (int i = 0; i < 4; ++i) {
      bench.pass(Duration::from_s(10));
      a.beat();
    }
    Consumer b(bench, "b", {kTopicA});
    const Instant start = bench.now;
    b.join();
    Living both[] = {{&a, start + Duration::from_ms(phase_ms)}, {&b, start + Duration::from_ms(b.interval_ms())}};
    while (b.owned().size() < 2 && bench.now - start < Duration::from_s(3)) {
      for (Living& one : both) {
        if (bench.now < one.due) continue;
        const Partitions had = one.who->owned();
        one.who->beat();
        one.due = bench.now + (one.who->owned() == had ? Duration::from_ms(one.who->interval_ms()) : Duration());
      }
      if (b.owned().size() < 2) bench.pass(Duration::from_ms(50));
    }
    EXPECT_LE((bench.now - start).ms(), 1'000) << phase_ms;
    EXPECT_EQ(a.owned().size(), 2U);
  }
}

TEST(ConsumerGroup, who_leaves_or_is_silent_makes_room) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA});
  Consumer b(bench, "b", {kTopicA});
  Consumer c(bench, "c", {kTopicA});
  a.join();
  b.join();
  c.join();
  for (int i = 0; i < 4; ++i) {
    for (Consumer* one : {&a, &b, &c}) one->beat();
  }
  expect_nobody_shares({&a, &b, &c});
  EXPECT_EQ(a.owned().size() + b.owned().size() + c.owned().size(), 4U);
  EXPECT_EQ(c.leave(), ErrorCode::none);
  for (int i = 0; i < 5; ++i) {
    bench.pass(Duration::from_s(10));
    EXPECT_EQ(a.beat(), ErrorCode::none);
  }
  EXPECT_EQ(a.owned().size(), 4U) << "b said nothing for 45 s";
  EXPECT_EQ(b.beat(), ErrorCode::unknown_member_id);
}

TEST(ConsumerGroup, who_does_not_give_up_in_its_time_is_removed) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA});
  Consumer b(bench, "b", {kTopicA});
  a.join();
  b.join();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(a.beat(false, false), ErrorCode::none);
    b.beat();
    bench.pass(Duration::from_s(13));
  }
  EXPECT_EQ(a.beat(), ErrorCode::unknown_member_id) << "its rebalance timeout of 60 s is over";
  b.beat();
  EXPECT_EQ(b.owned().size(), 4U);
}

TEST(ConsumerGroup, zombies_are_fenced) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA});
  a.join();
  Consumer b(bench, "b", {kTopicA});
  b.join();
  Member old = a.as_member();
  a.beat();
  a.beat();
  EXPECT_EQ(a.epoch(), 2);
  const auto stale = bench.commit_offset(old, kTopicA, 0, 5);
  const auto right = bench.commit_offset(a.as_member(), kTopicA, 0, 6);
  const auto outside = bench.commit_offset({}, kTopicA, 0, 7);
  bench.commit();
  const auto error = [](const QuestionPtr& question) {
    return error_from_wire(question->read<wire::OffsetCommitResponse>().topics[0].partitions[0].error_code);
  };
  EXPECT_EQ(error(stale), ErrorCode::stale_member_epoch);
  EXPECT_EQ(error(right), ErrorCode::none);
  EXPECT_EQ(error(outside), ErrorCode::unknown_member_id);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 6);
  const auto told = bench.consumer_heartbeat({.member = "a", .epoch = 9, .topics = {}, .owned = {}});
  EXPECT_EQ(error_from_wire(told->read<wire::ConsumerGroupHeartbeatResponse>().error_code),
            ErrorCode::fenced_member_epoch);
}

TEST(ConsumerGroup, an_answer_that_was_lost_may_be_asked_for_again) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA});
  Consumer b(bench, "b", {kTopicA});
  a.join();
  b.join();
  a.beat();
  a.beat();
  const auto again = bench.consumer_heartbeat({.member = "a", .epoch = 1, .topics = {}, .owned = a.owned()});
  EXPECT_EQ(again->read<wire::ConsumerGroupHeartbeatResponse>().error_code, 0);
  EXPECT_EQ(again->read<wire::ConsumerGroupHeartbeatResponse>().member_epoch, 2);
}

TEST(ConsumerGroup, a_static_member_that_is_away_for_a_while_gets_back_what_it_had) {
  GroupBench bench;
  Consumer a(bench, "a", {kTopicA}, "one");
  Consumer b(bench, "b", {kTopicA});
  a.join();
  b.join();
  for (int i = 0; i < 3; ++i) {
    a.beat();
    b.beat();
  }
  const Partitions had = a.owned();
  ASSERT_EQ(had.size(), 2U);
  Consumer twin(bench, "twin", {kTopicA}, "one");
  EXPECT_EQ(twin.join(), ErrorCode::unreleased_instance_id);
  EXPECT_EQ(a.leave(kLeaveForAWhileEpoch), ErrorCode::none);
  b.beat();
  EXPECT_EQ(b.owned().size(), 2U) << "nothing moves meanwhile";
  EXPECT_EQ(twin.join(), ErrorCode::none);
  EXPECT_EQ(twin.owned(), had);
  EXPECT_EQ(b.beat(), ErrorCode::none);
  EXPECT_EQ(a.beat(), ErrorCode::fenced_instance_id);
  bench.expect_every_prefix_equals_live();
}

TEST(ConsumerGroup, requests_that_contradict_themselves_are_refused) {
  GroupBench bench;
  const auto error = [&](const ConsumerBeat& beat) {
    return error_from_wire(bench.consumer_heartbeat(beat)->read<wire::ConsumerGroupHeartbeatResponse>().error_code);
  };
  EXPECT_EQ(error({.group = "", .member = "m", .topics = std::vector<std::string>{}, .owned = Partitions()}),
            ErrorCode::invalid_request);
  EXPECT_EQ(error({.member = "", .topics = std::vector<std::string>{}, .owned = Partitions()}),
            ErrorCode::invalid_request);
  EXPECT_EQ(error({.member = "m", .topics = {}, .owned = Partitions()}), ErrorCode::invalid_request);
  EXPECT_EQ(error({.member = "m", .epoch = -3, .topics = {}, .owned = {}}), ErrorCode::invalid_request);
  EXPECT_EQ(error({.member = "m", .epoch = -2, .topics = {}, .owned = {}}), ErrorCode::invalid_request);
  EXPECT_EQ(error({.member = "m", .epoch = 5, .topics = {}, .owned = {}}), ErrorCode::group_id_not_found);
  EXPECT_EQ(error({.member = "m", .topics = std::vector<std::string>{}, .owned = Partitions(), .assignor = "mine"}),
            ErrorCode::unsupported_assignor);
  EXPECT_EQ(bench.groups().hard().dump(), "");
}

TEST(ConsumerGroup, one_protocol_at_a_time_and_an_empty_group_may_change_it) {
  GroupBench bench;
  const auto members = bench.stable_group(1);
  Consumer a(bench, "a", {kTopicA});
  EXPECT_EQ(a.join(), ErrorCode::group_id_not_found);
  bench.leave("g", {{members[0].id, std::nullopt}});
  EXPECT_EQ(a.join(), ErrorCode::none);
  EXPECT_EQ(error_of(bench.join({.member = "x"})), ErrorCode::inconsistent_group_protocol)
      << "what it wants is no list";
  a.leave();
  EXPECT_EQ(error_of(bench.join({})), ErrorCode::member_id_required);
  EXPECT_FALSE(bench.groups().consumers().has("g"));
  bench.expect_every_prefix_equals_live();
}

// Members that obey, dawdle, leave, die and come back, under coordinators that change. At no moment do two own the same
// partition; when all obey for a while, everything is read by somebody.
TEST(ConsumerGroup, random_histories_never_have_two_owners_and_end_settled) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Prng prng(seed);
    GroupBench bench(seed);
    std::vector<std::unique_ptr<Consumer>> all;
    std::vector<Consumer*> alive;
    int names = 0;
    const auto expect_one_owner = [&] {
      std::vector<const Consumer*> owners(alive.begin(), alive.end());
      expect_nobody_shares(owners);
    };
    for (int step = 0; step < 120; ++step) {
      switch (prng.below(10)) {
        case 0:
          if (alive.size() < 6) {
            const auto topics =
                prng.chance(1, 2) ? std::vector<std::string>{kTopicA} : std::vector<std::string>{kTopicA, kTopicB};
            all.push_back(std::make_unique<Consumer>(bench, "m" + std::to_string(names++), topics));
            EXPECT_EQ(all.back()->join(), ErrorCode::none);
            alive.push_back(all.back().get());
          }
          break;
        case 1:
          if (!alive.empty() && prng.chance(1, 2)) {
            const size_t who = prng.below(alive.size());
            EXPECT_EQ(alive[who]->leave(), ErrorCode::none);
            alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(who));
          }
          break;
        case 2:
          if (!alive.empty() && prng.chance(1, 3)) alive.erase(alive.begin());  // dies, and owns nothing any more
          break;
        case 3:
          if (prng.chance(1, 4)) bench.fail_over();
          break;
        case 4: bench.pass(Duration::from_ms(static_cast<int64_t>(prng.below(2'000)))); break;
        default:
          if (!alive.empty()) {
            EXPECT_EQ(alive[prng.below(alive.size())]->beat(), ErrorCode::none);
          }
          break;
      }
      expect_one_owner();
      if (step % 10 == 9) {
        for (Consumer* one : alive) EXPECT_EQ(one->beat(), ErrorCode::none);
      }
      if (testing::Test::HasFailure()) return;
    }
    if (alive.empty()) continue;
    for (int i = 0; i < 12; ++i) {
      bench.pass(Duration::from_s(8));
      for (Consumer* one : alive) EXPECT_EQ(one->beat(), ErrorCode::none);
      expect_one_owner();
    }
    size_t owned = 0;
    for (const Consumer* one : alive) owned += one->owned().size();
    EXPECT_TRUE(owned == 4 || owned == 8) << owned;
    EXPECT_EQ(bench.groups().consumers().state("g"), "Stable");
    bench.expect_every_prefix_equals_live();
  }
}

}  // namespace
}  // namespace ottla
