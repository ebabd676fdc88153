#include "core/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace ottla {
namespace {

enum class IoError { not_found, full };

struct Detailed {
  Detailed(IoError from) : code(from) {}  // NOLINT(google-explicit-constructor): errors widen into richer ones
  IoError code;
};

Result<int, IoError> half_of(int n) {
  if (n % 2 != 0) return Failure(IoError::not_found);
  return n / 2;
}

Result<void, IoError> check(bool fits) {
  if (!fits) return Failure(IoError::full);
  return {};
}

TEST(Result, holds_a_value_or_an_error) {
  const auto good = half_of(4);
  EXPECT_TRUE(good.ok());
  EXPECT_TRUE(static_cast<bool>(good));
  EXPECT_EQ(*good, 2);
  const auto bad = half_of(3);
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.error(), IoError::not_found);
  EXPECT_EQ(half_of(3).value_or(-1), -1);
  EXPECT_EQ(half_of(8).value_or(-1), 4);
}

TEST(Result, tells_value_and_error_of_one_type_apart) {
  const Result<std::string, std::string> value = std::string("same");
  const Result<std::string, std::string> error = Failure(std::string("same"));
  EXPECT_TRUE(value.ok());
  EXPECT_FALSE(error.ok());
  EXPECT_EQ(error.error(), "same");
}

TEST(Result, carries_what_can_only_be_moved) {
  Result<std::unique_ptr<int>, IoError> result = std::make_unique<int>(5);
  EXPECT_EQ(**result, 5);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
  const Result<int, std::unique_ptr<int>> failed = Failure(std::make_unique<int>(6));
  EXPECT_EQ(*failed.error(), 6);
}

TEST(Result, try_binds_the_value_or_returns_the_error) {
  const auto quarter_of = [](int n) -> Result<int, IoError> {
    OTTLA_TRY(const int half, half_of(n));
    OTTLA_TRY(const int quarter, half_of(half));
    return quarter;
  };
  EXPECT_EQ(quarter_of(12).value(), 3);
  EXPECT_EQ(quarter_of(6).error(), IoError::not_found);
}

TEST(Result, try_moves_and_widens) {
  const auto make = [](bool fits) -> Result<std::unique_ptr<int>, IoError> {
    OTTLA_TRY_DONE(check(fits));
    return std::make_unique<int>(1);
  };
  const auto use = [&](bool fits) -> Result<std::unique_ptr<int>, Detailed> {
    OTTLA_TRY(std::unique_ptr<int> made, make(fits));
    return made;
  };
  EXPECT_EQ(*use(true).value(), 1);
  EXPECT_EQ(use(false).error().code, IoError::full);
}

TEST(Result, try_evaluates_once_and_keeps_commas) {
  int calls = 0;
  const auto add = [&](int a, int b) -> Result<int, IoError> {
    ++calls;
    return a + b;
  };
  const auto sum = [&]() -> Result<int, IoError> {
    OTTLA_TRY(const int result, add(1, 2));
    return result;
  };
  EXPECT_EQ(sum().value(), 3);
  EXPECT_EQ(calls, 1);
}

TEST(Result, of_nothing_is_done_or_failed) {
  EXPECT_TRUE(check(true).ok());
  EXPECT_EQ(check(false).error(), IoError::full);
  const auto both = [](bool a, bool b) -> Result<void, IoError> {
    OTTLA_TRY_DONE(check(a));
    OTTLA_TRY_DONE(check(b));
    return {};
  };
  EXPECT_TRUE(both(true, true).ok());
  EXPECT_FALSE(both(true, false).ok());
  EXPECT_FALSE(both(false, true).ok());
}

TEST(Result, gives_a_loop_a_value_that_outlives_it) {
  const auto list = [] {
    return Result<std::vector<std::string>, IoError>(std::vector<std::string>(3, "longer than a small string"));
  };
  size_t letters = 0;
  for (const std::string& one : list().value()) letters += one.size();
  for (const std::string& one : *list()) letters += one.size();
  EXPECT_EQ(letters, 6 * std::string("longer than a small string").size());
  static_assert(std::is_same_v<decltype(list().value()), std::vector<std::string>>);
  static_assert(std::is_same_v<decltype(*list()), std::vector<std::string>>);
}

TEST(ResultDeathTest, looking_at_what_is_not_there_is_a_bug) {
  EXPECT_DEATH((void)half_of(3).value(), "assertion failed: ok\\(\\)");
  EXPECT_DEATH((void)half_of(4).error(), "assertion failed: !ok\\(\\)");
  EXPECT_DEATH(check(false).value(), "assertion failed: ok\\(\\)");
  EXPECT_DEATH((void)check(true).error(), "assertion failed: !ok\\(\\)");
}

static_assert(!std::is_convertible_v<Result<int, IoError>, bool>);
static_assert(!std::is_convertible_v<IoError, Result<int, IoError>>, "an error is wrapped in Failure");

}  // namespace
}  // namespace ottla
