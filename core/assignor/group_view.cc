#include "core/assignor/group_view.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/base/assert.h"
#include "core/base/endian.h"

namespace ottla::assignor {

bool topic_id_less(const TopicId& a, const TopicId& b) {
  const auto high_a = load_be<int64_t>(a.bytes.data());
  const auto high_b = load_be<int64_t>(b.bytes.data());
  if (high_a != high_b) return high_a < high_b;
  return load_be<int64_t>(a.bytes.data() + 8) < load_be<int64_t>(b.bytes.data() + 8);
}

GroupView::GroupView(const Group& group, MemberOrder order)
    : group_(group), members_(group.members.size()), subscribers_(group.topics.size()) {
  std::iota(members_.begin(), members_.end(), 0U);
  const auto static_first = [&](uint32_t left, uint32_t right) {
    const Member& a = group.members[left];
    const Member& b = group.members[right];
    if (a.instance_id.has_value() != b.instance_id.has_value()) return a.instance_id.has_value();
    if (a.instance_id != b.instance_id) return *a.instance_id < *b.instance_id;
    return a.id < b.id;
  };
  const auto by_id = [&](uint32_t left, uint32_t right) { return group.members[left].id < group.members[right].id; };
  if (order == MemberOrder::static_first) {
    std::sort(members_.begin(), members_.end(), static_first);
  } else {
    std::sort(members_.begin(), members_.end(), by_id);
  }

  first_slot_.reserve(group.topics.size() + 1);
  first_slot_.push_back(0);
  for (const Topic& topic : group.topics) {
    OTTLA_ASSERT(topic.partition_count >= 0, topic.partition_count);
    OTTLA_ASSERT(topic.racks.empty() || topic.racks.size() == static_cast<size_t>(topic.partition_count),
                 topic.racks.size(), topic.partition_count);
    OTTLA_ASSERT(topic.partition_count <= std::numeric_limits<int32_t>::max() - first_slot_.back());
    topic_of_.insert(topic_of_.end(), topic.partition_count, static_cast<int32_t>(first_slot_.size() - 1));
    first_slot_.push_back(first_slot_.back() + topic.partition_count);
  }

  for (int32_t rank = 0; rank < member_count(); ++rank) {
    const std::span<const TopicIndex> topics = member(rank).topics;
    for (size_t i = 0; i < topics.size(); ++i) {
      OTTLA_ASSERT(i == 0 || topics[i - 1] < topics[i], i, topics[i]);
      OTTLA_ASSERT(topics[i].value() < group.topics.size(), topics[i]);
      subscribers_[topics[i].value()].push_back(rank);
    }
    equal_subscriptions_ = equal_subscriptions_ && std::ranges::equal(topics, member(0).topics);
  }
}

bool GroupView::subscribes(int32_t rank, int32_t topic) const {
  return std::ranges::binary_search(member(rank).topics, TopicIndex(static_cast<uint32_t>(topic)));
}

int32_t GroupView::subscribed_slot_count() const {
  int32_t count = 0;
  for (int32_t topic = 0; topic < topic_count(); ++topic) {
    if (!subscribers_[topic].empty()) count += group_.topics[topic].partition_count;
  }
  return count;
}

int32_t GroupView::slot_of(const Partition& partition) const {
  const uint32_t topic = partition.topic.value();
  OTTLA_ASSERT(topic < group_.topics.size(), topic);
  const int32_t index = partition.partition.value();
  if (index < 0 || index >= group_.topics[topic].partition_count) return -1;
  return first_slot_[topic] + index;
}

Assignment GroupView::to_assignment(std::span<const int32_t> owner_of_slot) const {
  std::vector<size_t> counts(members_.size());
  for (const int32_t rank : owner_of_slot) {
    if (rank != kNobody) ++counts[rank];
  }
  Assignment assignment(members_.size());
  for (size_t rank = 0; rank < members_.size(); ++rank) assignment[members_[rank]].reserve(counts[rank]);
  for (int32_t slot = 0; slot < slot_count(); ++slot) {
    const int32_t rank = owner_of_slot[slot];
    if (rank == kNobody) continue;
    assignment[members_[rank]].push_back(
        {TopicIndex(static_cast<uint32_t>(topic_of_[slot])), PartitionIndex(partition_of(slot))});
  }
  return assignment;
}

}  // namespace ottla::assignor
