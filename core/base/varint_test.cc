#include "core/base/varint.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>
#include <string>
#include <vector>

#include "core/base/hex.h"

namespace ottla {
namespace {

template <class T, class Write>
std::string written(Write write, T value) {
  uint8_t out[kVarlongMax];
  return hex_encode({out, write(out, value)});
}

template <class Read>
auto read_of(Read read, std::string_view hex) {
  const Bytes bytes = hex_decode(hex).value();
  return read(bytes.data(), bytes.size());
}

TEST(Varint, golden_bytes_of_unsigned_ones) {
  const std::vector<std::pair<uint32_t, std::string>> golden = {{0, "00"},
                                                                {1, "01"},
                                                                {127, "7f"},
                                                                {128, "8001"},
                                                                {300, "ac02"},
                                                                {16383, "ff7f"},
                                                                {16384, "808001"},
                                                                {2097151, "ffff7f"},
                                                                {2097152, "80808001"},
                                                                {268435455, "ffffff7f"},
                                                                {268435456, "8080808001"},
                                                                {4294967295, "ffffffff0f"}};
  for (const auto& [value, hex] : golden) {
    EXPECT_EQ(written(write_unsigned_varint, value), hex);
    EXPECT_EQ(read_of(read_unsigned_varint, hex).value, value);
    EXPECT_EQ(read_of(read_unsigned_varint, hex).used, hex.size() / 2);
    EXPECT_EQ(unsigned_varint_size(value), hex.size() / 2);
  }
}

TEST(Varint, golden_bytes_of_signed_ones) {
  const std::vector<std::pair<int32_t, std::string>> golden = {{0, "00"},
                                                               {-1, "01"},
                                                               {1, "02"},
                                                               {-2, "03"},
                                                               {63, "7e"},
                                                               {-64, "7f"},
                                                               {64, "8001"},
                                                               {-65, "8101"},
                                                               {8191, "fe7f"},
                                                               {-8192, "ff7f"},
                                                               {8192, "808001"},
                                                               {-8193, "818001"},
                                                               {std::numeric_limits<int32_t>::max(), "feffffff0f"},
                                                               {std::numeric_limits<int32_t>::min(), "ffffffff0f"}};
  for (const auto& [value, hex] : golden) {
    EXPECT_EQ(written(write_varint, value), hex);
    EXPECT_EQ(read_of(read_varint, hex).value, value);
    EXPECT_EQ(read_of(read_varint, hex).used, hex.size() / 2);
    EXPECT_EQ(varint_size(value), hex.size() / 2);
  }
}

TEST(Varint, golden_bytes_of_long_ones) {
  const std::vector<std::pair<int64_t, std::string>> golden = {
      {0, "00"},
      {-1, "01"},
      {17179869183, "feffffff7f"},
      {17179869184, "808080808001"},
      {std::numeric_limits<int64_t>::max(), "feffffffffffffffff01"},
      {std::numeric_limits<int64_t>::min(), "ffffffffffffffffff01"}};
  for (const auto& [value, hex] : golden) {
    EXPECT_EQ(written(write_varlong, value), hex);
    EXPECT_EQ(read_of(read_varlong, hex).value, value);
    EXPECT_EQ(read_of(read_varlong, hex).used, hex.size() / 2);
    EXPECT_EQ(varlong_size(value), hex.size() / 2);
  }
}

TEST(Varint, every_boundary_of_size_round_trips) {
  for (unsigned bits = 0; bits < 64; ++bits) {
    for (const int64_t step : {-1, 0, 1}) {
      const auto magnitude = static_cast<int64_t>((uint64_t{1} << bits) + static_cast<uint64_t>(step));
      for (const int64_t value : {magnitude, static_cast<int64_t>(0 - static_cast<uint64_t>(magnitude))}) {
        uint8_t out[kVarlongMax];
        const size_t size = write_varlong(out, value);
        EXPECT_EQ(size, varlong_size(value));
        const auto back = read_varlong(out, size);
        EXPECT_EQ(back.value, value);
        EXPECT_EQ(back.used, size);
        const auto narrow = static_cast<int32_t>(value);
        const size_t narrow_size = write_varint(out, narrow);
        EXPECT_EQ(read_varint(out, narrow_size).value, narrow);
        EXPECT_EQ(read_unsigned_varint(out, narrow_size).value, zigzag(narrow));
      }
    }
  }
}

TEST(Varint, stops_at_its_own_end) {
  const auto read = read_of(read_varint, "8001ffff");
  EXPECT_EQ(read.value, 64);
  EXPECT_EQ(read.used, 2U);
}

TEST(Varint, cut_off_at_any_byte_is_refused) {
  uint8_t out[kVarlongMax];
  const size_t size = write_varlong(out, std::numeric_limits<int64_t>::min());
  for (size_t cut = 0; cut < size; ++cut) EXPECT_EQ(read_varlong(out, cut).used, 0U) << cut;
  const size_t narrow_size = write_varint(out, std::numeric_limits<int32_t>::min());
  for (size_t cut = 0; cut < narrow_size; ++cut) EXPECT_EQ(read_varint(out, cut).used, 0U) << cut;
  EXPECT_EQ(read_varint(nullptr, 0).used, 0U);
}

TEST(Varint, longer_than_its_type_allows_is_refused) {
  EXPECT_EQ(read_of(read_varint, "808080808000").used, 0U);
  EXPECT_EQ(read_of(read_unsigned_varint, "ffffffffff").used, 0U);
  EXPECT_EQ(read_of(read_varlong, "8080808080808080808000").used, 0U);
}

TEST(Varint, bits_its_type_has_no_room_for_are_refused) {
  EXPECT_EQ(read_of(read_unsigned_varint, "ffffffff10").used, 0U);
  EXPECT_EQ(read_of(read_varint, "ffffffff1f").used, 0U);
  EXPECT_EQ(read_of(read_varint, "ffffffff7f").used, 0U);
  EXPECT_EQ(read_of(read_varlong, "ffffffffffffffffff02").used, 0U);
  EXPECT_EQ(read_of(read_varlong, "ffffffffffffffffff7f").used, 0U);
}

TEST(Varint, zeros_that_only_lengthen_are_taken_as_kafka_does) {
  EXPECT_EQ(read_of(read_unsigned_varint, "8000").value, 0U);
  EXPECT_EQ(read_of(read_unsigned_varint, "8000").used, 2U);
  EXPECT_EQ(read_of(read_varint, "8280808000").value, 1);
}

TEST(Varint, whatever_is_read_was_within_the_bytes) {
  EXPECT_TRUE(rc::check([](const std::vector<uint8_t>& bytes) {
    const auto read = read_varlong(bytes.data(), bytes.size());
    RC_ASSERT(read.used <= bytes.size());
    if (read.used > 0) RC_ASSERT(varlong_size(read.value) <= read.used);
  }));
}

static_assert(zigzag(int32_t{-1}) == 1 && unzigzag(uint32_t{1}) == -1);
static_assert(unzigzag(zigzag(std::numeric_limits<int64_t>::min())) == std::numeric_limits<int64_t>::min());

}  // namespace
}  // namespace ottla
