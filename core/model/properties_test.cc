#include "core/model/properties.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/model/limits.h"

namespace ottla {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs parsed(std::string_view text) {
  const auto properties = parse_properties(text);
  if (!properties) return {{"error in line " + std::to_string(properties.error().line), properties.error().text}};
  Pairs pairs;
  for (const Property& property : *properties) pairs.emplace_back(property.name, property.value);
  return pairs;
}

TEST(Properties, end_a_name_at_an_equals_sign_a_colon_or_a_blank) {
  const Pairs expected{{"name", "value"}};
  for (const char* text : {"name=value", "name:value", "name value", "name = value", "  name\t:\tvalue",
                           "name = value\n", "name\f=\fvalue\r\n"}) {
    EXPECT_EQ(parsed(text), expected) << text;
  }
  EXPECT_EQ(parsed("name = = value"), (Pairs{{"name", "= value"}}));
  EXPECT_EQ(parsed("name=a=b:c d "), (Pairs{{"name", "a=b:c d "}}));
  EXPECT_EQ(parsed("name\\=x\\:y\\ z=v"), (Pairs{{"name=x:y z", "v"}}));
}

TEST(Properties, may_have_no_value) {
  for (const char* text : {"name", "name=", "name :", "name\n", "name \\\n"})
    EXPECT_EQ(parsed(text), (Pairs{{"name", ""}}));
}

TEST(Properties, pass_over_comments_and_blank_lines) {
  EXPECT_EQ(parsed("# a=1\n   ! b=2\n\n \t\f\nc=3 # not a comment\n#last \\\nd=4"),
            (Pairs{{"c", "3 # not a comment"}, {"d", "4"}}));
  EXPECT_EQ(parsed(""), Pairs{});
  EXPECT_EQ(parsed("#"), Pairs{});
}

TEST(Properties, go_on_after_a_backslash_that_ends_the_line) {
  EXPECT_EQ(parsed("dirs = /a,\\\n    /b,\\\r\n\t/c\nnext=1"), (Pairs{{"dirs", "/a,/b,/c"}, {"next", "1"}}));
  EXPECT_EQ(parsed("na\\\n   me=v"), (Pairs{{"name", "v"}}));
  EXPECT_EQ(parsed("name\\\n = v"), (Pairs{{"name", "v"}}));
  EXPECT_EQ(parsed("path=C:\\\\\nnext=1"), (Pairs{{"path", "C:\\"}, {"next", "1"}}))
      << "two backslashes are one character";
  EXPECT_EQ(parsed("a=1\\\n# 2"), (Pairs{{"a", "1# 2"}})) << "no comment begins inside a line";
  EXPECT_EQ(parsed("a=1\\"), (Pairs{{"a", "1"}}));
}

TEST(Properties, know_javas_escapes) {
  EXPECT_EQ(parsed("a=\\t\\n\\r\\f\\q\\\\\\\"").front().second, "\t\n\r\fq\\\"");
  EXPECT_EQ(parsed("gr\\u00fc\\u00DFe=\\u20ac \\uD83D\\ude00"), (Pairs{{"gr\xc3\xbc\xc3\x9f"
                                                                        "e",
                                                                        "\xe2\x82\xac \xf0\x9f\x98\x80"}}));
  EXPECT_EQ(parsed("name=gr\xc3\xbc\xc3\x9f"
                   "e"),
            (Pairs{{"name",
                    "gr\xc3\xbc\xc3\x9f"
                    "e"}}));
}

TEST(Properties, tell_the_line_of_a_fault) {
  const auto fault = [](std::string_view text) {
    const auto properties = parse_properties(text);
    return properties ? "none" : std::to_string(properties.error().line) + ": " + properties.error().text;
  };
  EXPECT_EQ(fault("a=1\n\nb=2\na=3"), "4: \"a\" is set in line 1 and again in line 4");
  EXPECT_EQ(fault("a=1\\\n2\nb = \\u12g4"), "3: \\u needs four hex digits");
  EXPECT_EQ(fault("b=\\u12"), "1: \\u needs four hex digits");
  EXPECT_EQ(fault("b=\\u-123"), "1: \\u needs four hex digits");
  EXPECT_EQ(fault("b=\\ud83d"), "1: \\u has half of a surrogate pair");
  EXPECT_EQ(fault("b=\\ude00\\ud83d"), "1: \\u has half of a surrogate pair");
  EXPECT_EQ(fault("b=\\ud83d\\u0041"), "1: \\u has half of a surrogate pair");
  EXPECT_EQ(fault("\n = value"), "2: a value without a name");
  EXPECT_EQ(fault("b=\\u0000"), "1: a zero byte");
  EXPECT_EQ(fault(std::string_view("a=1\nb=\0", 7)), "2: a zero byte");
  EXPECT_EQ(fault("a=1\r\nb=2\rc=3\n=x"), "4: a value without a name") << "each kind of line end counts as one";
}

TEST(Properties, never_repeat_a_value_in_an_error) {
  const auto properties = parse_properties("ssl.key.password=hunter2\nssl.key.password=hunter3");
  ASSERT_FALSE(properties.ok());
  EXPECT_EQ(properties.error().text.find("hunter"), std::string::npos);
}

TEST(Properties, are_bounded) {
  EXPECT_FALSE(parse_properties(std::string(limits::kPropertiesSizeMax + 1, '#')).ok());
  EXPECT_TRUE(parse_properties(std::string(limits::kPropertiesSizeMax, '#')).ok());
  EXPECT_FALSE(parse_properties(std::string(limits::kSettingNameSizeMax + 1, 'n')).ok());
  EXPECT_FALSE(parse_properties("n=" + std::string(limits::kSettingValueSizeMax + 1, 'v')).ok());
  std::string many;
  for (size_t i = 0; i <= limits::kPropertiesCountMax; ++i) many += "n" + std::to_string(i) + "\n";
  EXPECT_FALSE(parse_properties(many).ok());
}

// Everything that could mean something else is escaped, as Java's own writer does.
std::string written(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '\t': result += "\\t"; break;
      case '\n': result += "\\n"; break;
      case '\r': result += "\\r"; break;
      case '\f': result += "\\f"; break;
      case ' ':
      case '=':
      case ':':
      case '#':
      case '!':
      case '\\': result += '\\', result += c; break;
      default: result += c; break;
    }
  }
  return result;
}

TEST(Properties, come_back_as_they_were_written) {
  EXPECT_TRUE(rc::check([](std::string name, std::string value) {
    for (std::string* text : {&name, &value}) text->erase(std::remove(text->begin(), text->end(), '\0'), text->end());
    RC_PRE(!name.empty());
    RC_ASSERT(parsed(written(name) + "=" + written(value)) == (Pairs{{name, value}}));
  }));
}

}  // namespace
}  // namespace ottla
