#include "core/assignor/racks.h"

#include <algorithm>
#include <vector>

namespace ottla::assignor {
namespace {

std::vector<RackIndex> sorted_once(std::vector<RackIndex> racks) {
  std::ranges::sort(racks);
  racks.erase(std::unique(racks.begin(), racks.end()), racks.end());
  return racks;
}

}  // namespace

std::span<const RackIndex> racks_of(const GroupView& view, int32_t slot) {
  const Topic& topic = view.topic(view.topic_of(slot));
  if (topic.racks.empty()) return {};
  return topic.racks[view.partition_of(slot)];
}

bool has_replica_on(const GroupView& view, int32_t slot, RackIndex rack) {
  return std::ranges::find(racks_of(view, slot), rack) != racks_of(view, slot).end();
}

bool racks_matter(const GroupView& view, std::span<const int32_t> ranks, std::span<const int32_t> topics) {
  std::vector<RackIndex> of_members;
  for (const int32_t rank : ranks) {
    if (view.member(rank).rack != kNoRack) of_members.push_back(view.member(rank).rack);
  }
  if (of_members.empty()) return false;
  of_members = sorted_once(std::move(of_members));

  bool all_alike = true;
  bool any_near = false;
  std::vector<RackIndex> first;
  bool has_first = false;
  for (const int32_t topic : topics) {
    for (int32_t slot = view.first_slot(topic); slot < view.slot_end(topic); ++slot) {
      const std::span<const RackIndex> racks = racks_of(view, slot);
      any_near = any_near || std::ranges::any_of(
                                 racks, [&](RackIndex rack) { return std::ranges::binary_search(of_members, rack); });
      if (!has_first) {
        first = sorted_once({racks.begin(), racks.end()});
        has_first = true;
      } else if (all_alike && !std::ranges::equal(racks, first)) {
        all_alike = sorted_once({racks.begin(), racks.end()}) == first;
      }
      if (any_near && !all_alike) return true;
    }
  }
  return false;
}

}  // namespace ottla::assignor
