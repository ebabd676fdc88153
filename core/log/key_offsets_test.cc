#include "core/log/key_offsets.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/base/hex.h"
#include "core/base/prng.h"

namespace ottla {
namespace {

TEST(KeyOffsets, hashes_as_siphash_says) {
  const HashSecret secret{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  const auto hash = [&](size_t size) {
    std::string key;
    for (size_t i = 0; i < size; ++i) key += static_cast<char>(i);
    const KeyHash found = hash_key(BytesView::of(key), secret);
    std::string bytes;
    for (const uint64_t half : {found.low, found.high}) {
      for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(half >> shift);
    }
    return hex_encode(BytesView::of(bytes));
  };
  EXPECT_EQ(hash(0), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(hash(1), "da87c1d86b99af44347659119b22fc45");
  EXPECT_EQ(hash(2), "8177228da4a45dc7fca38bdef60affe4");
  EXPECT_EQ(hash(3), "9c70b60c5267a94e5f33b6b02985ed51");
}

TEST(KeyOffsets, remembers_the_newest_offset_of_every_key_while_it_grows) {
  KeyOffsets keys({7, 8});
  std::map<std::string, int64_t> model;
  Prng prng(1);
  for (int64_t offset = 0; offset < 50'000; ++offset) {
    const std::string key = std::to_string(prng.below(9'000));
    ASSERT_TRUE(keys.put(BytesView::of(key), Offset(offset)));
    model[key] = offset;
  }
  EXPECT_EQ(keys.count(), model.size());
  for (const auto& [key, offset] : model) ASSERT_EQ(keys.find(BytesView::of(key)), Offset(offset));
  EXPECT_EQ(keys.find(BytesView::of("no such key")), std::nullopt);
}

TEST(KeyOffsets, takes_no_new_key_when_full_and_stays_within_its_bound) {
  KeyOffsets keys({7, 8}, 24'000);
  size_t taken = 0;
  while (keys.put(BytesView::of(std::to_string(taken)), Offset(static_cast<int64_t>(taken)))) ++taken;
  EXPECT_EQ(taken, 900U);
  EXPECT_LE(keys.memory_size(), 24'000U);
  EXPECT_TRUE(keys.put(BytesView::of("17"), Offset(5000))) << "a key that is there finds room";
  EXPECT_EQ(keys.find(BytesView::of("17")), Offset(5000));
  for (size_t i = 0; i < taken; ++i) ASSERT_TRUE(keys.find(BytesView::of(std::to_string(i))).has_value());
}

}  // namespace
}  // namespace ottla
