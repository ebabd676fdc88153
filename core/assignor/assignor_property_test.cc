// What holds for every answer, whatever Kafka would say. Groups are drawn by rapidcheck.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/assignor/group_testing.h"

namespace ottla::assignor {
namespace {

uint32_t draw_below(uint32_t bound) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<uint32_t>(0, bound)); }

GroupModel any_group(const GroupShape& shape) { return draw_group(draw_below, shape); }

// A group in the middle of its life: what its members own is an answer, with some of it lost and some members asleep.
GroupModel any_running_group(const GroupShape& shape, AssignorFunction assignor) {
  GroupModel model = any_group(shape);
  const Assignment before = run(assignor, model);
  for (size_t m = 0; m < model.members.size(); ++m) {
    if (draw_below(4) == 0) continue;
    model.members[m].owned = before[m];
    model.members[m].generation = static_cast<int32_t>(draw_below(2)) + 4;
  }
  if (!shape.equal_subscriptions && draw_below(2) == 0) {
    MemberModel& changed = model.members[draw_below(static_cast<uint32_t>(model.members.size()))];
    changed.topics = draw_member(draw_below, shape, model.topics.size(), "unused").topics;
  }
  return model;
}

GroupModel with_owned(GroupModel model, const Assignment& owned, int32_t generation) {
  for (size_t m = 0; m < model.members.size(); ++m) {
    model.members[m].owned = owned[m];
    model.members[m].generation = generation;
  }
  return model;
}

void same_topics_for_all(GroupModel& model) {
  for (MemberModel& member : model.members) member.topics = model.members.front().topics;
}

size_t largest(const Assignment& a) {
  return std::ranges::max_element(a, {}, [](const auto& mine) { return mine.size(); })->size();
}
size_t smallest(const Assignment& a) {
  return std::ranges::min_element(a, {}, [](const auto& mine) { return mine.size(); })->size();
}

// Partitions that had an owner who is still there, and now have another.
size_t moved_count(const GroupModel& model, const Assignment& after) {
  std::map<Partition, size_t> now = owners(after);
  size_t moved = 0;
  for (size_t m = 0; m < model.members.size(); ++m) {
    for (const Partition& partition : model.members[m].owned) {
      const auto at = now.find(partition);
      if (at != now.end() && at->second != m) ++moved;
    }
  }
  return moved;
}

struct Named {
  const char* name;
  AssignorFunction function;
  bool complete;  // gives everything in one round
};

constexpr Named kAll[] = {
    {"range", range, true},
    {"round_robin", round_robin, true},
    {"sticky", sticky, true},
    {"cooperative_sticky", cooperative_sticky, false},
    {"coordinator_range", coordinator_range, true},
    {"coordinator_uniform", coordinator_uniform, true},
};
constexpr Named kSticky[] = {{"sticky", sticky, true}, {"coordinator_uniform", coordinator_uniform, true}};

class EveryAssignor : public testing::TestWithParam<Named> {};
class StickyAssignor : public testing::TestWithParam<Named> {};

const auto kName = [](const auto& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(Assignors, EveryAssignor, testing::ValuesIn(kAll), kName);
INSTANTIATE_TEST_SUITE_P(Assignors, StickyAssignor, testing::ValuesIn(kSticky), kName);

TEST_P(EveryAssignor, gives_each_partition_to_one_subscriber) {
  EXPECT_TRUE(rc::check([&] {
    const GroupShape shape{.racks_max = draw_below(4), .equal_subscriptions = draw_below(2) == 0};
    const GroupModel model = any_running_group(shape, GetParam().function);
    RC_ASSERT(fault_of(model, run(GetParam().function, model), GetParam().complete) == "");
  }));
}

TEST_P(EveryAssignor, does_not_mind_the_order_of_members_or_claims) {
  EXPECT_TRUE(rc::check([&] {
    const GroupShape shape{.racks_max = draw_below(4), .equal_subscriptions = draw_below(2) == 0};
    const GroupModel model = any_running_group(shape, GetParam().function);
    const Assignment answer = run(GetParam().function, model);

    std::vector<size_t> places(model.members.size());
    for (size_t i = 0; i < places.size(); ++i) places[i] = i;
    for (size_t i = places.size(); i > 1; --i) std::swap(places[i - 1], places[draw_below(static_cast<uint32_t>(i))]);
    GroupModel shuffled{model.topics, {}};
    for (const size_t place : places) {
      shuffled.members.push_back(model.members[place]);
      std::ranges::reverse(shuffled.members.back().owned);
    }
    const Assignment other = run(GetParam().function, shuffled);
    for (size_t i = 0; i < places.size(); ++i) RC_ASSERT(other[i] == answer[places[i]]);
  }));
}

TEST_P(EveryAssignor, survives_claims_of_what_is_not_there_and_of_what_others_have) {
  EXPECT_TRUE(rc::check([&] {
    GroupModel model = any_group({.racks_max = draw_below(3), .equal_subscriptions = draw_below(2) == 0});
    for (MemberModel& member : model.members) {
      member.generation = static_cast<int32_t>(draw_below(4)) - 1;
      for (uint32_t left = draw_below(8); left > 0; --left) {
        member.owned.push_back({TopicIndex(draw_below(static_cast<uint32_t>(model.topics.size()))),
                                PartitionIndex(static_cast<int32_t>(draw_below(14)) - 2)});
      }
    }
    RC_ASSERT(fault_of(model, run(GetParam().function, model), GetParam().complete) == "");
  }));
}

TEST(Range, cuts_each_topic_into_lengths_that_differ_by_one_longest_first) {
  EXPECT_TRUE(rc::check([] {
    const GroupModel model = any_group({});
    const Assignment answer = run(range, model);
    for (uint32_t t = 0; t < model.topics.size(); ++t) {
      // Each subscriber's part, by where it begins: those after the last partition are empty.
      std::vector<std::pair<int32_t, size_t>> parts;
      for (size_t m = 0; m < model.members.size(); ++m) {
        if (!subscribes(model.members[m], TopicIndex(t))) continue;
        std::vector<int32_t> mine;
        for (const Partition& p : answer[m]) {
          if (p.topic == TopicIndex(t)) mine.push_back(p.partition.value());
        }
        if (!mine.empty()) RC_ASSERT(mine.back() - mine.front() + 1 == static_cast<int32_t>(mine.size()));
        parts.emplace_back(mine.empty() ? model.topics[t].partition_count : mine.front(), mine.size());
      }
      std::ranges::sort(parts);
      for (size_t i = 1; i < parts.size(); ++i) {
        RC_ASSERT(parts[i - 1].second >= parts[i].second);
        RC_ASSERT(parts[i - 1].second <= parts.back().second + 1);
      }
    }
  }));
}

TEST(Range, co_partitions_topics_with_the_same_subscribers_and_size_with_racks_too) {
  EXPECT_TRUE(rc::check([] {
    const uint32_t racks = draw_below(4);
    GroupModel model = any_group({.racks_max = racks, .equal_subscriptions = true});
    for (TopicModel& topic : model.topics) {
      topic.partition_count = model.topics[0].partition_count;
      if (racks > 0) topic.racks.resize(static_cast<size_t>(topic.partition_count));
    }
    const std::map<Partition, size_t> owner = owners(run(range, model));
    for (const auto& [partition, member] : owner) {
      RC_ASSERT(owner.at({TopicIndex(0), partition.partition}) == member);
    }
  }));
}

TEST(RoundRobin, counts_differ_by_at_most_one_when_subscriptions_are_equal) {
  EXPECT_TRUE(rc::check([] {
    GroupModel model = any_group({});
    same_topics_for_all(model);
    const Assignment answer = run(round_robin, model);
    RC_ASSERT(largest(answer) <= smallest(answer) + 1);
  }));
}

TEST_P(StickyAssignor, counts_differ_by_at_most_one_when_subscriptions_are_equal) {
  EXPECT_TRUE(rc::check([&] {
    GroupShape shape{.racks_max = draw_below(4), .equal_subscriptions = true};
    const GroupModel model = any_running_group(shape, GetParam().function);
    const Assignment answer = run(GetParam().function, model);
    RC_ASSERT(largest(answer) <= smallest(answer) + 1);
  }));
}

// Without racks: sticky puts those before staying, and may find a nearer place from where it arrived.
TEST_P(StickyAssignor, a_second_run_changes_nothing) {
  EXPECT_TRUE(rc::check([&] {
    const GroupShape shape{.equal_subscriptions = draw_below(2) == 0};
    const GroupModel model = any_running_group(shape, GetParam().function);
    const Assignment first = run(GetParam().function, model);
    RC_ASSERT(run(GetParam().function, with_owned(model, first, 9)) == first);
  }));
}

TEST_P(StickyAssignor, a_leaving_member_moves_only_its_own) {
  EXPECT_TRUE(rc::check([&] {
    const GroupModel before = any_group({.equal_subscriptions = true});
    RC_PRE(before.members.size() > 1);
    GroupModel after = with_owned(before, run(GetParam().function, before), 1);
    after.members.erase(after.members.begin() + draw_below(static_cast<uint32_t>(after.members.size())));
    RC_ASSERT(moved_count(after, run(GetParam().function, after)) == 0U);
  }));
}

TEST_P(StickyAssignor, a_joining_member_takes_no_more_than_its_share) {
  EXPECT_TRUE(rc::check([&] {
    const GroupShape shape{.equal_subscriptions = true};
    const GroupModel before = any_group(shape);
    GroupModel after = with_owned(before, run(GetParam().function, before), 1);
    after.members.push_back(
        draw_member(draw_below, shape, after.topics.size(), std::to_string(draw_below(1000)) + "-new"));
    const Assignment answer = run(GetParam().function, after);
    RC_ASSERT(moved_count(after, answer) == answer.back().size());
  }));
}

// No single move would help: sticky's promise for unequal subscriptions.
TEST(Sticky, leaves_no_partition_with_a_subscriber_two_below_its_owner) {
  EXPECT_TRUE(rc::check([] {
    const GroupModel model = any_group({.members_max = 8});
    const Assignment answer = run(sticky, model);
    for (const auto& [partition, owner] : owners(answer)) {
      for (size_t m = 0; m < model.members.size(); ++m) {
        if (subscribes(model.members[m], partition.topic)) RC_ASSERT(answer[owner].size() <= answer[m].size() + 1);
      }
    }
  }));
}

TEST(Sticky, the_later_generation_keeps_what_two_claim) {
  GroupModel model;
  model.topics = {{4, {}}};
  const auto claims = [](std::initializer_list<int> partitions) {
    std::vector<Partition> owned;
    for (const int p : partitions) owned.push_back({TopicIndex(0), PartitionIndex(p)});
    return owned;
  };
  model.members = {{"a", {}, kNoRack, {TopicIndex(0)}, claims({0, 1}), 3},
                   {"b", {}, kNoRack, {TopicIndex(0)}, claims({1, 2}), 4}};
  const Assignment answer = run(sticky, model);
  EXPECT_EQ(answer[0], claims({0, 3}));
  EXPECT_EQ(answer[1], claims({1, 2}));
}

// The cooperative protocol's one promise. Claims are of one generation and do not overlap, as they are when nobody slept.
TEST(CooperativeSticky, gives_no_partition_away_while_its_old_owner_has_it) {
  EXPECT_TRUE(rc::check([] {
    const GroupShape shape{.racks_max = draw_below(3), .equal_subscriptions = draw_below(2) == 0};
    GroupModel model = any_running_group(shape, cooperative_sticky);
    for (MemberModel& member : model.members) member.generation = 4;
    if (draw_below(2) == 0) {
      model.members.push_back(draw_member(draw_below, shape, model.topics.size(), "new"));
    } else if (model.members.size() > 1) {
      model.members.pop_back();
    }
    RC_ASSERT(moved_count(model, run(cooperative_sticky, model)) == 0U);
  }));
}

// With unequal subscriptions what comes free may set other moves going, so that it now and then takes one round more.
TEST(CooperativeSticky, gives_in_the_next_round_what_it_held_back_in_the_first) {
  EXPECT_TRUE(rc::check([] {
    const GroupShape shape{.equal_subscriptions = draw_below(2) == 0};
    GroupModel model = any_group(shape);
    model = with_owned(model, run(cooperative_sticky, model), 1);
    model.members.push_back(draw_member(draw_below, shape, model.topics.size(), "new"));
    const int rounds_max = shape.equal_subscriptions ? 1 : 6;
    model = with_owned(model, run(cooperative_sticky, model), 2);
    for (int round = 1; round < rounds_max; ++round) {
      const Assignment answer = run(cooperative_sticky, model);
      RC_ASSERT(moved_count(model, answer) == 0U);
      model = with_owned(model, answer, 2 + round);
    }
    RC_ASSERT(fault_of(model, run(cooperative_sticky, model)) == "");
  }));
}

}  // namespace
}  // namespace ottla::assignor
