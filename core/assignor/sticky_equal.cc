#include <algorithm>
#include <span>
#include <vector>

#include "core/assignor/racks.h"
#include "core/assignor/sticky_parts.h"
#include "core/base/assert.h"

namespace ottla::assignor {
namespace {

// With P partitions for M members everybody gets at least P / M, the share, and P % M members one more.
class Filler {
 public:
  Filler(const GroupView& view, const Claims& claims, bool by_rack)
      : view_(view),
        claims_(claims),
        by_rack_(by_rack),
        share_(view.subscribed_slot_count() / view.member_count()),
        longer_left_(view.subscribed_slot_count() % view.member_count()),
        count_(view.member_count()),
        let_go_(view.slot_count(), kNobody),
        answer_{std::vector<int32_t>(view.slot_count(), kNobody), std::vector<bool>(view.slot_count())} {}

  StickyAnswer fill() {
    keep_what_fits();
    std::vector<int32_t> free = free_slots();
    if (by_rack_) free = give_near(std::move(free));
    give_in_turn(free);
    return std::move(answer_);
  }

 private:
  // Every member keeps of its own up to its share, or one more while some may have one more. What it keeps is the lowest
  // partitions over all topics, so that a member who must shrink keeps an even mix of topics.
  void keep_what_fits() {
    std::vector<std::vector<int32_t>> held(view_.member_count());
    for (int32_t slot = 0; slot < view_.slot_count(); ++slot) {
      const int32_t holder = claims_.holder[slot];
      if (holder == kNobody) continue;
      if (by_rack_ && !near(view_, holder, slot)) {
        let_go_[slot] = holder;
      } else if (!claims_.disputed[slot]) {
        held[holder].push_back(slot);
      }
    }
    for (int32_t rank = 0; rank < view_.member_count(); ++rank) {
      std::vector<int32_t>& mine = held[rank];
      std::ranges::stable_sort(mine, {}, [&](int32_t slot) { return view_.partition_of(slot); });
      int32_t kept = std::min(static_cast<int32_t>(mine.size()), share_);
      if (static_cast<int32_t>(mine.size()) < share_) {
        short_.push_back(rank);
      } else if (static_cast<int32_t>(mine.size()) > share_ && longer_left_ > 0) {
        ++kept;
        one_longer();
      } else if (longer_left_ > 0) {
        at_share_.push_back(rank);
      }
      for (int32_t i = 0; i < kept; ++i) answer_.owner[mine[i]] = rank;
      for (size_t i = kept; i < mine.size(); ++i) let_go_[mine[i]] = rank;
      count_[rank] = kept;
    }
  }

  [[nodiscard]] std::vector<int32_t> free_slots() const {
    std::vector<int32_t> free;
    for (int32_t topic = 0; topic < view_.topic_count(); ++topic) {
      if (view_.subscribers(topic).empty()) continue;
      for (int32_t slot = view_.first_slot(topic); slot < view_.slot_end(topic); ++slot) {
        if (answer_.owner[slot] == kNobody) free.push_back(slot);
      }
    }
    return free;
  }

  // Free partitions to members on a rack of theirs, those with the fewest such members first; gives back the rest.
  std::vector<int32_t> give_near(std::vector<int32_t> free) {
    std::vector<RackIndex> member_racks;
    for (int32_t rank = 0; rank < view_.member_count(); ++rank) member_racks.push_back(view_.member(rank).rack);
    std::ranges::sort(member_racks);
    std::vector<int64_t> near_count(view_.slot_count());
    for (const int32_t slot : free) near_count[slot] = count_on(member_racks, racks_of(view_, slot));
    std::ranges::stable_sort(free, {}, [&](int32_t slot) { return near_count[slot]; });

    std::vector<int32_t> rest;
    size_t turn = 0;  // where in short_ the search for the next member begins
    for (const int32_t slot : free) {
      if (const size_t at = find_on_rack(short_, slot, turn); at < short_.size()) {
        const int32_t rank = short_[at];
        give(slot, rank);
        turn = at + 1;
        if (count_[rank] >= share_) {
          short_.erase(short_.begin() + at);
          if (longer_left_ > 0) at_share_.push_back(rank);
          turn = at;
        }
        if (turn >= short_.size()) turn = 0;
      } else if (const size_t other = find_on_rack(at_share_, slot, 0); other < at_share_.size()) {
        give(slot, at_share_[other]);
        at_share_.erase(at_share_.begin() + other);
        one_longer();
      } else {
        rest.push_back(slot);
      }
    }
    return rest;
  }

  // What is still free goes to the short ones in turn; when nobody is short, one more each to those at their share.
  void give_in_turn(const std::vector<int32_t>& free) {
    size_t turn = 0;
    size_t next_at_share = 0;
    for (const int32_t slot : free) {
      if (short_.empty()) {
        OTTLA_ASSERT(next_at_share < at_share_.size(), next_at_share, at_share_.size());
        give(slot, at_share_[next_at_share++]);
        continue;
      }
      if (turn == short_.size()) turn = 0;
      const int32_t rank = short_[turn];
      give(slot, rank);
      if (count_[rank] == share_) {
        short_.erase(short_.begin() + turn);
        at_share_.push_back(rank);
      } else {
        ++turn;
      }
    }
    OTTLA_ASSERT(short_.empty(), short_.size());
  }

  void give(int32_t slot, int32_t rank) {
    answer_.owner[slot] = rank;
    answer_.must_wait[slot] = claims_.disputed[slot] || (let_go_[slot] != kNobody && let_go_[slot] != rank);
    ++count_[rank];
  }

  // One member more has the share and one; when all have who may, nobody waits for it any longer.
  void one_longer() {
    if (--longer_left_ == 0) at_share_.clear();
  }

  // How many of the sorted racks are among `racks`.
  static int64_t count_on(const std::vector<RackIndex>& sorted, std::span<const RackIndex> racks) {
    int64_t count = 0;
    for (auto at = racks.begin(); at != racks.end(); ++at) {
      if (std::find(racks.begin(), at, *at) != at) continue;
      const auto [first, end] = std::equal_range(sorted.begin(), sorted.end(), *at);
      count += end - first;
    }
    return count;
  }

  [[nodiscard]] bool on_rack(int32_t rank, int32_t slot) const {
    const RackIndex rack = view_.member(rank).rack;
    return rack != kNoRack && has_replica_on(view_, slot, rack);
  }

  // The first on a rack of the slot's, searching from `first` and round; the size of `ranks` when there is none.
  [[nodiscard]] size_t find_on_rack(const std::vector<int32_t>& ranks, int32_t slot, size_t first) const {
    for (size_t i = 0; i < ranks.size(); ++i) {
      const size_t at = (first + i) % ranks.size();
      if (on_rack(ranks[at], slot)) return at;
    }
    return ranks.size();
  }

  const GroupView& view_;
  const Claims& claims_;
  const bool by_rack_;
  const int32_t share_;
  int32_t longer_left_;            // members that may still have the share and one
  std::vector<int32_t> count_;     // by rank
  std::vector<int32_t> let_go_;    // by slot, the holder who did not keep it
  std::vector<int32_t> short_;     // ranks below the share, in turn
  std::vector<int32_t> at_share_;  // ranks that have the share and may get one more
  StickyAnswer answer_;
};

}  // namespace

StickyAnswer sticky_equal(const GroupView& view, const Claims& claims, bool by_rack) {
  return Filler(view, claims, by_rack).fill();
}

}  // namespace ottla::assignor
