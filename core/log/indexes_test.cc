// The two indexes of a segment that say where to look: what they answer, what Kafka writes, and what is not believed.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "core/log/log_files_testing.h"
#include "core/log/offset_index.h"
#include "core/log/time_index.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using log_testing::encoded;
using log_testing::flaw_of;
using log_testing::golden_file;

constexpr Offset kBase{1000};

OffsetIndex offset_index(const std::vector<std::pair<int64_t, int64_t>>& entries, Offset base = kBase) {
  OffsetIndex index(base);
  for (const auto& [offset, position] : entries) index.append(Offset(offset), position);
  return index;
}
std::vector<IndexEntry> entries_of(const OffsetIndex& index) {
  std::vector<IndexEntry> entries;
  for (size_t i = 0; i < index.count(); ++i) entries.push_back(index.at(i));
  return entries;
}
std::vector<TimeEntry> entries_of(const TimeIndex& index) {
  std::vector<TimeEntry> entries;
  for (size_t i = 0; i < index.count(); ++i) entries.push_back(index.at(i));
  return entries;
}

TEST(OffsetIndex, answers_with_the_last_entry_at_or_below) {
  const OffsetIndex index = offset_index({{1009, 4100}, {1025, 9000}, {1400, 13'000}});
  EXPECT_EQ(index.floor(Offset(0)), (IndexEntry{kBase, 0}));
  EXPECT_EQ(index.floor(Offset(1008)), (IndexEntry{kBase, 0}));
  EXPECT_EQ(index.floor(Offset(1009)), (IndexEntry{Offset(1009), 4100}));
  EXPECT_EQ(index.floor(Offset(1399)), (IndexEntry{Offset(1025), 9000}));
  EXPECT_EQ(index.floor(Offset(INT64_MAX)), (IndexEntry{Offset(1400), 13'000}));
  EXPECT_EQ(index.floor_position(4099), (IndexEntry{kBase, 0}));
  EXPECT_EQ(index.floor_position(4100), (IndexEntry{Offset(1009), 4100}));
  EXPECT_EQ(index.floor_position(INT64_MAX), (IndexEntry{Offset(1400), 13'000}));
}

TEST(OffsetIndex, forgets_batches_that_are_cut_off) {
  OffsetIndex index = offset_index({{1009, 4100}, {1025, 9000}, {1400, 13'000}});
  index.truncate(13'001);
  EXPECT_EQ(index.count(), 3u);
  index.truncate(9000);
  EXPECT_EQ(entries_of(index), (std::vector<IndexEntry>{{Offset(1009), 4100}}));
  index.append(Offset(1025), 9000);
  index.truncate(0);
  EXPECT_EQ(index.count(), 0u);
}

TEST(OffsetIndex, takes_what_rises_and_fits_int32_only) {
  OffsetIndex index = offset_index({{1009, 4100}});
  EXPECT_DEATH(index.append(Offset(1009), 5000), "relative_offset");
  EXPECT_DEATH(index.append(Offset(1010), 4100), "position");
  EXPECT_DEATH(index.append(Offset(999), 5000), "relative");
  EXPECT_DEATH(index.append(kBase + (int64_t{INT32_MAX} + 1), 5000), "relative");
  EXPECT_DEATH(index.append(Offset(1010), int64_t{INT32_MAX} + 1), "position");
  index.append(kBase + int64_t{INT32_MAX}, INT32_MAX);
  EXPECT_EQ(index.at(1), (IndexEntry{kBase + int64_t{INT32_MAX}, INT32_MAX}));
}

TEST(OffsetIndex, reads_and_writes_kafkas_bytes) {
  for (const char* name : {"offset-index", "offset-index-preallocated"}) {
    const auto golden = golden_file(name);
    const Offset base(golden.expected["baseOffset"]);
    const auto index = OffsetIndex::decode(base, int64_t{1} << 31, BytesView::of(golden.bytes));
    ASSERT_TRUE(index.ok()) << flaw_of(index);
    std::vector<IndexEntry> expected;
    for (const auto& entry : golden.expected["entries"])
      expected.push_back({Offset(entry["offset"]), entry["position"]});
    EXPECT_EQ(entries_of(*index), expected);
    EXPECT_EQ(encoded(*index), golden_file("offset-index").bytes);
    EXPECT_EQ(index->encoded_size(), golden_file("offset-index").bytes.size());
  }
}

TEST(OffsetIndex, of_zeros_is_an_empty_one) {
  const auto index = OffsetIndex::decode(kBase, 0, BytesView::of(std::string(10'240, '\0')));
  ASSERT_TRUE(index.ok());
  EXPECT_EQ(index->count(), 0u);
}

TEST(OffsetIndex, is_not_believed_when_it_cannot_be_right) {
  const auto decode = [](const std::string& bytes, int64_t log_size = 10'000) {
    return flaw_of(OffsetIndex::decode(kBase, log_size, BytesView::of(bytes)));
  };
  const std::string good = encoded(offset_index({{1009, 4100}, {1025, 9000}}));
  EXPECT_EQ(decode(good), "accepted");
  EXPECT_EQ(decode(good, 9000), text(FormatFlaw::beyond_log));
  EXPECT_EQ(decode(good.substr(1)), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(decode(good.substr(8) + good.substr(0, 8)), text(FormatFlaw::not_ascending));
  EXPECT_EQ(decode(good + good.substr(8)), text(FormatFlaw::not_ascending));
  EXPECT_EQ(decode(std::string(8, '\0') + good), "accepted") << "an entry of zeros is honest where it is the first";
  EXPECT_EQ(decode(good + std::string(8, '\0') + good), text(FormatFlaw::not_ascending)) << "zeros in the middle";
  EXPECT_EQ(decode("\x80" + good.substr(1)), text(FormatFlaw::bad_number));
  EXPECT_EQ(flaw_of(OffsetIndex::decode(Offset(INT64_MAX), 10'000, BytesView::of(good))), text(FormatFlaw::bad_number));
  EXPECT_EQ(decode(std::string(limits::kIndexFileSizeMax + 8, '\0')), text(FormatFlaw::too_large));
}

TEST(OffsetIndex, is_what_it_was_after_a_round_trip_and_finds_what_a_scan_finds) {
  EXPECT_TRUE(rc::check([] {
    OffsetIndex index(kBase);
    std::vector<IndexEntry> model;
    IndexEntry last{kBase, 0};
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
      last = {last.offset + *rc::gen::inRange(1, 9), last.position + *rc::gen::inRange(61, 5000)};
      index.append(last.offset, last.position);
      model.push_back(last);
    }
    const std::string bytes = encoded(index);
    const std::string padded = bytes + std::string(8 * *rc::gen::inRange(0, 5), '\0');
    const auto again = OffsetIndex::decode(kBase, last.position + 1, BytesView::of(padded));
    RC_ASSERT(again.ok());
    RC_ASSERT(entries_of(*again) == model);

    const Offset sought = kBase + *rc::gen::inRange(-2, 400);
    IndexEntry expected{kBase, 0};
    for (const IndexEntry& entry : model) {
      if (entry.offset <= sought) expected = entry;
    }
    RC_ASSERT(again->floor(sought) == expected);
    const int64_t position = *rc::gen::inRange(0, 100'000);
    index.truncate(position);
    std::erase_if(model, [&](const IndexEntry& entry) { return entry.position >= position; });
    RC_ASSERT(entries_of(index) == model);
  }));
}

TimeEntry time(int64_t ms, int64_t offset) { return {Timestamp::from_ms(ms), Offset(offset)}; }

TimeIndex time_index(const std::vector<TimeEntry>& entries, Offset base = kBase) {
  TimeIndex index(base);
  for (const TimeEntry& entry : entries) index.append_if_later(entry.timestamp, entry.offset);
  return index;
}

TEST(TimeIndex, answers_with_the_last_entry_before_a_time) {
  const TimeIndex index = time_index({time(50, 1003), time(70, 1010), time(71, 1030)});
  const TimeEntry none{Timestamp::none(), kBase};
  EXPECT_EQ(index.before(Timestamp::from_ms(50)), none);
  EXPECT_EQ(index.before(Timestamp::from_ms(51)), time(50, 1003));
  EXPECT_EQ(index.before(Timestamp::from_ms(71)), time(70, 1010));
  EXPECT_EQ(index.before(Timestamp::from_ms(INT64_MAX)), time(71, 1030));
  EXPECT_EQ(index.last(), time(71, 1030));
  EXPECT_EQ(TimeIndex(kBase).last(), none);
}

TEST(TimeIndex, takes_only_what_is_later_in_time_and_place) {
  const TimeIndex index = time_index({time(50, 1003), time(50, 1004), time(49, 1005), time(60, 1003), time(60, 1006)});
  EXPECT_EQ(entries_of(index), (std::vector<TimeEntry>{time(50, 1003), time(60, 1006)}));
  EXPECT_EQ(time_index({{Timestamp::none(), Offset(1003)}}).count(), 0u) << "no timestamp is none";
  EXPECT_EQ(entries_of(time_index({time(0, 1000)})), (std::vector<TimeEntry>{time(0, 1000)}));
}

TEST(TimeIndex, forgets_what_is_cut_off) {
  TimeIndex index = time_index({time(50, 1003), time(70, 1010), time(71, 1030)});
  index.truncate(Offset(1031));
  EXPECT_EQ(index.count(), 3u);
  index.truncate(Offset(1010));
  EXPECT_EQ(entries_of(index), (std::vector<TimeEntry>{time(50, 1003)}));
}

TEST(TimeIndex, reads_and_writes_kafkas_bytes) {
  for (const char* name : {"time-index", "time-index-preallocated"}) {
    const auto golden = golden_file(name);
    const Offset base(golden.expected["baseOffset"]);
    const auto index = TimeIndex::decode(base, base + (int64_t{1} << 31), BytesView::of(golden.bytes));
    ASSERT_TRUE(index.ok()) << flaw_of(index);
    std::vector<TimeEntry> expected;
    for (const auto& entry : golden.expected["entries"]) expected.push_back(time(entry["timestamp"], entry["offset"]));
    EXPECT_EQ(entries_of(*index), expected);
    EXPECT_EQ(encoded(*index), golden_file("time-index").bytes);
    EXPECT_EQ(index->encoded_size(), golden_file("time-index").bytes.size());
  }
}

TEST(TimeIndex, is_not_believed_when_it_cannot_be_right) {
  const auto decode = [](const std::string& bytes, Offset end = Offset(2000)) {
    return flaw_of(TimeIndex::decode(kBase, end, BytesView::of(bytes)));
  };
  const std::string good = encoded(time_index({time(50, 1003), time(70, 1010)}));
  EXPECT_EQ(decode(good), "accepted");
  EXPECT_EQ(decode(good, Offset(1010)), text(FormatFlaw::beyond_log));
  EXPECT_EQ(decode(good.substr(4)), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(decode(good.substr(12) + good.substr(0, 12)), text(FormatFlaw::not_ascending));
  EXPECT_EQ(decode("\xff" + good.substr(1)), text(FormatFlaw::bad_number));
  EXPECT_EQ(decode(good.substr(0, 8) + "\x80" + good.substr(9)), text(FormatFlaw::bad_number));
  EXPECT_EQ(decode(std::string(limits::kIndexFileSizeMax / 12 * 12 + 12, '\0')), text(FormatFlaw::too_large));
}

TEST(TimeIndex, is_what_it_was_after_a_round_trip_and_finds_what_a_scan_finds) {
  EXPECT_TRUE(rc::check([] {
    TimeIndex index(kBase);
    std::vector<TimeEntry> model;
    Offset offset = kBase;
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
      const TimeEntry entry = time(*rc::gen::inRange(-1, 500), offset.value());
      index.append_if_later(entry.timestamp, entry.offset);
      if (entry.timestamp > (model.empty() ? Timestamp::none() : model.back().timestamp)) model.push_back(entry);
      offset += *rc::gen::inRange(1, 9);
    }
    const std::string padded = encoded(index) + std::string(12 * *rc::gen::inRange(0, 5), '\0');
    const auto again = TimeIndex::decode(kBase, offset + 1, BytesView::of(padded));
    RC_ASSERT(again.ok());
    // A time of 0 at the base, alone, is nothing to remember.
    const bool nothing_said = model.size() == 1 && model[0] == time(0, kBase.value());
    RC_ASSERT(nothing_said || entries_of(*again) == model);

    const Timestamp sought = Timestamp::from_ms(*rc::gen::inRange(-1, 510));
    TimeEntry expected{Timestamp::none(), kBase};
    for (const TimeEntry& entry : model) {
      if (entry.timestamp < sought) expected = entry;
    }
    RC_ASSERT(index.before(sought) == expected);
  }));
}

// A cut may fall between two entries, and a flip may make another index: neither shows in the file itself. That is what
// the side file's sums are for.
TEST(Indexes, cut_or_flipped_anywhere_are_refused_or_mean_what_their_bytes_say) {
  const std::string offsets = encoded(offset_index({{1009, 4100}, {1025, 9000}, {1400, 13'000}}));
  const std::string times = encoded(time_index({time(50, 1003), time(70, 1010), time(71, 1030)}));
  const auto read_offsets = [](BytesView bytes) { return OffsetIndex::decode(kBase, 20'000, bytes); };
  const auto read_times = [](BytesView bytes) { return TimeIndex::decode(kBase, Offset(2000), bytes); };
  log_testing::expect_cuts_within_entries_refused(offsets, OffsetIndex::kEntrySize, read_offsets);
  log_testing::expect_cuts_within_entries_refused(times, TimeIndex::kEntrySize, read_times);

  const auto write = [](const auto& value) { return encoded(value); };
  EXPECT_GT(log_testing::flips_refused_or_meant(offsets, read_offsets, write), offsets.size() * 8 / 2);
  EXPECT_GT(log_testing::flips_refused_or_meant(times, read_times, write), times.size() * 8 / 4);
}

}  // namespace
}  // namespace ottla
