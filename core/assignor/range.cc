#include <algorithm>
#include <map>
#include <vector>

#include "core/assignor/group_view.h"
#include "core/assignor/racks.h"

namespace ottla::assignor {
namespace {

// One topic being cut: how much each subscriber has and may still take.
class Cut {
 public:
  Cut(const GroupView& view, int32_t topic)
      : view_(view),
        topic_(topic),
        share_(view.topic(topic).partition_count / static_cast<int32_t>(view.subscribers(topic).size())),
        longer_left_(view.topic(topic).partition_count % static_cast<int32_t>(view.subscribers(topic).size())),
        taken_(view.subscribers(topic).size()) {}

  [[nodiscard]] int32_t topic() const { return topic_; }
  [[nodiscard]] int32_t partition_count() const { return view_.topic(topic_).partition_count; }
  [[nodiscard]] std::span<const int32_t> subscribers() const { return view_.subscribers(topic_); }

  // How many more the subscriber at this place may take; never negative.
  [[nodiscard]] int32_t room(size_t place) const {
    return std::max(0, share_ + (longer_left_ > 0 ? 1 : 0) - taken_[place]);
  }

  [[nodiscard]] bool near(size_t place, int32_t partition) const {
    const RackIndex rack = view_.member(subscribers()[place]).rack;
    return rack == kNoRack || has_replica_on(view_, view_.first_slot(topic_) + partition, rack);
  }

  void take(size_t place, int32_t partition, std::vector<int32_t>& owner) {
    owner[view_.first_slot(topic_) + partition] = subscribers()[place];
    if (++taken_[place] == share_ + 1) --longer_left_;
  }

  // To each subscriber in turn the first free partitions, as many as it has room for; only near ones where that is asked.
  void fill(bool only_near, std::vector<int32_t>& owner) {
    std::vector<int32_t> free;
    for (int32_t partition = 0; partition < partition_count(); ++partition) {
      if (owner[view_.first_slot(topic_) + partition] == kNobody) free.push_back(partition);
    }
    for (size_t place = 0; place < subscribers().size() && !free.empty(); ++place) {
      int32_t room_left = room(place);
      size_t kept = 0;
      size_t next = 0;
      for (; next < free.size() && room_left > 0; ++next) {
        if (only_near && !near(place, free[next])) {
          free[kept++] = free[next];
        } else {
          take(place, free[next], owner);
          --room_left;
        }
      }
      free.erase(free.begin() + kept, free.begin() + next);
    }
  }

 private:
  const GroupView& view_;
  int32_t topic_;
  int32_t share_;
  int32_t longer_left_;         // subscribers that may still have one more than the share
  std::vector<int32_t> taken_;  // by place among the subscribers
};

// Partition p of all these topics to the first subscriber with room that is near all of them; what has none stays free.
// The topics have the same subscribers and equally many partitions and are cut alike, so one stands for all in counting.
void match_together(std::span<Cut*> cuts, std::vector<int32_t>& owner) {
  Cut& any = *cuts.front();
  std::vector<size_t> open(any.subscribers().size());
  for (size_t place = 0; place < open.size(); ++place) open[place] = place;
  for (int32_t partition = 0; partition < any.partition_count() && !open.empty(); ++partition) {
    const auto at = std::ranges::find_if(open, [&](size_t place) {
      return any.room(place) > 0 &&
             std::ranges::all_of(cuts, [&](const Cut* cut) { return cut->near(place, partition); });
    });
    if (at == open.end()) continue;
    for (Cut* cut : cuts) cut->take(*at, partition, owner);
    if (any.room(*at) == 0) open.erase(at);
  }
}

void match_racks(std::vector<Cut>& cuts, const std::vector<bool>& wants_racks, std::vector<int32_t>& owner) {
  // Topics with the same subscribers and equally many partitions are to be cut alike.
  const auto less = [&](size_t a, size_t b) {
    if (cuts[a].partition_count() != cuts[b].partition_count()) {
      return cuts[a].partition_count() < cuts[b].partition_count();
    }
    return std::ranges::lexicographical_compare(cuts[a].subscribers(), cuts[b].subscribers());
  };
  std::map<size_t, std::vector<size_t>, decltype(less)> alike(less);
  for (size_t i = 0; i < cuts.size(); ++i) alike[i].push_back(i);
  for (const auto& [first, places] : alike) {
    if (places.size() == 1) {
      if (wants_racks[first]) cuts[first].fill(true, owner);
      continue;
    }
    std::vector<Cut*> together;
    for (const size_t place : places) together.push_back(&cuts[place]);
    match_together(together, owner);
  }
}

}  // namespace

Assignment range(const Group& group) {
  const GroupView view(group, MemberOrder::static_first);
  std::vector<int32_t> owner(view.slot_count(), kNobody);
  std::vector<Cut> cuts;
  std::vector<bool> wants_racks;
  for (int32_t topic = 0; topic < view.topic_count(); ++topic) {
    if (view.subscribers(topic).empty() || view.topic(topic).partition_count == 0) continue;
    cuts.emplace_back(view, topic);
    wants_racks.push_back(racks_matter(view, view.subscribers(topic), {{topic}}));
  }
  if (std::ranges::find(wants_racks, true) != wants_racks.end()) match_racks(cuts, wants_racks, owner);
  for (Cut& cut : cuts) cut.fill(false, owner);
  return view.to_assignment(owner);
}

Assignment coordinator_range(const Group& group) {
  std::vector<Member> members(group.members.begin(), group.members.end());
  for (Member& member : members) member.rack = kNoRack;
  return range({group.topics, members});
}

}  // namespace ottla::assignor
