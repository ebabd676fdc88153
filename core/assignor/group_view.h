// The group as the assignors work on it: members as ranks, partitions as slots.
//
//   rank   a member's place in the order in which an assignor considers members, so that ties need no strings
//   slot   a partition's place when all partitions of all topics are laid end to end
//
// An assignor fills one array, the owner's rank for each slot. That no partition has two owners is then no matter of care.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/assignor/assignor.h"

namespace ottla::assignor {

inline constexpr int32_t kNobody = -1;

enum class MemberOrder {
  by_id,
  static_first,  // static members by instance id, then the others by member id
};

// Valid as long as the group's arrays are.
class GroupView {
 public:
  GroupView(const Group& group, MemberOrder order);

  [[nodiscard]] int32_t member_count() const { return static_cast<int32_t>(members_.size()); }
  [[nodiscard]] int32_t topic_count() const { return static_cast<int32_t>(group_.topics.size()); }
  [[nodiscard]] int32_t slot_count() const { return first_slot_.back(); }

  [[nodiscard]] const Member& member(int32_t rank) const { return group_.members[members_[rank]]; }
  [[nodiscard]] const Topic& topic(int32_t topic) const { return group_.topics[topic]; }
  [[nodiscard]] int32_t first_slot(int32_t topic) const { return first_slot_[topic]; }
  [[nodiscard]] int32_t slot_end(int32_t topic) const { return first_slot_[topic + 1]; }
  [[nodiscard]] int32_t topic_of(int32_t slot) const { return topic_of_[slot]; }
  [[nodiscard]] int32_t partition_of(int32_t slot) const { return slot - first_slot_[topic_of_[slot]]; }

  // The ranks of a topic's subscribers, ascending.
  [[nodiscard]] std::span<const int32_t> subscribers(int32_t topic) const { return subscribers_[topic]; }
  [[nodiscard]] bool subscribes(int32_t rank, int32_t topic) const;
  [[nodiscard]] bool equal_subscriptions() const { return equal_subscriptions_; }
  [[nodiscard]] int32_t subscribed_slot_count() const;  // partitions of topics that have a subscriber

  // The slot of a partition that a member claims, or -1 when there is no such partition.
  [[nodiscard]] int32_t slot_of(const Partition& partition) const;

  // What the owners of all slots come to, for each member in the caller's order.
  [[nodiscard]] Assignment to_assignment(std::span<const int32_t> owner_of_slot) const;

 private:
  const Group group_;
  std::vector<uint32_t> members_;    // by rank, the place in group_.members
  std::vector<int32_t> first_slot_;  // by topic, and one past the last
  std::vector<int32_t> topic_of_;
  std::vector<std::vector<int32_t>> subscribers_;
  bool equal_subscriptions_ = true;
};

}  // namespace ottla::assignor
