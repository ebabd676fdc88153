#include "core/base/pattern.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <regex>
#include <string>

#include "core/base/prng.h"

namespace ottla {
namespace {

constexpr Pattern::Bounds kBounds{.text_size_max = 4096, .program_size_max = 4000, .depth_max = 200};

bool matches(std::string_view pattern, std::string_view name) {
  const auto compiled = Pattern::compile(pattern, kBounds);
  EXPECT_TRUE(compiled.ok()) << pattern << ": " << compiled.error().text;
  return compiled.ok() && compiled->matches(name);
}

std::string trouble(std::string_view pattern) {
  const auto compiled = Pattern::compile(pattern, kBounds);
  return compiled.ok() ? "none" : compiled.error().text;
}

TEST(Pattern, means_the_whole_name) {
  EXPECT_TRUE(matches("orders", "orders"));
  EXPECT_FALSE(matches("orders", "orders-v2"));
  EXPECT_FALSE(matches("orders", "reorders"));
  EXPECT_TRUE(matches(".*orders.*", "reorders-v2"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("a|ab|abc", "abc")) << "any way of matching counts, not the first";
  EXPECT_TRUE(matches("(a|ab)(c|bcd)", "abcd"));
}

TEST(Pattern, knows_what_topic_patterns_say) {
  EXPECT_TRUE(matches("orders-(eu|us)-\\d{2}", "orders-eu-07"));
  EXPECT_FALSE(matches("orders-(eu|us)-\\d{2}", "orders-eu-7"));
  EXPECT_TRUE(matches("^(?:[a-z]+\\.)+v[1-9]\\d*$", "shop.orders.v12"));
  EXPECT_TRUE(matches("(?i)ORDERS\\..+", "Orders.x"));
  EXPECT_TRUE(matches("(?i:O)rders", "orders"));
  EXPECT_FALSE(matches("(?i:O)RDERS", "orders"));
  EXPECT_TRUE(matches("(?i)a(?-i)B", "AB"));
  EXPECT_FALSE(matches("(?i)a(?-i)B", "Ab"));
  EXPECT_TRUE(matches("((?i)a|b)c", "Bc")) << "up to the end of its group, over the bar";
  EXPECT_FALSE(matches("((?i)a|b)c", "BC"));
  EXPECT_TRUE(matches("(?P<region>eu|us)\\..*", "us.x"));
  EXPECT_TRUE(matches("(?<region>eu|us)\\..*", "us.x"));
  EXPECT_TRUE(matches("[^_].*", "orders"));
  EXPECT_FALSE(matches("[^_].*", "__consumer_offsets"));
  EXPECT_TRUE(matches("\\Qa.b*\\E+", "a.b**"));
}

TEST(Pattern, knows_classes_and_escapes) {
  EXPECT_TRUE(matches("[]a]+", "a]"));
  EXPECT_TRUE(matches("[^]a]", "b"));
  EXPECT_FALSE(matches("[^]a]", "]"));
  EXPECT_TRUE(matches("[a-]+", "a-"));
  EXPECT_TRUE(matches("[-a]+", "a-"));
  EXPECT_TRUE(matches("[a-c-e]+", "b-e"));
  EXPECT_TRUE(matches("[[:alpha:]_]+[[:^digit:]]", "ab_x"));
  EXPECT_TRUE(matches("[\\w.-]+", "a_1.b-"));
  EXPECT_TRUE(matches("[\\]\\-\\\\]+", "]-\\"));
  EXPECT_TRUE(matches("\\x41\\x{42}\\103", "ABC"));
  EXPECT_TRUE(matches("(?i)[^a]", "b"));
  EXPECT_FALSE(matches("(?i)[^a]", "A"));
  EXPECT_TRUE(matches("\\D\\W\\S", "a.b"));
  EXPECT_FALSE(matches(".", "\n"));
  EXPECT_TRUE(matches("(?s).", "\n"));
  EXPECT_TRUE(matches("a{,2}", "a{,2}")) << "no repetition";
  EXPECT_TRUE(matches("a{2}b{1,}c{0,1}d*?", "aabbd"));
  EXPECT_FALSE(matches("\\bab\\b.\\Bb", "ab.b"));
  EXPECT_TRUE(matches("\\bab\\b-\\bb", "ab-b"));
  EXPECT_TRUE(matches("\\Aa\\z", "a"));
  EXPECT_TRUE(matches("(?m)a$\\n^b", "a\nb"));
}

TEST(Pattern, takes_other_characters_and_finds_them_nowhere) {
  EXPECT_TRUE(matches("caf\u00e9|tea", "tea"));
  EXPECT_FALSE(matches("caf\u00e9", "caf\u00e9"));
  EXPECT_TRUE(matches("[a-\u00e9]+", "xyz"));
  EXPECT_TRUE(matches("[^\u00e9]", "a"));
  EXPECT_FALSE(matches(".*", "\xc3\xa9"));
}

TEST(Pattern, says_what_is_wrong) {
  EXPECT_EQ(trouble("a("), "a group is not closed, at 1");
  EXPECT_EQ(trouble("a)"), "a ) closes no group, at 1");
  EXPECT_EQ(trouble("*a"), "there is nothing before it to repeat, at 0");
  EXPECT_EQ(trouble("a|{2}"), "there is nothing before it to repeat, at 2");
  EXPECT_EQ(trouble("a**"), "a repetition is repeated, at 2");
  EXPECT_EQ(trouble("a{2}{3}"), "a repetition is repeated, at 4");
  EXPECT_EQ(trouble("a{1001}"), "a repetition of more than 1000 times, at 7");
  EXPECT_EQ(trouble("a{3,2}"), "a repetition of at least more than at most, at 6");
  EXPECT_EQ(trouble("[a"), "a class is not closed, at 0");
  EXPECT_EQ(trouble("[z-a]"), "a range goes backwards, at 4");
  EXPECT_EQ(trouble("[a-\\d]"), "a range ends with a class, at 5");
  EXPECT_EQ(trouble("[[:nope:]]"), "there is no such class, at 3");
  EXPECT_EQ(trouble("a\\"), "a \\ escapes nothing, at 2");
  EXPECT_EQ(trouble("\\y"), "there is no such escape, at 1");
  EXPECT_EQ(trouble("(a)\\1"), "references back are not served, at 5");
  EXPECT_EQ(trouble("\\pN"), "classes of Unicode (\\p) are not served, at 1");
  EXPECT_EQ(trouble("(?=a)"), "there is no such group or flag, at 2");
  EXPECT_EQ(trouble("(?<!a)"), "a group's name is none, at 3");
  EXPECT_EQ(trouble("\\x{110000}"), "\\x is followed by no character, at 10");
  EXPECT_EQ(trouble("\xff"), "it is not UTF-8");
  EXPECT_EQ(trouble(std::string(5000, 'a')), "it is too long");
  EXPECT_EQ(trouble(std::string(201, '(') + std::string(201, ')')), "groups within groups too deep, at 201");
}

TEST(Pattern, is_bounded_whatever_it_repeats) {
  EXPECT_EQ(trouble("((a{1000}){1000}){1000}"), "what it repeats comes to too much");
  EXPECT_EQ(trouble("(((){1000}){1000}){1000}"), "what it repeats comes to too much") << "nothing takes time too";
  EXPECT_EQ(trouble("(a?){1000}"), "none");
}

// A matcher that goes back needs 2^30 steps and more for these.
TEST(Pattern, takes_linear_time) {
  const std::string name(200, 'a');
  EXPECT_FALSE(matches("(a*)*b", name));
  EXPECT_FALSE(matches("(a|a)*b", name));
  EXPECT_FALSE(matches("(a|aa)+(a|aa)+(a|aa)+b", name));
  EXPECT_TRUE(matches("(a?){200}a{200}", name));
}

// Small expressions of what both know, on all small names. The other's answer is believed.
class RandomPattern {
 public:
  explicit RandomPattern(Prng& prng) : prng_(prng) {}
  std::string make(int depth = 3) {
    switch (depth == 0 ? prng_.below(4) : prng_.below(9)) {
      case 0: return "a";
      case 1: return "b";
      case 2: return prng_.chance(1, 2) ? "." : "[^a]";
      case 3: return prng_.chance(1, 2) ? "[ab]" : "\\w";
      case 4: return make(depth - 1) + make(depth - 1);
      case 5: return "(" + make(depth - 1) + "|" + make(depth - 1) + ")";
      case 6: return "(?:" + make(depth - 1) + ")" + repetition();
      case 7: return make(depth - 1) + make(depth - 1) + make(depth - 1);
      default: return "(" + make(depth - 1) + "|)";
    }
  }

 private:
  std::string repetition() {
    switch (prng_.below(6)) {
      case 0: return "*";
      case 1: return "+";
      case 2: return "?";
      case 3: return "{2}";
      case 4: return "{1,}?";
      default: return "{0,2}";
    }
  }
  Prng& prng_;
};

TEST(Pattern, agrees_with_another_matcher) {
  std::vector<std::string> names = {""};
  for (size_t i = 0; i < names.size() && names[i].size() < 4; ++i) {
    for (const char c : {'a', 'b', '-'}) names.push_back(names[i] + c);
  }
  size_t matched = 0;
  Prng prng(20'260'101);
  for (int i = 0; i < 2'000; ++i) {
    const std::string text = RandomPattern(prng).make();
    const std::regex other(text);
    const auto pattern = Pattern::compile(text, kBounds);
    ASSERT_TRUE(pattern.ok()) << text;
    for (const std::string& name : names) {
      const bool wanted = std::regex_match(name, other);
      ASSERT_EQ(pattern->matches(name), wanted) << "'" << text << "' on '" << name << "'";
      matched += wanted ? 1 : 0;
    }
  }
  EXPECT_GT(matched, 10'000U) << "of " << 2'000 * names.size();
}

}  // namespace
}  // namespace ottla
