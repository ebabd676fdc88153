#include "core/base/hash_map.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace ottla {
namespace {

template <class T>
concept iterable = requires(T t) {
  t.begin();
};

static_assert(!iterable<HashMap<int, int>> && !iterable<HashSet<int>>,
              "an order that depends on a hash must not be had");

template <class T>
concept sortable = requires(const T& t) {
  t.sorted_keys();
};

static_assert(sortable<HashMap<std::string, int>> && sortable<HashSet<int>>);
static_assert(!sortable<HashMap<int*, int>> && !sortable<HashSet<const char*>> &&
                  !sortable<HashSet<std::shared_ptr<int>>> && !sortable<HashMap<std::unique_ptr<int>, int>>,
              "nor one that depends on addresses");

TEST(HashMap, finds_what_was_put_in_and_says_whether_it_was_new) {
  HashMap<std::string, int> map;
  EXPECT_TRUE(map.try_emplace("b", 2).second);
  EXPECT_FALSE(map.try_emplace("b", 3).second);
  map["a"] = 1;
  ASSERT_NE(map.find("b"), nullptr);
  EXPECT_EQ(*map.find("b"), 2);
  EXPECT_EQ(map.find("c"), nullptr);
  EXPECT_EQ(map.sorted_keys(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(map.erase("a"));
  EXPECT_FALSE(map.erase("a"));
  EXPECT_EQ(map.size(), 1U);
}

TEST(HashMap, a_value_stays_where_it_is_while_others_come) {
  HashMap<int, int> map;
  int* first = map.try_emplace(0, 7).first;
  for (int i = 1; i < 1000; ++i) map[i] = i;
  EXPECT_EQ(first, map.find(0));
  EXPECT_EQ(*first, 7);
}

TEST(HashSet, tells_new_from_known_and_lists_in_order) {
  HashSet<int> set;
  EXPECT_TRUE(set.insert(3));
  EXPECT_FALSE(set.insert(3));
  EXPECT_TRUE(set.insert(1));
  EXPECT_EQ(set.sorted_keys(), (std::vector<int>{1, 3}));
}

}  // namespace
}  // namespace ottla
