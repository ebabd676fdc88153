#include "core/base/assert.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <string>

#include "core/base/strong_id.h"

namespace ottla {
namespace {

enum class Colour : int8_t { red = -3 };
using BrokerId = StrongId<struct BrokerIdTag, int32_t>;

int twice(int a, int b) { return 2 * (a + b); }

TEST(Assert, a_condition_that_holds_costs_nothing_but_itself) {
  int evaluated = 0;
  OTTLA_ASSERT(++evaluated == 1);
  OTTLA_ASSERT(true, ++evaluated);
  EXPECT_EQ(evaluated, 1);
}

TEST(AssertDeathTest, names_the_expression_the_place_and_the_values) {
  const int first = 3;
  const int last = 2;
  EXPECT_DEATH(OTTLA_ASSERT(first < last), R"(ottla: assertion failed: first < last \(\) at .*assert_test\.cc:[0-9]+)");
  EXPECT_DEATH(OTTLA_ASSERT(first < last, first, last), R"(first < last \(first=3 last=2\))");
}

TEST(AssertDeathTest, a_comma_inside_an_argument_does_not_cut_it) {
  EXPECT_DEATH(OTTLA_ASSERT(false, twice(1, 2), twice(3, 4)), R"(\(twice\(1, 2\)=6 twice\(3, 4\)=14\))");
}

TEST(AssertDeathTest, values_of_every_kind_are_text) {
  const bool flag = true;
  const std::string text = "a string";
  const auto largest = std::numeric_limits<uint64_t>::max();
  const auto smallest = std::numeric_limits<int64_t>::min();
  EXPECT_DEATH(OTTLA_ASSERT(false, flag, text, largest, smallest),
               "flag=true text=a string largest=18446744073709551615 smallest=-9223372036854775808");
  const BrokerId broker{7};
  const Colour colour = Colour::red;
  const char* literal = "literal";
  EXPECT_DEATH(OTTLA_ASSERT(false, broker, colour, literal), "broker=7 colour=-3 literal=literal");
}

TEST(AssertDeathTest, a_long_context_is_cut_not_overrun) {
  const std::string text(10'000, 'x');
  EXPECT_DEATH(OTTLA_ASSERT(false, text), R"(\(text=x{507}\) at)");
}

TEST(AssertDeathTest, unreachable_says_why) {
  EXPECT_DEATH(OTTLA_UNREACHABLE("a batch without a magic"), "unreachable: a batch without a magic");
}

TEST(AssertDeathTest, the_hook_reports_instead_of_the_default) {
  EXPECT_DEATH(
      {
        set_crash_hook([](const CrashReport& report) {
          std::fprintf(stderr, "hook saw %s with %.*s\n", report.expression, static_cast<int>(report.context.size()),
                       report.context.data());
        });
        const int n = 1;
        OTTLA_ASSERT(n == 2, n);
      },
      "^hook saw n == 2 with n=1\n$");
}

TEST(AssertDeathTest, a_hook_that_fails_itself_does_not_run_again) {
  EXPECT_DEATH(
      {
        set_crash_hook([](const CrashReport&) {
          std::fprintf(stderr, "hook\n");
          OTTLA_ASSERT(false && "inside the hook");
        });
        OTTLA_ASSERT(false && "first");
      },
      "^hook\nottla: assertion failed: false && \"inside the hook\"");
}

TEST(Assert, setting_a_hook_gives_back_the_one_before) {
  const CrashHook hook = [](const CrashReport&) {};
  const CrashHook before = set_crash_hook(hook);
  EXPECT_EQ(set_crash_hook(before), hook);
}

}  // namespace
}  // namespace ottla
