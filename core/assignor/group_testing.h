// Groups that own what they point to, drawn groups, and the judgements that every answer must pass. Header only, so that
// tests, benchmark and fuzzer share it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/assignor/assignor.h"

namespace ottla::assignor {

struct TopicModel {
  int32_t partition_count = 0;
  std::vector<std::vector<RackIndex>> racks;
};

struct MemberModel {
  std::string id;
  std::optional<std::string> instance_id;
  RackIndex rack = kNoRack;
  std::vector<TopicIndex> topics;
  std::vector<Partition> owned;
  int32_t generation = kNoGeneration;
};

struct GroupModel {
  std::vector<TopicModel> topics;
  std::vector<MemberModel> members;
};

// A Group that borrows from a model, which must live and stay unchanged as long.
class BorrowedGroup {
 public:
  explicit BorrowedGroup(const GroupModel& model) {
    for (const TopicModel& topic : model.topics) topics_.push_back({topic.partition_count, topic.racks});
    for (const MemberModel& member : model.members) {
      members_.push_back({member.id, member.instance_id, member.rack, member.topics, member.owned, member.generation});
    }
  }
  [[nodiscard]] Group group() const { return {topics_, members_}; }

 private:
  std::vector<Topic> topics_;
  std::vector<Member> members_;
};

using AssignorFunction = Assignment (*)(const Group&);

inline Assignment run(AssignorFunction assignor, const GroupModel& model) {
  return assignor(BorrowedGroup(model).group());
}

inline bool subscribes(const MemberModel& member, TopicIndex topic) {
  return std::ranges::binary_search(member.topics, topic);
}

inline std::map<Partition, size_t> owners(const Assignment& assignment) {
  std::map<Partition, size_t> owner;
  for (size_t m = 0; m < assignment.size(); ++m) {
    for (const Partition& partition : assignment[m]) owner[partition] = m;
  }
  return owner;
}

// What is wrong with an answer, or nothing: every partition at most once (exactly once when `complete` and somebody wants
// it), existing, with a subscriber of its topic, in ascending order.
inline std::string fault_of(const GroupModel& model, const Assignment& assignment, bool complete = true) {
  if (assignment.size() != model.members.size()) return "not one list a member";
  std::set<Partition> given;
  for (size_t m = 0; m < assignment.size(); ++m) {
    if (!std::ranges::is_sorted(assignment[m])) return "not ascending";
    for (const Partition& partition : assignment[m]) {
      if (partition.topic.value() >= model.topics.size()) return "an unknown topic";
      const int32_t count = model.topics[partition.topic.value()].partition_count;
      if (partition.partition.value() < 0 || partition.partition.value() >= count)
        return "a partition that is not there";
      if (!subscribes(model.members[m], partition.topic)) return "a member that does not subscribe";
      if (!given.insert(partition).second) return "given twice";
    }
  }
  size_t wanted = 0;
  for (uint32_t t = 0; t < model.topics.size(); ++t) {
    const bool wants =
        std::ranges::any_of(model.members, [&](const auto& member) { return subscribes(member, TopicIndex(t)); });
    if (wants) wanted += static_cast<size_t>(model.topics[t].partition_count);
  }
  return complete && given.size() != wanted ? "not all given" : "";
}

// Numbers below a bound, from whatever a test draws them from.
using Draw = std::function<uint32_t(uint32_t bound)>;

struct GroupShape {
  uint32_t members_max = 12;
  uint32_t topics_max = 6;
  uint32_t partitions_max = 10;
  uint32_t racks_max = 0;
  bool equal_subscriptions = false;
};

inline MemberModel draw_member(const Draw& draw, const GroupShape& shape, size_t topic_count, std::string id) {
  MemberModel member;
  member.id = std::move(id);
  if (draw(4) == 0) member.instance_id = "instance-" + member.id;
  if (shape.racks_max > 0 && draw(4) != 0) member.rack = RackIndex(static_cast<int32_t>(draw(shape.racks_max)));
  for (uint32_t t = 0; t < topic_count; ++t) {
    if (shape.equal_subscriptions || draw(2) == 0) member.topics.emplace_back(t);
  }
  return member;
}

inline GroupModel draw_group(const Draw& draw, const GroupShape& shape) {
  GroupModel model;
  model.topics.resize(1 + draw(shape.topics_max));
  for (TopicModel& topic : model.topics) {
    topic.partition_count = static_cast<int32_t>(draw(shape.partitions_max + 1));
    if (shape.racks_max == 0) continue;
    topic.racks.resize(static_cast<size_t>(topic.partition_count));
    for (auto& racks : topic.racks) {
      for (uint32_t left = draw(4); left > 0; --left) racks.emplace_back(static_cast<int32_t>(draw(shape.racks_max)));
    }
  }
  const uint32_t members = 1 + draw(shape.members_max);
  for (uint32_t m = 0; m < members; ++m) {
    // Ids neither ascend with the place nor are of one length.
    model.members.push_back(
        draw_member(draw, shape, model.topics.size(), std::to_string((m * 7919 + draw(7)) * 64 + m)));
  }
  return model;
}

}  // namespace ottla::assignor
