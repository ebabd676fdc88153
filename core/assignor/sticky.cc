#include <algorithm>
#include <numeric>
#include <vector>

#include "core/assignor/group_view.h"
#include "core/assignor/racks.h"
#include "core/assignor/sticky_parts.h"

namespace ottla::assignor {
namespace {

// A claim counts when the partition exists and somebody subscribes to it: the slot, or -1.
int32_t claimed_slot(const GroupView& view, const Partition& partition) {
  const int32_t slot = view.slot_of(partition);
  if (slot < 0 || view.subscribers(view.topic_of(slot)).empty()) return -1;
  return slot;
}

StickyAnswer sticky_answer(const GroupView& view) {
  if (view.member_count() == 0) {
    return {std::vector<int32_t>(view.slot_count(), kNobody), std::vector<bool>(view.slot_count())};
  }
  std::vector<int32_t> ranks(view.member_count());
  std::iota(ranks.begin(), ranks.end(), 0);
  std::vector<int32_t> topics;
  for (int32_t topic = 0; topic < view.topic_count(); ++topic) {
    if (!view.subscribers(topic).empty()) topics.push_back(topic);
  }
  const bool by_rack = racks_matter(view, ranks, topics);
  const Claims claims(view);
  return view.equal_subscriptions() ? sticky_equal(view, claims, by_rack) : sticky_unequal(view, claims, by_rack);
}

}  // namespace

bool near(const GroupView& view, int32_t rank, int32_t slot) {
  const RackIndex rack = view.member(rank).rack;
  return rack == kNoRack || has_replica_on(view, slot, rack);
}

Claims::Claims(const GroupView& view)
    : holder(view.slot_count(), kNobody), disputed(view.slot_count()), previous(view.slot_count(), kNobody) {
  int32_t latest = kNoGeneration;
  for (int32_t rank = 0; rank < view.member_count(); ++rank) latest = std::max(latest, view.member(rank).generation);

  std::vector<int32_t> claimant(view.slot_count(), kNobody);  // the last whose claim was not beaten; may not hold it
  for (int32_t rank = 0; rank < view.member_count(); ++rank) {
    const int32_t generation = view.member(rank).generation;
    for (const Partition& partition : view.member(rank).owned) {
      const int32_t slot = claimed_slot(view, partition);
      if (slot < 0) continue;

      if (generation < latest && view.subscribes(rank, view.topic_of(slot)) &&
          (previous[slot] == kNobody || view.member(previous[slot]).generation < generation)) {
        previous[slot] = rank;
      }

      const int32_t other = claimant[slot];
      if (other == rank || (other != kNobody && generation < view.member(other).generation)) continue;
      const bool same_generation = other != kNobody && generation == view.member(other).generation;
      if (same_generation) disputed[slot] = true;
      holder[slot] = same_generation ? kNobody : rank;
      claimant[slot] = rank;
    }
  }
}

Assignment sticky(const Group& group) {
  const GroupView view(group, MemberOrder::by_id);
  return view.to_assignment(sticky_answer(view).owner);
}

Assignment cooperative_sticky(const Group& group) {
  const GroupView view(group, MemberOrder::by_id);
  StickyAnswer answer = sticky_answer(view);
  for (int32_t slot = 0; slot < view.slot_count(); ++slot) {
    if (answer.must_wait[slot]) answer.owner[slot] = kNobody;
  }
  return view.to_assignment(answer.owner);
}

}  // namespace ottla::assignor
