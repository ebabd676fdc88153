#include "core/base/bounded_queue.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/base/alloc_count_testing.h"
#include "core/base/prng.h"

namespace ottla {
namespace {

TEST(BoundedQueue, first_in_is_first_out) {
  BoundedQueue<int> queue(3);
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.push(2));
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.front(), 1);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_TRUE(queue.empty());
}

TEST(BoundedQueue, refuses_when_full_and_leaves_the_value_with_its_owner) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
  EXPECT_TRUE(queue.full());
  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(queue.push(std::move(second)));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(*queue.pop(), 1);
  EXPECT_TRUE(queue.push(std::move(second)));
  EXPECT_EQ(*queue.front(), 2);
}

TEST(BoundedQueue, behaves_as_a_deque_with_a_limit) {
  for (const size_t capacity : {1U, 2U, 7U}) {
    BoundedQueue<std::string> queue(capacity);
    std::deque<std::string> model;
    Prng prng(capacity);
    for (int step = 0; step < 2000; ++step) {
      if (prng.chance(1, 2)) {
        const std::string value = "a value too long to be kept inline " + std::to_string(step);
        const bool fits = model.size() < capacity;
        ASSERT_EQ(queue.push(value), fits);
        if (fits) model.push_back(value);
      } else if (!model.empty()) {
        ASSERT_EQ(queue.pop(), model.front());
        model.pop_front();
      }
      ASSERT_EQ(queue.size(), model.size());
      ASSERT_EQ(queue.full(), model.size() == capacity);
      const BoundedQueue<std::string>& seen = queue;
      ASSERT_TRUE(std::equal(seen.begin(), seen.end(), model.begin(), model.end()));
      if (!model.empty()) {
        ASSERT_EQ(seen[model.size() - 1], model.back());
      }
    }
  }
}

TEST(BoundedQueue, elements_may_be_changed_in_place) {
  BoundedQueue<int> queue(4);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(queue.push(i));
  queue.drop_front();
  for (int& value : queue) value *= 10;
  queue.front() += 1;
  EXPECT_EQ(std::vector<int>(queue.begin(), queue.end()), (std::vector<int>{11, 20, 30}));
}

TEST(BoundedQueue, destroys_what_it_held) {
  const auto shared = std::make_shared<int>(1);
  {
    BoundedQueue<std::shared_ptr<int>> queue(4);
    EXPECT_TRUE(queue.push(shared));
    EXPECT_TRUE(queue.emplace(shared));
    EXPECT_TRUE(queue.push(shared));
    EXPECT_EQ(shared.use_count(), 4);
    queue.drop_front();
    EXPECT_EQ(shared.use_count(), 3);
    queue.clear();
    EXPECT_EQ(shared.use_count(), 1);
    EXPECT_TRUE(queue.push(shared));
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(BoundedQueue, allocates_nothing_after_construction) {
  BoundedQueue<std::unique_ptr<int>> queue(8);
  const AllocCount count;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(queue.push(nullptr));
    EXPECT_EQ(queue.pop(), nullptr);
  }
  EXPECT_EQ(count.so_far(), 0U);
}

TEST(BoundedQueueDeathTest, taking_from_nothing_is_a_bug) {
  BoundedQueue<int> queue(2);
  EXPECT_DEATH(queue.pop(), "at=0 size_=0");
  EXPECT_DEATH(queue.drop_front(), "at=0 size_=0");
  EXPECT_TRUE(queue.push(1));
  EXPECT_DEATH((void)queue[1], "at=1 size_=1");
  EXPECT_DEATH(BoundedQueue<int>(0), "capacity > 0");
}

}  // namespace
}  // namespace ottla
