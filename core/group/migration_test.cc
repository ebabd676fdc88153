// Groups that change their protocol with members in them, told as their members live it.
#include <gtest/gtest.h>

#include <memory>

#include "core/group/members_testing.h"

namespace ottla {
namespace {

using namespace group_testing;

// Everyone acts a few times, as their timers would have them.
void settle(GroupBench& bench, const std::vector<ClassicConsumer*>& classic, const std::vector<Consumer*>& modern,
            int rounds = 12) {
  for (int i = 0; i < rounds; ++i) {
    bench.pass(Duration::from_ms(500));
    for (ClassicConsumer* one : classic) one->step();
    for (Consumer* one : modern) EXPECT_EQ(one->beat(), ErrorCode::none);
  }
}

size_t owned_by_all(const std::vector<ClassicConsumer*>& classic, const std::vector<Consumer*>& modern) {
  std::set<AssignedPartition> all;
  size_t count = 0;
  for (const ClassicConsumer* one : classic) {
    all.insert(one->owned().begin(), one->owned().end());
    count += one->owned().size();
  }
  for (const Consumer* one : modern) {
    all.insert(one->owned().begin(), one->owned().end());
    count += one->owned().size();
  }
  EXPECT_EQ(all.size(), count) << "two owners";
  return count;
}

class Migration : public testing::TestWithParam<bool> {};  // whether classic members are cooperative

TEST_P(Migration, a_group_is_upgraded_member_by_member) {
  GroupBench bench;
  bench.context.settings.initial_delay = Duration();
  ClassicConsumer a(bench, {kTopicA, kTopicB}, GetParam());
  ClassicConsumer b(bench, {kTopicA, kTopicB}, GetParam());
  a.join();
  b.join();
  settle(bench, {&a, &b}, {});
  ASSERT_EQ(owned_by_all({&a, &b}, {}), 8U);
  EXPECT_EQ(bench.groups().list()[0].type, "Classic");

  Consumer c(bench, "c", {kTopicA, kTopicB});
  EXPECT_EQ(c.join(), ErrorCode::none);
  EXPECT_EQ(bench.groups().list()[0].type, "Consumer");
  settle(bench, {&a, &b}, {&c});
  EXPECT_EQ(owned_by_all({&a, &b}, {&c}), 8U);
  EXPECT_GE(c.owned().size(), 2U);
  EXPECT_GE(a.owned().size(), 2U);
  EXPECT_EQ(bench.groups().consumers().state("g"), "Stable");

  a.leave();
  Consumer d(bench, "d", {kTopicA, kTopicB});
  EXPECT_EQ(d.join(), ErrorCode::none);
  settle(bench, {&b}, {&c, &d});
  EXPECT_EQ(owned_by_all({&b}, {&c, &d}), 8U);
  b.leave();
  settle(bench, {}, {&c, &d});
  EXPECT_EQ(owned_by_all({}, {&c, &d}), 8U);
  EXPECT_EQ(c.owned().size(), 4U);
  bench.expect_every_prefix_equals_live();
}

TEST_P(Migration, a_group_is_downgraded_when_the_last_modern_member_goes) {
  GroupBench bench;
  bench.context.settings.initial_delay = Duration();
  Consumer c(bench, "c", {kTopicA});
  c.join();
  ClassicConsumer a(bench, {kTopicA}, GetParam());
  ClassicConsumer b(bench, {kTopicA}, GetParam());
  a.join();
  b.join();
  settle(bench, {&a, &b}, {&c});
  EXPECT_EQ(owned_by_all({&a, &b}, {&c}), 4U);
  EXPECT_GE(a.owned().size(), 1U);
  EXPECT_EQ(c.leave(), ErrorCode::none);
  EXPECT_EQ(bench.groups().list()[0].type, "Classic");
  EXPECT_EQ(bench.state_of("g"), "PreparingRebalance");
  settle(bench, {&a, &b}, {});
  EXPECT_EQ(owned_by_all({&a, &b}, {}), 4U);
  EXPECT_EQ(bench.state_of("g"), "Stable");
  bench.fail_over();
  settle(bench, {&a, &b}, {});
  EXPECT_EQ(owned_by_all({&a, &b}, {}), 4U);
  bench.expect_every_prefix_equals_live();
}

TEST_P(Migration, silence_of_the_last_modern_member_downgrades_too) {
  GroupBench bench;
  Consumer c(bench, "c", {kTopicA});
  c.join();
  ClassicConsumer a(bench, {kTopicA}, GetParam());
  a.join();
  settle(bench, {&a}, {&c});
  EXPECT_EQ(a.owned().size(), 2U);
  for (int i = 0; i < 120; ++i) {
    bench.pass(Duration::from_ms(500));
    a.step();
  }
  EXPECT_EQ(bench.groups().list()[0].type, "Classic");
  EXPECT_EQ(a.owned().size(), 4U);
  EXPECT_EQ(c.beat(), ErrorCode::group_id_not_found);
  bench.expect_every_prefix_equals_live();
}

INSTANTIATE_TEST_SUITE_P(Kinds, Migration, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "cooperative" : "eager"; });

TEST(MigrationPolicy, says_which_way_a_group_may_go) {
  GroupBench bench;
  bench.context.settings.may_upgrade = false;
  ClassicConsumer a(bench, {kTopicA}, false);
  a.join();
  settle(bench, {&a}, {});
  Consumer c(bench, "c", {kTopicA});
  EXPECT_EQ(c.join(), ErrorCode::group_id_not_found);
  EXPECT_EQ(bench.heartbeat(a.as_member()), ErrorCode::none);
  bench.context.settings.may_upgrade = true;
  bench.context.settings.may_downgrade = false;
  EXPECT_EQ(c.join(), ErrorCode::none);
  EXPECT_EQ(bench.heartbeat(a.as_member()), ErrorCode::rebalance_in_progress);
  EXPECT_EQ(c.leave(), ErrorCode::none);
  EXPECT_EQ(bench.groups().list()[0].type, "Consumer") << "with members of the classic protocol alone";
  bench.expect_every_prefix_equals_live();
}

TEST(MigrationPolicy, what_is_no_group_of_consumers_stays_what_it_is) {
  GroupBench bench;
  const auto members = bench.stable_group(1, {.protocols = {{"v1", "anything"}}, .type = "connect"});
  Consumer c(bench, "c", {kTopicA});
  EXPECT_EQ(c.join(), ErrorCode::group_id_not_found);
  EXPECT_EQ(bench.heartbeat(members[0]), ErrorCode::none);
  bench.leave("g", {{members[0].id, std::nullopt}});
  bench.stable_group(1, {.group = "h", .protocols = {{"range", "no subscription"}}});
  const auto told = bench.consumer_heartbeat(
      {.group = "h", .member = "m", .topics = std::vector<std::string>{kTopicA}, .owned = Partitions()});
  EXPECT_EQ(error_from_wire(told->read<wire::ConsumerGroupHeartbeatResponse>().error_code),
            ErrorCode::group_id_not_found)
      << "a member whose wishes cannot be read cannot be kept";
}

TEST(MixedGroup, classic_members_are_fenced_in_their_own_words) {
  GroupBench bench;
  Consumer c(bench, "c", {kTopicA});
  c.join();
  ClassicConsumer a(bench, {kTopicA}, true);
  a.join();
  settle(bench, {&a}, {&c});
  Member wrong = a.as_member();
  ++wrong.generation;
  EXPECT_EQ(bench.heartbeat(wrong), ErrorCode::illegal_generation);
  EXPECT_EQ(error_of(bench.sync(wrong)), ErrorCode::illegal_generation);
  const auto committed = bench.commit_offset(wrong, kTopicA, 0, 5);
  const auto right = bench.commit_offset(a.as_member(), kTopicA, 0, 6);
  bench.commit();
  const auto error = [](const QuestionPtr& question) {
    return error_from_wire(question->read<wire::OffsetCommitResponse>().topics[0].partitions[0].error_code);
  };
  EXPECT_EQ(error(committed), ErrorCode::illegal_generation);
  EXPECT_EQ(error(right), ErrorCode::none);
  EXPECT_EQ(bench.heartbeat({"g", "nobody", 1}), ErrorCode::unknown_member_id);
  EXPECT_EQ(bench.heartbeat(c.as_member()), ErrorCode::unknown_member_id) << "it speaks the other protocol";
  EXPECT_EQ(error_of(bench.join({.protocols = {{"mine", subscription_to({kTopicA})}}})), ErrorCode::member_id_required);
  EXPECT_EQ(error_of(bench.join({.member = "x", .protocols = {{"mine", subscription_to({kTopicA})}}})),
            ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(error_of(bench.join({.member = "x", .type = "connect"})), ErrorCode::inconsistent_group_protocol);
}

TEST(MixedGroup, a_classic_member_that_does_not_join_when_it_is_to_is_out) {
  GroupBench bench;
  Consumer c(bench, "c", {kTopicA});
  c.join();
  ClassicConsumer a(bench, {kTopicA}, true);
  a.join();
  settle(bench, {&a}, {&c});
  ASSERT_EQ(a.owned().size(), 2U);
  Consumer d(bench, "d", {kTopicA});
  d.join();
  for (int i = 0; i < 12; ++i) {  // its heartbeats go on, and nothing else
    EXPECT_EQ(bench.heartbeat(a.as_member()), ErrorCode::rebalance_in_progress) << i;
    EXPECT_EQ(c.beat(), ErrorCode::none);
    EXPECT_EQ(d.beat(), ErrorCode::none);
    bench.pass(Duration::from_s(5));
  }
  EXPECT_EQ(bench.heartbeat(a.as_member()), ErrorCode::unknown_member_id) << "its 60 s are over";
  settle(bench, {}, {&c, &d});
  EXPECT_EQ(c.owned().size() + d.owned().size(), 4U);
}

TEST(MixedGroup, a_static_member_changes_its_protocol_and_keeps_its_part) {
  GroupBench bench;
  Consumer b(bench, "b", {kTopicA});
  b.join();
  ClassicConsumer a(bench, {kTopicA}, true, "one");
  a.join();
  settle(bench, {&a}, {&b});
  const Partitions had = a.owned();
  ASSERT_EQ(had.size(), 2U);
  Consumer next(bench, "next", {kTopicA}, "one");
  EXPECT_EQ(next.join(), ErrorCode::none);
  EXPECT_EQ(next.owned(), had);
  EXPECT_EQ(bench.heartbeat(a.as_member()), ErrorCode::fenced_instance_id);
  ClassicConsumer back(bench, {kTopicA}, true, "one");
  back.join();
  EXPECT_EQ(back.owned(), had);
  EXPECT_EQ(next.beat(), ErrorCode::fenced_instance_id);
  bench.expect_every_prefix_equals_live();
}

// Members of both kinds come, dawdle, go and die under coordinators that change. At no moment do two own the same partition.
TEST(Migrating, random_histories_never_have_two_owners_and_end_settled) {
  int changes = 0;
  for (uint64_t seed = 1; seed <= 80; ++seed) {
    SCOPED_TRACE(seed);
    Prng prng(seed);
    GroupBench bench(seed);
    bench.context.settings.initial_delay = Duration();
    std::vector<std::unique_ptr<Consumer>> made_modern;
    std::vector<std::unique_ptr<ClassicConsumer>> made_classic;
    std::vector<Consumer*> modern;
    std::vector<ClassicConsumer*> classic;
    std::string type;
    int names = 0;
    const auto beat = [&](Consumer& one) {
      if (const ErrorCode error = one.beat(); error != ErrorCode::none) {
        EXPECT_TRUE(error == ErrorCode::unknown_member_id || error == ErrorCode::fenced_member_epoch ||
                    error == ErrorCode::group_id_not_found)
            << error_name(error);
        EXPECT_EQ(one.join(), ErrorCode::none);
      }
    };
    const auto everyone = [&] {
      for (Consumer* one : modern) beat(*one);
      for (ClassicConsumer* one : classic) one->step();
    };
    for (int step = 0; step < 150; ++step) {
      switch (prng.below(12)) {
        case 0:
          if (modern.size() < 3) {
            made_modern.push_back(
                std::make_unique<Consumer>(bench, "m" + std::to_string(names++), std::vector{kTopicA, kTopicB}));
            modern.push_back(made_modern.back().get());
            EXPECT_EQ(modern.back()->join(), ErrorCode::none);
          }
          break;
        case 1:
          if (classic.size() < 3) {
            made_classic.push_back(
                std::make_unique<ClassicConsumer>(bench, std::vector{kTopicA, kTopicB}, seed % 2 == 0));
            classic.push_back(made_classic.back().get());
            classic.back()->join();
          }
          break;
        case 2:
          if (!modern.empty()) {
            if (prng.chance(2, 3)) modern.front()->leave();
            modern.erase(modern.begin());
          }
          break;
        case 3:
          if (!classic.empty() && prng.chance(1, 2)) {
            if (prng.chance(2, 3)) classic.front()->leave();
            classic.erase(classic.begin());
          }
          break;
        case 4:
          if (prng.chance(1, 4)) bench.fail_over();
          break;
        case 5: bench.pass(Duration::from_ms(static_cast<int64_t>(prng.below(1'500)))); break;
        default:
          if (!modern.empty() && prng.chance(1, 2)) beat(*modern[prng.below(modern.size())]);
          if (!classic.empty() && prng.chance(1, 2)) classic[prng.below(classic.size())]->step();
          break;
      }
      owned_by_all(classic, modern);
      if (step % 6 == 5) everyone();
      const auto listed = bench.groups().list();
      const std::string now = listed.empty() ? "" : std::string(listed[0].type);
      if (now != type && !now.empty() && !type.empty() && !modern.empty() && !classic.empty()) ++changes;
      type = now;
      if (testing::Test::HasFailure()) return;
    }
    if (modern.empty() && classic.empty()) continue;
    for (int i = 0; i < 200; ++i) {
      bench.pass(Duration::from_ms(700));
      everyone();
      owned_by_all(classic, modern);
    }
    EXPECT_EQ(owned_by_all(classic, modern), 8U);
    bench.expect_every_prefix_equals_live();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(changes, 40) << "of protocol, with members of both kinds";
}

}  // namespace
}  // namespace ottla
