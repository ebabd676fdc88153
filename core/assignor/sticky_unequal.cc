#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <vector>

#include "core/assignor/racks.h"
#include "core/assignor/sticky_parts.h"
#include "core/model/limits.h"

namespace ottla::assignor {
namespace {

// Which partitions moved between whom while balancing. When a topic's partition went from A to B and now one of that topic
// is to go from B to A, it is better that the first one goes home: the same balance with less moved.
class Moves {
 public:
  explicit Moves(const GroupView& view) : view_(view), from_(view.slot_count(), kNobody) {}

  void record(int32_t slot, int32_t from, int32_t to) {
    const int32_t first_from = from_[slot] == kNobody ? from : from_[slot];
    if (from_[slot] != kNobody) moved_.erase({view_.topic_of(slot), first_from, from, slot});
    from_[slot] = first_from == to ? kNobody : first_from;
    if (first_from != to) moved_.insert({view_.topic_of(slot), first_from, to, slot});
  }

  // The slot that should go instead of `slot` from `from` to `to`: the last that went the other way, else itself.
  [[nodiscard]] int32_t better_than(int32_t slot, int32_t from, int32_t to) const {
    const int32_t first_from = from_[slot] == kNobody ? from : from_[slot];
    const int32_t topic = view_.topic_of(slot);
    auto at = moved_.upper_bound({topic, to, first_from, std::numeric_limits<int32_t>::max()});
    if (at == moved_.begin()) return slot;
    --at;
    const auto& [other_topic, other_from, other_to, other] = *at;
    return other_topic == topic && other_from == to && other_to == first_from ? other : slot;
  }

 private:
  const GroupView& view_;
  std::vector<int32_t> from_;               // by slot, where it was before balancing, when it is elsewhere now
  std::set<std::array<int32_t, 4>> moved_;  // topic, from, to, slot
};

class Balancer {
 public:
  Balancer(const GroupView& view, const Claims& claims, bool by_rack)
      : view_(view),
        claims_(claims),
        by_rack_(by_rack),
        count_(view.member_count()),
        owner_(view.slot_count(), kNobody),
        lowest_(view.topic_count()),
        moves_(view) {}

  StickyAnswer balance() {
    keep_what_is_valid();
    const bool had_none = *std::ranges::max_element(count_) == 0;
    const std::vector<int32_t> all = slots_by_choice();
    std::vector<int32_t> free;
    std::ranges::copy_if(all, std::back_inserter(free), [&](int32_t slot) { return owner_[slot] == kNobody; });

    if (by_rack_) give(free, true);
    give(free, false);

    const auto fixed = [&](int32_t slot) { return view_.subscribers(view_.topic_of(slot)).size() < 2; };
    std::vector<int32_t> movable = all;
    std::erase_if(movable, fixed);
    std::erase_if(free, fixed);

    const std::vector<bool> takes_part = members_that_take_part();
    const std::vector<int32_t> owner_before = owner_;
    const int64_t unevenness_before = unevenness(takes_part);
    if (!revoked_) even_out(free);
    const bool moved = even_out(movable);
    // A move evens two members out, but the one that goes instead (see Moves) may be between two that were even already.
    // Should all of them together have brought nothing, they are taken back: staying is worth more.
    if (!had_none && moved && unevenness(takes_part) >= unevenness_before) owner_ = owner_before;
    std::vector<bool> must_wait = slots_that_must_wait();
    return {std::move(owner_), std::move(must_wait)};
  }

 private:
  void keep_what_is_valid() {
    for (int32_t slot = 0; slot < view_.slot_count(); ++slot) {
      const int32_t holder = claims_.holder[slot];
      if (holder == kNobody) continue;
      if (!view_.subscribes(holder, view_.topic_of(slot)) || (by_rack_ && !near(view_, holder, slot))) {
        revoked_ = true;
        continue;
      }
      owner_[slot] = holder;
      ++count_[holder];
    }
  }

  // The partitions that somebody subscribes to, those with the fewest subscribers first.
  [[nodiscard]] std::vector<int32_t> slots_by_choice() const {
    std::vector<int32_t> topics;
    for (int32_t topic = 0; topic < view_.topic_count(); ++topic) {
      if (!view_.subscribers(topic).empty()) topics.push_back(topic);
    }
    std::ranges::stable_sort(topics, {}, [&](int32_t topic) { return view_.subscribers(topic).size(); });
    std::vector<int32_t> slots;
    for (const int32_t topic : topics) {
      for (int32_t slot = view_.first_slot(topic); slot < view_.slot_end(topic); ++slot) slots.push_back(slot);
    }
    return slots;
  }

  void give(const std::vector<int32_t>& slots, bool only_near) {
    for (const int32_t slot : slots) {
      if (owner_[slot] != kNobody) continue;
      int32_t to = kNobody;
      for (const int32_t rank : view_.subscribers(view_.topic_of(slot))) {
        if (to != kNobody && count_[rank] >= count_[to]) continue;
        if (!only_near || near(view_, rank, slot)) to = rank;
      }
      if (to == kNobody) continue;
      owner_[slot] = to;
      ++count_[to];
    }
  }

  // A member takes part in balancing unless it has all that it could ever get and nobody else may have any of that.
  [[nodiscard]] std::vector<bool> members_that_take_part() const {
    std::vector<int64_t> most(view_.member_count());
    for (int32_t rank = 0; rank < view_.member_count(); ++rank) {
      for (const TopicIndex topic : view_.member(rank).topics) {
        most[rank] += view_.topic(static_cast<int32_t>(topic.value())).partition_count;
      }
    }
    std::vector<bool> takes_part(view_.member_count());
    for (int32_t rank = 0; rank < view_.member_count(); ++rank) takes_part[rank] = count_[rank] < most[rank];
    for (int32_t slot = 0; slot < view_.slot_count(); ++slot) {
      if (owner_[slot] != kNobody && view_.subscribers(view_.topic_of(slot)).size() >= 2)
        takes_part[owner_[slot]] = true;
    }
    return takes_part;
  }

  // The difference of the counts, summed over all pairs of members.
  [[nodiscard]] int64_t unevenness(const std::vector<bool>& takes_part) const {
    std::vector<int64_t> counts;
    for (int32_t rank = 0; rank < view_.member_count(); ++rank) {
      if (takes_part[rank]) counts.push_back(count_[rank]);
    }
    std::ranges::sort(counts);
    int64_t sum = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      sum += counts[i] * (2 * static_cast<int64_t>(i) - static_cast<int64_t>(counts.size()) + 1);
    }
    return sum;
  }

  // Goes over the slots until none of them has a subscriber that is two or more below its owner; true if any was moved.
  bool even_out(const std::vector<int32_t>& slots) {
    bool moved_any = false;
    for (bool moved = true; moved;) {
      moved = false;
      for (const int32_t slot : slots) {
        if (++work_ > limits::kAssignorWorkMax) return moved_any;
        const int32_t owner = owner_[slot];
        const int32_t previous = claims_.previous[slot];
        int32_t to = previous;
        if (to == kNobody || count_[owner] <= count_[to] + 1) to = lowest(view_.topic_of(slot));
        if (count_[owner] <= count_[to] + 1) continue;
        move(moves_.better_than(slot, owner, to), to);
        moved = moved_any = true;
      }
    }
    return moved_any;
  }

  void move(int32_t slot, int32_t to) {
    const int32_t from = owner_[slot];
    moves_.record(slot, from, to);
    --count_[from];
    ++count_[to];
    owner_[slot] = to;
    ++changes_;
  }

  // The subscriber with the fewest partitions, of several the first. Searched anew only after counts have changed.
  int32_t lowest(int32_t topic) {
    Lowest& known = lowest_[topic];
    if (known.rank == kNobody || known.changes != changes_) {
      work_ += static_cast<int64_t>(view_.subscribers(topic).size());
      known.rank = *std::ranges::min_element(view_.subscribers(topic), {}, [&](int32_t rank) { return count_[rank]; });
      known.changes = changes_;
    }
    return known.rank;
  }

  // A partition waits when one of those who say they have it is not to have it, unless the new owner says so too.
  [[nodiscard]] std::vector<bool> slots_that_must_wait() const {
    std::vector<bool> must_wait(view_.slot_count());
    std::vector<bool> stays(view_.slot_count());
    for (int32_t rank = 0; rank < view_.member_count(); ++rank) {
      for (const Partition& partition : view_.member(rank).owned) {
        const int32_t slot = view_.slot_of(partition);
        if (slot < 0) continue;
        (owner_[slot] == rank ? stays : must_wait)[slot] = true;
      }
    }
    for (int32_t slot = 0; slot < view_.slot_count(); ++slot) must_wait[slot] = must_wait[slot] && !stays[slot];
    return must_wait;
  }

  struct Lowest {
    int32_t rank = kNobody;
    int64_t changes = 0;
  };

  const GroupView& view_;
  const Claims& claims_;
  const bool by_rack_;
  bool revoked_ = false;        // somebody had a partition that it may not keep
  std::vector<int32_t> count_;  // by rank
  std::vector<int32_t> owner_;  // by slot
  std::vector<Lowest> lowest_;  // by topic
  Moves moves_;
  int64_t changes_ = 0;
  int64_t work_ = 0;
};

}  // namespace

StickyAnswer sticky_unequal(const GroupView& view, const Claims& claims, bool by_rack) {
  return Balancer(view, claims, by_rack).balance();
}

}  // namespace ottla::assignor
