// Bytes as text and text as bytes: UTF-8, base64, hexadecimal.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/base64.h"
#include "core/base/hex.h"
#include "core/base/utf8.h"

namespace ottla {
namespace {

std::string decoded(const std::optional<Bytes>& bytes) {
  return bytes.has_value() ? std::string(bytes->view().text()) : "refused";
}

TEST(Utf8, characters_of_every_length_and_their_extremes_are_well_formed) {
  const std::vector<std::string> characters = {
      std::string(1, '\0'), "\x7f",         "\xc2\x80",     "\xdf\xbf",         "\xe0\xa0\x80",
      "\xed\x9f\xbf",       "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
  std::string all;
  for (const std::string& character : characters) {
    const Utf8Step step = utf8_step(character + "x");
    EXPECT_TRUE(step.valid);
    EXPECT_EQ(step.size, character.size());
    all += character;
  }
  EXPECT_TRUE(is_utf8(all));
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, ill_formed_text_is_stepped_over_as_unicode_recommends) {
  // The text of the Unicode standard's table 3-8 and its neighbours: how many bytes one replacement stands
  // for.
  const std::vector<std::pair<std::string, size_t>> cases = {
      {"\x80", 1},         {"\xbf", 1},         {"\xc0\x80", 1},         {"\xc1\xbf", 1},  {"\xc2", 1},
      {"\xc2x", 1},        {"\xe0\x9f", 1},     {"\xe1\x80", 2},         {"\xe1\x80x", 2}, {"\xed\xa0\x80", 1},
      {"\xf0\x8f\xbf", 1}, {"\xf1\x80\x80", 3}, {"\xf1\x80\x80\xc2", 3}, {"\xf4\x90", 1},  {"\xf5\x80", 1},
      {"\xff", 1}};
  for (const auto& [text, size] : cases) {
    const Utf8Step step = utf8_step(text);
    EXPECT_FALSE(step.valid) << hex_encode(BytesView::of(text));
    EXPECT_EQ(step.size, size) << hex_encode(BytesView::of(text));
    EXPECT_FALSE(is_utf8("ok" + text));
  }
}

TEST(Utf8, every_code_point_and_no_surrogate_is_well_formed) {
  for (uint32_t point = 0x800; point <= 0xffff; ++point) {
    const std::string text = {static_cast<char>(0xe0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3f)),
                              static_cast<char>(0x80 | (point & 0x3f))};
    ASSERT_EQ(is_utf8(text), point < 0xd800 || point > 0xdfff) << point;
  }
}

TEST(Base64, the_vectors_of_rfc_4648) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"},
                                                                    {"\xfb\xff\xbf", "+/+/"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(BytesView::of(bytes)), text);
    EXPECT_EQ(decoded(base64_decode(text)), bytes);
  }
}

TEST(Base64, appends) {
  std::string out = "key=";
  base64_append(out, BytesView::of("f"));
  EXPECT_EQ(out, "key=Zg==");
}

TEST(Base64, one_value_has_one_text) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=", "Zm9v\n",
                           "Z g=", "Zg==Zg==", "Zm-v", "Zm_v", "Zm9v=", "Zm\xffv"}) {
    EXPECT_FALSE(base64_decode(text).has_value()) << text;
  }
}

TEST(Base64, round_trip) {
  EXPECT_TRUE(rc::check([](const std::vector<uint8_t>& bytes) {
    const std::string text = base64_encode(BytesView(bytes));
    RC_ASSERT(text.size() == (bytes.size() + 2) / 3 * 4);
    const auto back = base64_decode(text);
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->view() == BytesView(bytes));
  }));
}

TEST(Hex, round_trip) {
  EXPECT_TRUE(rc::check([](const std::vector<uint8_t>& bytes) {
    const auto back = hex_decode(hex_encode(BytesView(bytes)));
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->view() == BytesView(bytes));
  }));
}

TEST(Hex, writes_lower_case_and_reads_either) {
  EXPECT_EQ(hex_encode(BytesView::of("\x01\xab\xff")), "01abff");
  EXPECT_EQ(decoded(hex_decode("01aBFf")), "\x01\xab\xff");
}

TEST(Hex, white_space_may_stand_between_bytes_only) {
  EXPECT_EQ(decoded(hex_decode(" 41 42\n\t4344\r\n")), "ABCD");
  EXPECT_EQ(decoded(hex_decode("")), "");
  for (const char* text : {"4", "414", "4 1", "4g", "g4", "0x41", "41-42", "4\n1"}) {
    EXPECT_FALSE(hex_decode(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace ottla
