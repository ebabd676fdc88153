// The classic protocol, told as its members live it.
#include <gtest/gtest.h>

#include "core/group/group_testing.h"

namespace ottla {
namespace {

using namespace group_testing;
using Joined = wire::JoinGroupResponse;
using Synced = wire::SyncGroupResponse;
using Left = wire::LeaveGroupResponse;

const Duration kInitialDelay = Duration::from_s(3);

std::string assignment_of(const QuestionPtr& question) {
  return std::string(question->read<Synced>().assignment.view().text());
}

TEST(ClassicGroup, members_of_a_new_group_join_together_and_the_leader_says_who_reads_what) {
  GroupBench bench;
  const auto first = bench.join_new({});
  const auto second = bench.join_new({});
  EXPECT_EQ(bench.state_of("g"), "PreparingRebalance");
  EXPECT_FALSE(first->answered());
  bench.pass(kInitialDelay + kInitialDelay);  // the second one prolonged the wait
  const Member leader = member_of({}, first);
  const Member other = member_of({}, second);
  EXPECT_EQ(leader.generation, 1);
  EXPECT_EQ(first->read<Joined>().leader.view(), leader.id);
  ASSERT_EQ(first->read<Joined>().members.size(), 2U);
  EXPECT_EQ(first->read<Joined>().protocol_name->view(), "range");
  EXPECT_EQ(second->read<Joined>().leader.view(), leader.id);
  EXPECT_EQ(second->read<Joined>().members.size(), 0U);

  const auto waiting = bench.sync(other);
  EXPECT_FALSE(waiting->answered());
  const auto synced = bench.sync(leader, {{leader.id, "a"}, {other.id, "b"}});
  EXPECT_EQ(assignment_of(synced), "a");
  EXPECT_EQ(assignment_of(waiting), "b");
  EXPECT_EQ(bench.state_of("g"), "Stable");
  EXPECT_EQ(bench.heartbeat(other), ErrorCode::none);
  bench.expect_every_prefix_equals_live();
}

TEST(ClassicGroup, the_first_member_alone_waits_the_initial_delay) {
  GroupBench bench;
  const auto question = bench.join_new({});
  bench.pass(kInitialDelay - Duration::from_ms(200));
  EXPECT_FALSE(question->answered());
  bench.pass(Duration::from_ms(300));
  EXPECT_TRUE(question->answered());
}

TEST(ClassicGroup, an_assignment_is_heard_when_it_cannot_be_lost) {
  GroupBench bench;
  const auto question = bench.join_new({});
  bench.pass(kInitialDelay);
  const Member member = member_of({}, question);
  bench.log.fail_next_append(LogError::no_space);
  const auto lost = bench.sync(member, {{member.id, "a"}});
  EXPECT_EQ(error_of(lost), ErrorCode::coordinator_not_available);
  EXPECT_NE(bench.state_of("g"), "Stable") << "nobody may believe in what is lost";
  const auto again = bench.join({});  // it begins anew
  EXPECT_EQ(error_of(again), ErrorCode::member_id_required);
}

TEST(ClassicGroup, a_member_that_comes_makes_the_others_join_again) {
  GroupBench bench;
  const auto members = bench.stable_group(1);
  const auto second = bench.join_new({});
  EXPECT_FALSE(second->answered());
  EXPECT_EQ(bench.heartbeat(members[0]), ErrorCode::rebalance_in_progress);
  const auto again = bench.join({.member = members[0].id});
  EXPECT_EQ(member_of({}, again).generation, members[0].generation + 1);
  EXPECT_EQ(member_of({}, second).generation, members[0].generation + 1);
  EXPECT_EQ(bench.state_of("g"), "CompletingRebalance");
}

TEST(ClassicGroup, who_does_not_join_again_in_time_is_out) {
  GroupBench bench;
  const auto members = bench.stable_group(2, {.session_ms = 200'000});
  const auto third = bench.join_new({.session_ms = 200'000});
  const auto again = bench.join({.member = members[1].id, .session_ms = 200'000});
  bench.pass(Duration::from_s(59));
  EXPECT_FALSE(third->answered());
  bench.pass(Duration::from_s(2));
  EXPECT_EQ(member_of({}, third).generation, members[0].generation + 1);
  EXPECT_EQ(bench.groups().live_group("g")->members.size(), 2U);
  EXPECT_EQ(bench.heartbeat(members[0]), ErrorCode::unknown_member_id);
  EXPECT_EQ(again->read<Joined>().members.size() + third->read<Joined>().members.size(), 2U) << "one of them leads";
}

TEST(ClassicGroup, a_silent_member_is_out_after_its_session) {
  GroupBench bench;
  const auto members = bench.stable_group(2, {.session_ms = 10'000});
  for (int i = 0; i < 4; ++i) {
    bench.pass(Duration::from_s(2));
    ASSERT_EQ(bench.heartbeat(members[0]), ErrorCode::none) << i;
  }
  bench.pass(Duration::from_s(3));
  EXPECT_EQ(bench.heartbeat(members[0]), ErrorCode::rebalance_in_progress);
  const auto again = bench.join({.member = members[0].id});
  EXPECT_EQ(again->read<Joined>().members.size(), 1U);
}

TEST(ClassicGroup, leaving_makes_the_others_join_again_at_once) {
  GroupBench bench;
  const auto members = bench.stable_group(2);
  const auto left = bench.leave("g", {{members[1].id, std::nullopt}, {"nobody", std::nullopt}});
  ASSERT_EQ(left->read<Left>().members.size(), 2U);
  EXPECT_EQ(left->read<Left>().members[0].error_code, 0);
  EXPECT_EQ(error_from_wire(left->read<Left>().members[1].error_code), ErrorCode::unknown_member_id);
  EXPECT_EQ(bench.heartbeat(members[0]), ErrorCode::rebalance_in_progress);
  EXPECT_EQ(bench.heartbeat(members[1]), ErrorCode::unknown_member_id);
  EXPECT_TRUE(bench.join({.member = members[0].id})->answered());
}

TEST(ClassicGroup, the_last_one_to_leave_leaves_an_empty_group_of_the_next_generation) {
  GroupBench bench;
  const auto members = bench.stable_group(1);
  bench.leave("g", {{members[0].id, std::nullopt}});
  EXPECT_EQ(bench.state_of("g"), "Empty");
  bench.fail_over();
  EXPECT_EQ(bench.state_of("g"), "Empty");
  const auto next = bench.join_new({});
  bench.pass(kInitialDelay);
  EXPECT_EQ(member_of({}, next).generation, members[0].generation + 2) << "being empty was one too";
  bench.expect_every_prefix_equals_live();
}

TEST(ClassicGroup, old_clients_need_no_id_to_come_with) {
  GroupBench bench;
  const auto question = bench.join({.version = 3});
  bench.pass(kInitialDelay);
  EXPECT_EQ(question->read<Joined>().error_code, 0);
  EXPECT_EQ(question->read<Joined>().generation_id, 1);
}

TEST(ClassicGroup, an_id_that_nobody_comes_back_with_is_forgotten) {
  GroupBench bench;
  EXPECT_EQ(error_of(bench.join({})), ErrorCode::member_id_required);
  ASSERT_NE(bench.groups().live_group("g"), nullptr);
  bench.pass(Duration::from_s(11));
  EXPECT_EQ(bench.groups().live_group("g"), nullptr) << "and with it a group that never was";
}

TEST(ClassicGroup, what_cannot_be_is_refused) {
  GroupBench bench;
  const auto members = bench.stable_group(1);
  EXPECT_EQ(error_of(bench.join({.group = ""})), ErrorCode::invalid_group_id);
  EXPECT_EQ(error_of(bench.join({.session_ms = 5'999})), ErrorCode::invalid_session_timeout);
  EXPECT_EQ(error_of(bench.join({.session_ms = 1'800'001})), ErrorCode::invalid_session_timeout);
  EXPECT_EQ(error_of(bench.join({.member = "nobody"})), ErrorCode::unknown_member_id);
  EXPECT_EQ(error_of(bench.join({.group = "none", .member = "nobody"})), ErrorCode::unknown_member_id);
  EXPECT_EQ(error_of(bench.join({.protocols = {{"sticky", ""}}})), ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(error_of(bench.join({.type = "connect"})), ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(error_of(bench.join({.protocols = {}})), ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ(error_of(bench.join({.group = std::string(20'000, 'g')})), ErrorCode::invalid_group_id);
  EXPECT_EQ(error_of(bench.join({.instance = std::string(20'000, 'i')})), ErrorCode::invalid_request);
  Member wrong = members[0];
  ++wrong.generation;
  EXPECT_EQ(bench.heartbeat(wrong), ErrorCode::illegal_generation);
  EXPECT_EQ(error_of(bench.sync(wrong)), ErrorCode::illegal_generation);
  EXPECT_EQ(bench.heartbeat({"none", "m", 1}), ErrorCode::unknown_member_id);
  EXPECT_EQ(bench.state_of("g"), "Stable");
}

TEST(ClassicGroup, a_full_group_takes_nobody_more) {
  GroupBench bench;
  bench.context.settings.size_max = 2;
  const auto members = bench.stable_group(2);
  EXPECT_EQ(error_of(bench.join({})), ErrorCode::group_max_size_reached);
  EXPECT_EQ(bench.heartbeat(members[0]), ErrorCode::none);
}

TEST(ClassicGroup, the_protocol_is_what_most_want_among_what_all_can) {
  GroupBench bench;
  const auto a = bench.join_new({.protocols = {{"sticky", ""}, {"range", ""}}});
  const auto b = bench.join_new({.protocols = {{"range", ""}, {"sticky", ""}, {"robin", ""}}});
  const auto c = bench.join_new({.protocols = {{"robin", ""}, {"range", ""}, {"sticky", ""}}});
  bench.pass(Duration::from_s(10));
  EXPECT_EQ(a->read<Joined>().protocol_name->view(), "range") << "one vote each but for the third's second wish";
  EXPECT_EQ(b->read<Joined>().protocol_name->view(), c->read<Joined>().protocol_name->view());
}

TEST(ClassicGroup, members_that_do_not_sync_are_out) {
  GroupBench bench;
  const JoinAs patient{.session_ms = 300'000};
  const auto a = bench.join_new(patient);
  const auto b = bench.join_new(patient);
  bench.pass(Duration::from_s(10));
  const Member leader = member_of(patient, a);
  bench.sync(leader, {});
  bench.pass(Duration::from_s(61));
  EXPECT_EQ(bench.heartbeat(leader), ErrorCode::rebalance_in_progress);
  EXPECT_EQ(bench.heartbeat(member_of(patient, b)), ErrorCode::unknown_member_id);
}

TEST(ClassicGroup, a_leader_that_joins_again_has_everything_assigned_anew_a_follower_is_told_what_is) {
  GroupBench bench;
  const auto members = bench.stable_group(2);
  const auto follower = bench.join({.member = members[1].id});
  EXPECT_EQ(member_of({}, follower).generation, members[1].generation);
  EXPECT_EQ(bench.state_of("g"), "Stable");
  const auto leader = bench.join({.member = members[0].id});
  EXPECT_FALSE(leader->answered());
  EXPECT_EQ(bench.heartbeat(members[1]), ErrorCode::rebalance_in_progress);
}

// --- Static members

TEST(StaticMember, one_that_comes_back_gets_what_it_had_and_nobody_else_notices) {
  GroupBench bench;
  const JoinAs as{.instance = "one"};
  const auto first = bench.join(as);
  const auto other = bench.join_new({});
  bench.pass(Duration::from_s(10));
  const Member member = member_of(as, first);
  const Member follower = member_of({}, other);
  bench.sync(member, {{member.id, "a"}, {follower.id, "b"}});
  bench.sync(follower);

  const auto back = bench.join(as);
  const Member again = member_of(as, back);
  EXPECT_NE(again.id, member.id);
  EXPECT_EQ(again.generation, member.generation);
  EXPECT_TRUE(back->read<Joined>().skip_assignment) << "it leads, and is not to assign anything";
  EXPECT_EQ(assignment_of(bench.sync(again)), "a");
  EXPECT_EQ(bench.heartbeat(follower), ErrorCode::none);
  EXPECT_EQ(bench.heartbeat(member), ErrorCode::fenced_instance_id);
  bench.fail_over();
  EXPECT_EQ(bench.heartbeat(again), ErrorCode::none) << "its new id was written";
  bench.expect_every_prefix_equals_live();
}

TEST(StaticMember, an_old_client_that_leads_is_told_of_the_leader_that_was) {
  GroupBench bench;
  const JoinAs as{.instance = "one", .version = 8};
  const auto first = bench.join(as);
  bench.pass(kInitialDelay);
  const Member member = member_of(as, first);
  bench.sync(member, {{member.id, "a"}});
  const auto back = bench.join(as);
  EXPECT_EQ(back->read<Joined>().leader.view(), member.id);
  EXPECT_EQ(back->read<Joined>().members.size(), 0U);
}

TEST(StaticMember, its_double_is_fenced_while_the_group_waits) {
  GroupBench bench;
  const JoinAs as{.instance = "one"};
  const auto first = bench.join(as);
  const auto second = bench.join(as);
  EXPECT_EQ(error_of(first), ErrorCode::fenced_instance_id);
  bench.pass(Duration::from_s(10));
  EXPECT_EQ(second->read<Joined>().members.size(), 1U);
}

TEST(StaticMember, one_that_is_away_keeps_its_place_for_a_session_through_a_rebalance) {
  GroupBench bench;
  const JoinAs as{.instance = "one", .session_ms = 300'000};
  const auto first = bench.join(as);
  const auto other = bench.join_new({.session_ms = 300'000});
  bench.pass(Duration::from_s(10));
  const Member follower = member_of({}, other);
  const Member member = member_of(as, first);
  bench.sync(member, {{member.id, "a"}, {follower.id, "b"}});
  bench.sync(follower);
  const auto third = bench.join_new({.session_ms = 300'000});
  bench.join({.member = follower.id, .session_ms = 300'000});
  bench.pass(Duration::from_s(61));
  ASSERT_TRUE(third->answered());
  EXPECT_EQ(bench.groups().live_group("g")->members.size(), 3U);
}

TEST(StaticMember, an_administrator_removes_one_by_its_instance) {
  GroupBench bench;
  const JoinAs as{.instance = "one"};
  const auto first = bench.join(as);
  bench.pass(kInitialDelay);
  bench.sync(member_of(as, first), {});
  const auto left = bench.leave("g", {{"", "one"}, {"", "two"}});
  EXPECT_EQ(left->read<Left>().members[0].error_code, 0);
  EXPECT_EQ(error_from_wire(left->read<Left>().members[1].error_code), ErrorCode::unknown_member_id);
  EXPECT_EQ(bench.state_of("g"), "Empty");
}

// --- Coordinators that change

TEST(ClassicGroup, members_live_on_under_a_new_coordinator) {
  GroupBench bench;
  const auto members = bench.stable_group(3);
  bench.fail_over();
  EXPECT_EQ(bench.state_of("g"), "Stable");
  for (const Member& member : members) EXPECT_EQ(bench.heartbeat(member), ErrorCode::none);
  EXPECT_EQ(assignment_of(bench.sync(members[1])), "part of " + members[1].id);
  bench.pass(Duration::from_s(11));
  EXPECT_EQ(bench.heartbeat(members[0]), ErrorCode::unknown_member_id) << "silent under the new one as under the old";
}

TEST(ClassicGroup, who_waits_when_the_coordinator_goes_is_told_to_look_for_it) {
  GroupBench bench;
  const auto joining = bench.join_new({});
  bench.fail_over();
  EXPECT_EQ(joining->refused, ErrorCode::not_coordinator);
}

// --- Random histories

// Members come, go, fall silent and come back; the coordinator changes. Nobody is answered twice, at most one generation is
// believed in, and what the log says is what the coordinator knew at every batch.
TEST(ClassicGroup, random_histories_leave_a_log_that_says_what_is) {
  int stable_seen = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    Prng prng(seed);
    GroupBench bench(seed);
    bench.context.settings.offset_retention = Duration::from_s(60);
    bench.context.settings.offset_check_interval = Duration::from_s(5);
    std::vector<Member> members;
    std::vector<QuestionPtr> questions;
    struct Waiting {
      JoinAs as;
      QuestionPtr question;
    };
    std::vector<Waiting> joining;
    for (int step = 0; step < 150; ++step) {
      const std::string group = prng.chance(4, 5) ? "g" : "h";
      switch (prng.below(12)) {
        case 0:
        case 1: {
          JoinAs as{.group = group, .protocols = {{"range", subscription_to({kTopicA})}}, .rebalance_ms = 20'000};
          if (prng.chance(1, 3)) as.instance = "i" + std::to_string(prng.below(3));
          QuestionPtr question = bench.join(as);
          if (!as.instance && error_of(question) == ErrorCode::member_id_required) {
            as.member = std::string(question->read<Joined>().member_id.view());
            question = bench.join(as);
          }
          joining.push_back({as, question});
          questions.push_back(question);
          break;
        }
        case 2:
        case 3: {
          if (members.empty()) break;
          const Member& member = prng.pick(std::span(members));
          const JoinAs as{.group = member.group,
                          .member = member.id,
                          .instance = member.instance,
                          .protocols = {{"range", subscription_to({kTopicA})}},
                          .rebalance_ms = 20'000};
          joining.push_back({as, bench.join(as)});
          questions.push_back(joining.back().question);
          break;
        }
        case 4: bench.pass(Duration::from_ms(static_cast<int64_t>(prng.below(15'000)))); break;
        case 5:
          if (!members.empty()) {
            const Member& member = prng.pick(std::span(members));
            bench.leave(member.group, {{member.id, member.instance}});
          }
          break;
        case 6:
          if (prng.chance(1, 3)) bench.fail_over();
          break;
        case 7:
          if (prng.chance(1, 3)) {
            const auto lost = bench.commit_offset({.group = group, .id = ""}, kTopicA, 0, step);
            bench.log.fail_next_append(LogError::no_space);
            bench.runtime->flush();
            questions.push_back(lost);
            bench.log.hold_reads(false);
          }
          break;
        default:
          if (!members.empty()) {
            const Member& member = prng.pick(std::span(members));
            questions.push_back(bench.sync(member, {{member.id, "a" + std::to_string(step)}}));
            bench.commit_offset(member, kTopicA, static_cast<int32_t>(prng.below(4)), step);
            bench.heartbeat(member);
          }
          break;
      }
      for (auto at = joining.begin(); at != joining.end();) {
        if (!at->question->answered()) {
          ++at;
          continue;
        }
        if (error_of(at->question) == ErrorCode::none) {
          members.push_back(member_of(at->as, at->question));
          if (prng.chance(3, 4)) questions.push_back(bench.sync(members.back()));
        }
        at = joining.erase(at);
      }
      stable_seen += bench.state_of("g") == "Stable" ? 1 : 0;
      bench.commit();
    }
    bench.pass(Duration::from_s(400));  // everybody is silent now
    for (const QuestionPtr& question : questions) EXPECT_EQ(question->answers, 1);
    EXPECT_EQ(bench.groups().hard().dump(), "") << "all have gone and expired";
    bench.expect_every_prefix_equals_live();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(stable_seen, 2'500) << "of 30,000 steps";
}

}  // namespace
}  // namespace ottla
