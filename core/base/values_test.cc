// The small values: strong ids, time, big-endian numbers, log fields.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "core/base/endian.h"
#include "core/base/log_sink.h"
#include "core/base/strong_id.h"
#include "core/base/time.h"

namespace ottla {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

using Name = StrongId<struct NameTag, int32_t>;
using OtherName = StrongId<struct OtherNameTag, int32_t>;
using Place = StrongOrdinal<struct PlaceTag, int64_t>;
using OtherPlace = StrongOrdinal<struct OtherPlaceTag, int64_t>;

template <class A, class B>
concept Subtractable = requires(A a, B b) {
  a - b;
};
template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a == b;
};

static_assert(!std::is_convertible_v<int32_t, Name> && !std::is_convertible_v<Name, int32_t>);
static_assert(!std::is_constructible_v<int32_t, Name> && !std::is_constructible_v<bool, Name>);
static_assert(!std::is_constructible_v<Name, OtherName> && !std::is_constructible_v<Place, Name>);
static_assert(!Comparable<Name, OtherName> && !Comparable<Name, int32_t> && !Comparable<Place, OtherPlace>);
static_assert(Comparable<Name, Name> && Comparable<Place, Place>);
static_assert(!Addable<Name, int32_t> && !Subtractable<Name, Name>, "a name is never counted with");
static_assert(Addable<Place, int64_t> && !Addable<Place, Place> && !Subtractable<Place, OtherPlace>);
static_assert(std::is_same_v<decltype(Place() - Place()), int64_t>);
static_assert(std::is_same_v<decltype(Place() - int64_t{1}), Place>);
static_assert(sizeof(Name) == 4 && std::is_trivially_copyable_v<Name> && std::is_trivially_copyable_v<Place>);

TEST(StrongId, compares_and_hashes_as_its_number) {
  EXPECT_LT(Name{-1}, Name{0});
  EXPECT_EQ(Name{}, Name{0});
  std::unordered_set<Name> names = {Name{1}, Name{2}, Name{1}};
  EXPECT_EQ(names.size(), 2U);
  EXPECT_EQ(std::hash<Place>{}(Place{9}), std::hash<int64_t>{}(9));
}

TEST(StrongOrdinal, moves_by_numbers_and_subtracts_to_one) {
  Place at{10};
  EXPECT_EQ(at + 5, Place{15});
  EXPECT_EQ(at - 3, Place{7});
  EXPECT_EQ(Place{15} - at, 5);
  EXPECT_EQ((++at).value(), 11);
  at += -1;
  EXPECT_EQ(at.value(), 10);
  using Epoch = StrongOrdinal<struct EpochTag, int16_t>;
  EXPECT_EQ((Epoch{32766} + 1).value(), 32767);
}

TEST(Duration, is_cut_towards_zero) {
  EXPECT_EQ(Duration::from_ns(1'999'999).ms(), 1);
  EXPECT_EQ(Duration::from_ns(-1'999'999).ms(), -1);
  EXPECT_EQ(Duration::from_ns(-999).us(), 0);
  EXPECT_EQ(Duration::from_ms(2'999).s(), 2);
  EXPECT_EQ(Duration::from_s(3), Duration::from_ms(3'000));
  EXPECT_EQ(Duration::from_ms(3) / 2, Duration::from_us(1'500));
  EXPECT_EQ(Duration::from_ms(1) - Duration::from_us(1), Duration::from_us(999));
}

TEST(Duration, for_ever_stays_for_ever) {
  const Duration longest = Duration::from_ns(kMax);
  const Duration least = Duration::from_ns(kMin);
  EXPECT_EQ(Duration::from_ms(kMax), longest);
  EXPECT_EQ(Duration::from_s(kMin), least);
  EXPECT_EQ(Duration::from_us(kMax / 1'000 + 1), longest);
  EXPECT_EQ(Duration::from_us(kMax / 1'000).ns(), kMax / 1'000 * 1'000);
  EXPECT_EQ(longest + Duration::from_ns(1), longest);
  EXPECT_EQ(least - Duration::from_ns(1), least);
  EXPECT_EQ(longest * 2, longest);
  EXPECT_EQ(longest * -2, least);
  EXPECT_EQ(least * -1, longest);
}

TEST(Instant, never_stays_never) {
  const Instant never = Instant::never();
  EXPECT_EQ(never + Duration::from_s(1), never);
  EXPECT_EQ(never - Duration::from_s(1), never);
  EXPECT_LT(Instant::from_ns(kMax - 1), never);
  EXPECT_EQ(Instant::from_ns(5) + Duration::from_ms(kMax), never) << "a wait without end never ends";
  EXPECT_EQ(never - never, Duration());
  EXPECT_GT(never - Instant::from_ns(1), Duration::from_s(1'000'000'000));
}

TEST(Instant, moves_by_durations_and_subtracts_to_one) {
  const Instant at = Instant::from_ns(1'000);
  EXPECT_EQ((at + Duration::from_us(2)).ns(), 3'000);
  EXPECT_EQ((at - Duration::from_us(2)).ns(), -1'000);
  EXPECT_EQ(at - Instant::from_ns(400), Duration::from_ns(600));
}

TEST(Timestamp, none_is_kafkas_and_the_default) {
  EXPECT_EQ(Timestamp(), Timestamp::none());
  EXPECT_EQ(Timestamp::none().ms(), -1);
  EXPECT_EQ(Timestamp::from_ms(100) + Duration::from_us(2'900), Timestamp::from_ms(102));
  EXPECT_EQ(Timestamp::from_ms(100) - Timestamp::from_ms(40), Duration::from_ms(60));
}

TEST(Timestamp, what_a_client_makes_up_does_not_wrap_round) {
  const Timestamp last = Timestamp::from_ms(kMax);
  const Timestamp first = Timestamp::from_ms(kMin);
  EXPECT_EQ(last + Duration::from_s(1), last);
  EXPECT_EQ(last - first, Duration::from_ns(kMax));
  EXPECT_EQ(first - last, Duration::from_ns(kMin));
}

TEST(Endian, the_most_significant_byte_comes_first) {
  uint8_t bytes[8];
  store_be<int64_t>(bytes, 0x0102030405060708);
  for (uint8_t i = 0; i < 8; ++i) EXPECT_EQ(bytes[i], i + 1);
  EXPECT_EQ(load_be<int64_t>(bytes), 0x0102030405060708);
  EXPECT_EQ(load_be<uint32_t>(bytes + 1), 0x02030405U);
  EXPECT_EQ(load_be<int16_t>(bytes + 3), 0x0405);
  EXPECT_EQ(load_be<uint8_t>(bytes + 7), 8);
  store_be<int16_t>(bytes, -2);
  EXPECT_EQ(bytes[0], 0xff);
  EXPECT_EQ(bytes[1], 0xfe);
  EXPECT_EQ(load_be<int16_t>(bytes), -2);
  store_be<uint8_t>(bytes, 0x7f);
  EXPECT_EQ(bytes[0], 0x7f);
  EXPECT_EQ(bytes[1], 0xfe) << "one byte writes one byte";
}

// Keeps what it is told, as text.
class KeptLog final : public LogSink {
 public:
  explicit KeptLog(LogLevel least) : least_(least) {}
  void write(LogLevel level, std::string_view room, std::string_view what, std::span<const LogField> fields) override {
    std::string line = std::to_string(static_cast<int>(level)) + " " + std::string(room) + ": " + std::string(what);
    for (const LogField& field : fields) {
      line += " " + std::string(field.name) + "=";
      line += field.is_number ? std::to_string(field.number) : '"' + std::string(field.text) + '"';
    }
    lines.push_back(line);
  }
  [[nodiscard]] bool wants(LogLevel level) const override { return level >= least_; }

  std::vector<std::string> lines;

 private:
  LogLevel least_;
};

TEST(LogSink, fields_are_texts_or_numbers) {
  KeptLog log(LogLevel::debug);
  const std::string path = "/data";
  log.info("log", "kinds", {{"text", path}, {"literal", "l"}, {"view", std::string_view("v")}, {"int8", int8_t{-1}}});
  log.info("log", "kinds", {{"size", size_t{3}}, {"flag", true}, {"least", kMin}, {"id", Name{7}.value()}});
  EXPECT_EQ(log.lines[0], R"(1 log: kinds text="/data" literal="l" view="v" int8=-1)");
  EXPECT_EQ(log.lines[1], "1 log: kinds size=3 flag=1 least=-9223372036854775808 id=7");
}

TEST(LogSink, a_uint64_keeps_its_bits) {
  const LogField field("seed", std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(static_cast<uint64_t>(field.number), std::numeric_limits<uint64_t>::max());
}

TEST(LogSink, what_nobody_wants_is_not_written) {
  KeptLog log(LogLevel::warn);
  log.debug("raft", "d");
  log.info("raft", "i");
  log.warn("raft", "w");
  log.error("raft", "e");
  EXPECT_EQ(log.lines, (std::vector<std::string>{"2 raft: w", "3 raft: e"}));
}

}  // namespace
}  // namespace ottla
