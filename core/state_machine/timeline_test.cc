// A TimelineMap against a list of all its states.
#include "core/state_machine/timeline.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "core/base/prng.h"

namespace ottla {
namespace {

using Plain = std::map<std::string, int>;

TEST(Timeline, what_is_not_committed_is_seen_by_who_asks_for_the_newest_only) {
  Timeline timeline;
  TimelineMap<std::string, int> map(timeline);
  timeline.advance(Offset(4));
  map.set("a", 1);
  EXPECT_EQ(*map.find("a"), 1);
  EXPECT_EQ(map.find_committed("a"), nullptr);
  timeline.commit(Offset(5));
  EXPECT_EQ(*map.find_committed("a"), 1);
  timeline.advance(Offset(5));
  map.erase("a");
  EXPECT_EQ(map.find("a"), nullptr);
  EXPECT_EQ(*map.find_committed("a"), 1);
  EXPECT_TRUE(map.empty());
  timeline.roll_back(Offset(5));
  EXPECT_EQ(*map.find("a"), 1);
  EXPECT_EQ(map.size(), 1U);
}

TEST(Timeline, below_the_committed_end_nothing_is_kept) {
  Timeline timeline;
  TimelineMap<int, int> map(timeline);
  timeline.commit(Offset(100));
  for (int i = 0; i < 100; ++i) {
    timeline.advance(Offset(i));
    map.set(i % 7, i);
  }
  EXPECT_EQ(timeline.uncommitted_count(), 0U);
  EXPECT_EQ(map.size(), 7U);
  EXPECT_EQ(*map.find_committed(99 % 7), 99);
}

class Model {
 public:
  Model() { states_.emplace_back(); }
  Plain& begin() { return states_.emplace_back(states_.back()); }
  [[nodiscard]] const Plain& at(size_t records) const { return states_[records]; }
  [[nodiscard]] size_t end() const { return states_.size() - 1; }
  void roll_back(size_t records) { states_.resize(records + 1); }

 private:
  std::vector<Plain> states_;  // after so many records
};

template <class Map>
void expect_equal(const Map& map, const Plain& newest, const Plain& committed) {
  Plain seen;
  map.for_each([&](const std::string& key, int value) { return seen.emplace(key, value).second; });
  EXPECT_EQ(seen, newest);
  EXPECT_EQ(map.size(), newest.size());
  seen.clear();
  map.for_each_committed([&](const std::string& key, int value) { return seen.emplace(key, value).second; });
  EXPECT_EQ(seen, committed);
  for (const auto& [key, value] : newest) EXPECT_EQ(*map.find(key), value);
  for (const auto& [key, value] : committed) EXPECT_EQ(*map.find_committed(key), value);
}

TEST(Timeline, random_changes_commits_and_roll_backs_give_what_a_list_of_states_gives) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    Prng prng(seed);
    Timeline timeline;
    TimelineMap<std::string, int> map(timeline);
    TimelineMap<std::string, int> other(timeline);  // changes of several maps interleave
    Model model;
    size_t committed = 0;
    for (int step = 0; step < 120; ++step) {
      const uint64_t what = prng.below(10);
      if (what < 7) {
        timeline.advance(Offset(static_cast<int64_t>(model.end())));
        Plain& state = model.begin();
        for (uint64_t i = prng.below(3); i <= 2; ++i) {
          const std::string key(1, static_cast<char>('a' + prng.below(6)));
          if (prng.below(3) == 0) {
            map.erase(key);
            other.erase(key);
            state.erase(key);
          } else {
            map.set(key, step);
            other.set(key, step);
            state[key] = step;
          }
        }
      } else if (what < 9) {
        committed += prng.below(model.end() - committed + 1);
        timeline.commit(Offset(static_cast<int64_t>(committed)));
      } else {
        const size_t end = committed + prng.below(model.end() - committed + 1);
        timeline.roll_back(Offset(static_cast<int64_t>(end)));
        model.roll_back(end);
      }
      expect_equal(map, model.at(model.end()), model.at(committed));
      expect_equal(other, model.at(model.end()), model.at(committed));
    }
  }
}

TEST(Timeline, walks_begin_where_they_are_told) {
  Timeline timeline;
  TimelineMap<std::string, int> map(timeline);
  for (const char* key : {"a", "b", "d"}) map.set(key, 0);
  std::string seen;
  map.for_each_from(std::string_view("b"), [&](const std::string& key, int) {
    seen += key;
    return true;
  });
  EXPECT_EQ(seen, "bd");
}

}  // namespace
}  // namespace ottla
