#include "core/base/json_writer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <cstdlib>
#include <limits>
#include <string>

namespace ottla {
namespace {

template <class Write>
std::string written(Write write, JsonWriter::Style style = JsonWriter::Style::compact) {
  std::string out;
  JsonWriter json(out, style);
  write(json);
  EXPECT_TRUE(json.done());
  return out;
}

std::string string_of(std::string_view text) {
  return written([&](JsonWriter& json) { json.string(text); });
}

std::string number_of(auto value) {
  return written([&](JsonWriter& json) { json.number(value); });
}

void write_sample(JsonWriter& json) {
  json.begin_object();
  json.key("name"), json.string("orders");
  json.key("partitions"), json.begin_array();
  json.number(0), json.number(1);
  json.begin_object();
  json.key("leader"), json.null();
  json.end_object();
  json.end_array();
  json.key("none"), json.begin_array(), json.end_array();
  json.key("empty"), json.begin_object(), json.end_object();
  json.key("internal"), json.boolean(false);
  json.end_object();
}

TEST(JsonWriter, compact_style_has_no_white_space) {
  EXPECT_EQ(written(write_sample),
            R"({"name":"orders","partitions":[0,1,{"leader":null}],"none":[],"empty":{},"internal":false})");
}

TEST(JsonWriter, indented_style_gives_every_member_a_line) {
  EXPECT_EQ(written(write_sample, JsonWriter::Style::indented),
            R"({
  "name": "orders",
  "partitions": [
    0,
    1,
    {
      "leader": null
    }
  ],
  "none": [],
  "empty": {},
  "internal": false
})");
}

TEST(JsonWriter, appends_to_what_the_string_holds) {
  std::string out = "log: ";
  JsonWriter json(out);
  EXPECT_FALSE(json.done());
  json.boolean(true);
  EXPECT_TRUE(json.done());
  EXPECT_EQ(out, "log: true");
}

TEST(JsonWriter, escapes_what_json_requires_and_nothing_else) {
  EXPECT_EQ(string_of(""), R"("")");
  EXPECT_EQ(string_of("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(string_of("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(string_of(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(string_of("\u00e4\u20ac\U0001f9a6"), "\"\u00e4\u20ac\U0001f9a6\"");
}

TEST(JsonWriter, keys_are_escaped_like_strings) {
  EXPECT_EQ(written([](JsonWriter& json) {
              json.begin_object();
              json.key("\"\n\xff"), json.number(1);
              json.end_object();
            }),
            "{\"\\\"\\n\uFFFD\":1}");
}

TEST(JsonWriter, what_is_not_utf8_becomes_replacement_characters) {
  EXPECT_EQ(string_of("a\xff"
                      "b"),
            "\"a\uFFFDb\"");
  EXPECT_EQ(string_of("\xc3"), "\"\uFFFD\"");                      // cut off
  EXPECT_EQ(string_of("\xe2\x82\""), "\"\uFFFD\\\"\"");            // cut off before a quote, which is still escaped
  EXPECT_EQ(string_of("\xc0\xaf"), "\"\uFFFD\uFFFD\"");            // overlong
  EXPECT_EQ(string_of("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");  // a surrogate
}

TEST(JsonWriter, writes_every_bit_of_an_integer) {
  EXPECT_EQ(number_of(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(number_of(std::numeric_limits<int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(number_of(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(number_of(int8_t{-128}), "-128");
  EXPECT_EQ(number_of(uint16_t{65535}), "65535");
}

TEST(JsonWriter, doubles_are_short_and_look_like_doubles) {
  EXPECT_EQ(number_of(0.1), "0.1");
  EXPECT_EQ(number_of(1.0), "1.0");
  EXPECT_EQ(number_of(-0.0), "-0.0");
  EXPECT_EQ(number_of(1e300), "1e+300");
  EXPECT_EQ(number_of(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(number_of(-std::numeric_limits<double>::max()), "-1.7976931348623157e+308");
}

TEST(JsonWriter, doubles_that_json_lacks_are_strings) {
  EXPECT_EQ(number_of(std::numeric_limits<double>::quiet_NaN()), R"("NaN")");
  EXPECT_EQ(number_of(std::numeric_limits<double>::infinity()), R"("Infinity")");
  EXPECT_EQ(number_of(-std::numeric_limits<double>::infinity()), R"("-Infinity")");
}

TEST(JsonWriter, every_finite_double_reads_back_the_same) {
  EXPECT_TRUE(rc::check([](uint64_t bits) {
    const auto value = std::bit_cast<double>(bits);
    RC_PRE(value - value == 0);  // finite
    const double back = std::strtod(number_of(value).c_str(), nullptr);
    RC_ASSERT(std::bit_cast<uint64_t>(back) == bits);
  }));
}

TEST(JsonWriter, bytes_are_base64) {
  EXPECT_EQ(written([](JsonWriter& json) { json.base64(BytesView::of("any carnal pleas")); }),
            R"("YW55IGNhcm5hbCBwbGVhcw==")");
}

TEST(JsonWriter, takes_as_many_levels_as_it_says) {
  const std::string nested = written([](JsonWriter& json) {
    for (size_t i = 0; i < JsonWriter::kDepthMax; ++i) json.begin_array();
    for (size_t i = 0; i < JsonWriter::kDepthMax; ++i) json.end_array();
  });
  EXPECT_EQ(nested, std::string(64, '[') + std::string(64, ']'));
}

TEST(JsonWriterDeathTest, text_that_would_not_be_json_is_a_bug) {
  std::string out;
  EXPECT_DEATH(JsonWriter(out).key("a key outside an object"), "a key outside an object");
  EXPECT_DEATH(JsonWriter(out).end_array(), "assertion failed");
  const auto dies = [](auto write) {
    EXPECT_DEATH(
        {
          std::string text;
          JsonWriter json(text);
          write(json);
        },
        "assertion failed");
  };
  dies([](JsonWriter& json) { json.null(), json.null(); });                               // a second value
  dies([](JsonWriter& json) { json.begin_object(), json.null(); });                       // a value without a key
  dies([](JsonWriter& json) { json.begin_array(), json.key("a"); });                      // a key in an array
  dies([](JsonWriter& json) { json.begin_object(), json.key("a"), json.key("b"); });      // a key without a value
  dies([](JsonWriter& json) { json.begin_object(), json.key("a"), json.end_object(); });  // the same, at the end
  dies([](JsonWriter& json) { json.begin_object(), json.end_array(); });                  // the wrong end
  dies([](JsonWriter& json) {
    for (size_t i = 0; i <= JsonWriter::kDepthMax; ++i) json.begin_array();
  });
}

}  // namespace
}  // namespace ottla
