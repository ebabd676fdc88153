#include <algorithm>
#include <numeric>
#include <vector>

#include "core/assignor/group_view.h"
#include "core/model/limits.h"

namespace ottla::assignor {
namespace {

// What the members had: the first to claim a partition has it. The coordinator never gives one to two.
std::vector<int32_t> owners_before(const GroupView& view) {
  std::vector<int32_t> owner(view.slot_count(), kNobody);
  for (int32_t rank = 0; rank < view.member_count(); ++rank) {
    for (const Partition& partition : view.member(rank).owned) {
      const int32_t slot = view.slot_of(partition);
      if (slot < 0 || owner[slot] != kNobody || !view.subscribes(rank, view.topic_of(slot))) continue;
      owner[slot] = rank;
    }
  }
  return owner;
}

// Equal subscriptions. Each member in turn keeps what fits its share, the first ones may have one more; then what is free
// fills up those below theirs, one member after the other.
void fill_shares(const GroupView& view, std::vector<int32_t>& owner) {
  const int32_t share = view.subscribed_slot_count() / view.member_count();
  int32_t longer_left = view.subscribed_slot_count() % view.member_count();

  std::vector<std::vector<int32_t>> held(view.member_count());
  std::vector<int32_t> free;
  for (int32_t slot = 0; slot < view.slot_count(); ++slot) {
    if (owner[slot] != kNobody) {
      held[owner[slot]].push_back(slot);
    } else if (!view.subscribers(view.topic_of(slot)).empty()) {
      free.push_back(slot);
    }
  }

  std::vector<int32_t> room(view.member_count());
  for (int32_t rank = 0; rank < view.member_count(); ++rank) {
    const auto had = static_cast<int32_t>(held[rank].size());
    // A member that would only be given the odd one leaves it to a later one, who may have it already, while enough
    // members come after it.
    const bool longer = longer_left > 0 && (had > share || view.member_count() - rank <= longer_left);
    const int32_t quota = share + (longer ? 1 : 0);
    if (longer) --longer_left;
    for (int32_t i = quota; i < had; ++i) {
      owner[held[rank][i]] = kNobody;
      free.push_back(held[rank][i]);
    }
    room[rank] = std::max(0, quota - had);
  }

  size_t next = 0;
  for (int32_t rank = 0; rank < view.member_count(); ++rank) {
    for (; room[rank] > 0 && next < free.size(); --room[rank]) owner[free[next++]] = rank;
  }
}

// Unequal subscriptions: the free partitions of each topic to its least loaded subscribers, then topic by topic from the
// most loaded to the least loaded, until a round over all topics moves nothing.
class Leveller {
 public:
  Leveller(const GroupView& view, std::vector<int32_t>& owner)
      : view_(view), owner_(owner), count_(view.member_count()), stock_(view.member_count()) {}

  void level() {
    for (const int32_t rank : owner_) {
      if (rank != kNobody) ++count_[rank];
    }
    const std::vector<int32_t> topics = topics_in_order();
    for (const int32_t topic : topics) give_free(topic);

    std::vector<int32_t> shared;
    std::ranges::copy_if(topics, std::back_inserter(shared),
                         [&](int32_t topic) { return view_.subscribers(topic).size() >= 2; });
    size_t unmoved = 0;  // topics looked at in vain since one was moved
    for (size_t visit = 0; visit < shared.size() * limits::kUniformRoundsMax; ++visit) {
      if (visit > 0 && unmoved + 1 == shared.size()) return;
      const bool moved = even_out(shared[visit % shared.size()]);
      unmoved = moved || visit == 0 ? 0 : unmoved + 1;
    }
  }

 private:
  // Most partitions a subscriber first, then fewest subscribers.
  [[nodiscard]] std::vector<int32_t> topics_in_order() const {
    std::vector<int32_t> topics;
    for (int32_t topic = 0; topic < view_.topic_count(); ++topic) {
      if (!view_.subscribers(topic).empty()) topics.push_back(topic);
    }
    std::ranges::stable_sort(topics, [&](int32_t a, int32_t b) {
      const auto subscribers_a = static_cast<int64_t>(view_.subscribers(a).size());
      const auto subscribers_b = static_cast<int64_t>(view_.subscribers(b).size());
      const int64_t left = view_.topic(a).partition_count * subscribers_b;
      const int64_t right = view_.topic(b).partition_count * subscribers_a;
      return left != right ? left > right : subscribers_a < subscribers_b;
    });
    return topics;
  }

  // The topic's subscribers, the least loaded first.
  [[nodiscard]] std::vector<int32_t> by_load(int32_t topic) const {
    std::vector<int32_t> ranks(view_.subscribers(topic).begin(), view_.subscribers(topic).end());
    std::ranges::stable_sort(ranks, {}, [&](int32_t rank) { return count_[rank]; });
    return ranks;
  }

  // Members in the order in which they are filled up: those at the lowest level in turn, until all stand a level higher
  // and are joined by those who stood there.
  class Takers {
   public:
    Takers(const std::vector<int32_t>& by_load, const std::vector<int32_t>& count)
        : by_load_(by_load), count_(count), level_(count[by_load.front()] - 1) {}

    int32_t next() {
      if (next_ == end_) {
        ++level_;
        while (end_ < by_load_.size() && count_[by_load_[end_]] == level_) ++end_;
        next_ = 0;
      }
      return by_load_[next_++];
    }
    [[nodiscard]] int32_t level() const { return level_; }

   private:
    const std::vector<int32_t>& by_load_;
    const std::vector<int32_t>& count_;
    int32_t level_;
    size_t next_ = 0;
    size_t end_ = 0;
  };

  // The counterpart: those at the highest level in turn. One with nothing to give is struck off, and the first of the turn
  // takes its place.
  class Givers {
   public:
    Givers(std::vector<int32_t> by_load, const std::vector<int32_t>& count)
        : heaviest_first_(by_load.rbegin(), by_load.rend()), count_(count) {}

    // kNobody when nobody is left. `can_give` says whether a member has a partition of the topic left.
    template <class CanGive>
    int32_t next(CanGive can_give) {
      for (;; strike_off()) {
        if (next_ == end_) start_turn();
        if (next_ == heaviest_first_.size()) return kNobody;
        const int32_t rank = heaviest_first_[next_++];
        if (can_give(rank)) return rank;
      }
    }
    [[nodiscard]] int32_t level() const { return level_; }

   private:
    void start_turn() {
      if (begin_ < end_) {
        --level_;
      } else if (end_ < heaviest_first_.size()) {
        level_ = count_[heaviest_first_[end_]];
      }
      while (end_ < heaviest_first_.size() && count_[heaviest_first_[end_]] == level_) ++end_;
      next_ = begin_;
    }
    void strike_off() { heaviest_first_[next_ - 1] = heaviest_first_[begin_++]; }

    std::vector<int32_t> heaviest_first_;
    const std::vector<int32_t>& count_;
    int32_t level_ = 0;
    size_t begin_ = 0;  // those before it are struck off
    size_t next_ = 0;
    size_t end_ = 0;
  };

  void give_free(int32_t topic) {
    const auto first = owner_.begin() + view_.first_slot(topic);
    const auto end = owner_.begin() + view_.slot_end(topic);
    if (std::find(first, end, kNobody) == end) return;
    const std::vector<int32_t> ranks = by_load(topic);
    Takers takers(ranks, count_);
    for (int32_t slot = view_.first_slot(topic); slot < view_.slot_end(topic); ++slot) {
      if (owner_[slot] == kNobody) give(slot, takers.next());
    }
  }

  bool even_out(int32_t topic) {
    const std::vector<int32_t> ranks = by_load(topic);
    if (count_[ranks.back()] - count_[ranks.front()] <= 1) return false;

    // A subscriber gives from the end of what it has; what it is given here it does not give on.
    for (const int32_t rank : ranks) stock_[rank].clear();
    for (int32_t slot = view_.first_slot(topic); slot < view_.slot_end(topic); ++slot) {
      stock_[owner_[slot]].push_back(slot);
    }

    Takers takers(ranks, count_);
    Givers givers(ranks, count_);
    bool moved = false;
    while (true) {
      const int32_t from = givers.next([&](int32_t rank) { return !stock_[rank].empty(); });
      if (from == kNobody) return moved;
      const int32_t to = takers.next();
      if (givers.level() - takers.level() <= 1) return moved;
      const int32_t slot = stock_[from].back();
      stock_[from].pop_back();
      --count_[from];
      give(slot, to);
      moved = true;
    }
  }

  void give(int32_t slot, int32_t to) {
    owner_[slot] = to;
    ++count_[to];
  }

  const GroupView& view_;
  std::vector<int32_t>& owner_;
  std::vector<int32_t> count_;               // by rank
  std::vector<std::vector<int32_t>> stock_;  // by rank, what it has of the topic at hand, ascending
};

}  // namespace

Assignment coordinator_uniform(const Group& group) {
  const GroupView view(group, MemberOrder::by_id);
  std::vector<int32_t> owner = owners_before(view);
  if (view.member_count() > 0) {
    if (view.equal_subscriptions()) {
      fill_shares(view, owner);
    } else {
      Leveller(view, owner).level();
    }
  }
  return view.to_assignment(owner);
}

}  // namespace ottla::assignor
