#include "core/log/leader_epochs.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sstream>

#include "core/log/log_files_testing.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using log_testing::encoded;
using log_testing::flaw_of;
using log_testing::golden_file;

EpochStart line(int32_t epoch, int64_t start) { return {LeaderEpoch(epoch), Offset(start)}; }
EpochEnd end(int32_t epoch, int64_t offset) { return {LeaderEpoch(epoch), Offset(offset)}; }
LeaderEpochs epochs(const std::vector<EpochStart>& lines) {
  LeaderEpochs result;
  for (const EpochStart& at : lines) result.assign(at.epoch, at.start_offset);
  EXPECT_EQ(result.lines(), lines);
  return result;
}
FormatResult<LeaderEpochs> decode_bytes(BytesView bytes) { return LeaderEpochs::decode(bytes); }
FormatResult<LeaderEpochs> decode(std::string_view text) { return decode_bytes(BytesView::of(text)); }

TEST(LeaderEpochs, remember_where_each_began) {
  LeaderEpochs log;
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(log.latest(), kNoLeaderEpoch);
  EXPECT_TRUE(log.assign(LeaderEpoch(2), Offset(10)));
  EXPECT_FALSE(log.assign(LeaderEpoch(2), Offset(15))) << "it goes on";
  EXPECT_TRUE(log.assign(LeaderEpoch(5), Offset(20)));
  EXPECT_EQ(log.lines(), (std::vector{line(2, 10), line(5, 20)}));
  EXPECT_EQ(log.latest(), LeaderEpoch(5));
  EXPECT_EQ(log.at(Offset(9)), kNoLeaderEpoch);
  EXPECT_EQ(log.at(Offset(10)), LeaderEpoch(2));
  EXPECT_EQ(log.at(Offset(19)), LeaderEpoch(2));
  EXPECT_EQ(log.at(Offset(1000)), LeaderEpoch(5));
  EXPECT_EQ(log.before(LeaderEpoch(5)), LeaderEpoch(2));
  EXPECT_EQ(log.before(LeaderEpoch(99)), LeaderEpoch(5));
  EXPECT_EQ(log.before(LeaderEpoch(2)), std::nullopt);
}

TEST(LeaderEpochs, believe_the_newer_line_where_two_contradict) {
  LeaderEpochs log = epochs({line(1, 0), line(3, 10), line(4, 20)});
  EXPECT_TRUE(log.assign(LeaderEpoch(3), Offset(12)));
  EXPECT_EQ(log.lines(), (std::vector{line(1, 0), line(3, 12)})) << "an older epoch appends: 4 never led here";
  EXPECT_TRUE(log.assign(LeaderEpoch(7), Offset(12)));
  EXPECT_EQ(log.lines(), (std::vector{line(1, 0), line(7, 12)})) << "3 had written nothing";
  EXPECT_TRUE(log.assign(LeaderEpoch(9), Offset(0)));
  EXPECT_EQ(log.lines(), (std::vector{line(9, 0)}));
}

TEST(LeaderEpochs, say_where_one_ended) {
  const LeaderEpochs log = epochs({line(2, 10), line(5, 20), line(6, 30)});
  const Offset log_end(42);
  EXPECT_EQ(log.end_of(LeaderEpoch(6), log_end), end(6, 42));
  EXPECT_EQ(log.end_of(LeaderEpoch(5), log_end), end(5, 30));
  EXPECT_EQ(log.end_of(LeaderEpoch(4), log_end), end(2, 20)) << "nobody wrote under 3 and 4";
  EXPECT_EQ(log.end_of(LeaderEpoch(1), log_end), end(1, 10)) << "what it wrote is gone";
  EXPECT_EQ(log.end_of(LeaderEpoch(7), log_end), EpochEnd()) << "not known yet";
  EXPECT_EQ(log.end_of(kNoLeaderEpoch, log_end), EpochEnd());
  EXPECT_EQ(LeaderEpochs().end_of(LeaderEpoch(0), log_end), EpochEnd());
}

TEST(LeaderEpochs, are_cut_with_the_log) {
  LeaderEpochs log = epochs({line(2, 10), line(5, 20), line(6, 30)});
  EXPECT_FALSE(log.truncate_end(Offset(31)));
  EXPECT_TRUE(log.truncate_end(Offset(30)));
  EXPECT_EQ(log.lines(), (std::vector{line(2, 10), line(5, 20)}));
  EXPECT_FALSE(log.truncate_start(Offset(10)));
  EXPECT_TRUE(log.truncate_start(Offset(15)));
  EXPECT_EQ(log.lines(), (std::vector{line(2, 15), line(5, 20)}));
  EXPECT_TRUE(log.truncate_start(Offset(20)));
  EXPECT_EQ(log.lines(), (std::vector{line(5, 20)}));
  EXPECT_TRUE(log.truncate_start(Offset(1000)));
  EXPECT_EQ(log.lines(), (std::vector{line(5, 1000)})) << "the latest epoch outlives its records";
  EXPECT_TRUE(log.truncate_end(Offset(0)));
  EXPECT_TRUE(log.empty());
}

TEST(LeaderEpochs, forget_the_oldest_when_there_are_too_many) {
  LeaderEpochs log;
  const auto count = static_cast<int32_t>(limits::kLeaderEpochsMax);
  for (int32_t i = 0; i < count; ++i) log.assign(LeaderEpoch(INT32_MAX - count + i), Offset(INT64_MAX - count + i));
  const std::string longest = encoded(log);
  EXPECT_LE(longest.size(), limits::kLeaderEpochFileSizeMax);
  EXPECT_EQ(*decode(longest), log);
  log.assign(LeaderEpoch(INT32_MAX), Offset(INT64_MAX));
  EXPECT_EQ(log.lines().size(), limits::kLeaderEpochsMax);
  EXPECT_EQ(log.lines().front().epoch, LeaderEpoch(INT32_MAX - count + 1));
}

TEST(LeaderEpochs, answer_as_kafkas_cache_does) {
  LeaderEpochs log;
  size_t asked = 0;
  for (const auto& fields : log_testing::golden_lines("epochs.tsv")) {
    std::istringstream words(fields[0]);
    std::string operation;
    words >> operation;
    if (operation == "start") {
      log = LeaderEpochs();
      continue;
    }
    int64_t a = 0, b = 0, c = 0;
    words >> a >> b >> c;
    if (operation == "assign") log.assign(LeaderEpoch(static_cast<int32_t>(a)), Offset(b));
    if (operation == "truncate_end") log.truncate_end(Offset(a));
    if (operation == "truncate_start") log.truncate_start(Offset(a));
    if (operation == "ask") {
      ++asked;
      const EpochEnd answer = log.end_of(LeaderEpoch(static_cast<int32_t>(a)), Offset(b));
      std::ostringstream told;
      told << answer.epoch.value() << ' ' << answer.end_offset.value() << ' ' << log.at(Offset(c)).value();
      ASSERT_EQ(told.str(), fields[1]) << fields[0];
    }
    std::string lines;
    for (const EpochStart& at : log.lines()) {
      if (!lines.empty()) lines += ' ';
      lines += std::to_string(at.epoch.value()) + ":" + std::to_string(at.start_offset.value());
    }
    ASSERT_EQ(lines, fields[2]) << fields[0];
  }
  EXPECT_GT(asked, 100u);
}

TEST(LeaderEpochs, read_and_write_kafkas_text) {
  for (const char* name : {"leader-epochs", "leader-epochs-empty"}) {
    const auto golden = golden_file(name);
    const auto log = decode(golden.bytes);
    ASSERT_TRUE(log.ok()) << flaw_of(log);
    std::vector<EpochStart> expected;
    for (const auto& entry : golden.expected["entries"]) expected.push_back(line(entry["epoch"], entry["startOffset"]));
    EXPECT_EQ(log->lines(), expected);
    EXPECT_EQ(encoded(*log), golden.bytes);
  }
  EXPECT_EQ(flaw_of(decode(golden_file("leader-epochs-none").bytes)), text(FormatFlaw::too_short))
      << "Kafka makes the file before it has anything to write; the log is as empty, so nothing is lost";
}

TEST(LeaderEpochs, are_not_believed_when_the_text_cannot_be_right) {
  EXPECT_EQ(flaw_of(decode("0\n1\n3 17\n")), "accepted");
  EXPECT_EQ(flaw_of(decode("1\n1\n3 17\n")), text(FormatFlaw::bad_version));
  EXPECT_EQ(flaw_of(decode("x\n1\n3 17\n")), text(FormatFlaw::bad_text));
  EXPECT_EQ(flaw_of(decode("0\n-1\n")), text(FormatFlaw::bad_number));
  EXPECT_EQ(flaw_of(decode("0\n2\n3 17\n")), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(flaw_of(decode("0\n99999999\n3 17\n")), text(FormatFlaw::too_large));
  EXPECT_EQ(flaw_of(decode("0\n1\n3\n")), text(FormatFlaw::bad_text));
  for (const char* bad : {"3  17", "3 17 ", " 3 17", "3 017", "+3 17", "-1 17", "3 -1", "2147483648 17",
                          "3 9223372036854775808", "3 17\r", "3 17 18", "3.0 17"}) {
    EXPECT_EQ(flaw_of(decode("0\n1\n" + std::string(bad) + "\n")), text(FormatFlaw::bad_number)) << bad;
  }
  EXPECT_EQ(flaw_of(decode("0\n2\n3 17\n3 18\n")), text(FormatFlaw::not_ascending));
  EXPECT_EQ(flaw_of(decode("0\n2\n3 17\n4 17\n")), text(FormatFlaw::not_ascending));
  EXPECT_EQ(flaw_of(decode(std::string(limits::kLeaderEpochFileSizeMax + 1, '0'))), text(FormatFlaw::too_large));
}

TEST(LeaderEpochs, cut_anywhere_are_refused_and_flipped_refused_or_mean_what_stands_there) {
  const std::string text = encoded(epochs({line(0, 0), line(3, 17), line(12, 9'000'000'000)}));
  log_testing::expect_cuts_refused(text, decode_bytes);
  const size_t refused =
      log_testing::flips_refused_or_meant(text, decode_bytes, [](const LeaderEpochs& log) { return encoded(log); });
  EXPECT_GT(refused, text.size() * 8 / 2) << "a digit that became another is all that passes";
}

TEST(Divergence, is_where_the_leaders_epoch_ended_earlier) {
  const LeaderEpochs own = epochs({line(1, 0), line(2, 10)});
  EXPECT_EQ(find_divergence(own, Offset(20), Offset(5), LeaderEpoch(2), end(2, 15)),
            (Divergence{Offset(15), std::nullopt}));
  EXPECT_EQ(find_divergence(own, Offset(20), Offset(5), LeaderEpoch(2), end(2, 99)),
            (Divergence{Offset(20), std::nullopt}));
  EXPECT_EQ(find_divergence(own, Offset(20), Offset(5), LeaderEpoch(2), end(1, 8)),
            (Divergence{Offset(8), std::nullopt}));
  EXPECT_EQ(find_divergence(own, Offset(20), Offset(5), LeaderEpoch(2), end(1, 18)),
            (Divergence{Offset(10), std::nullopt}))
      << "the leader has more of the epoch than we ever got";
}

TEST(Divergence, is_asked_again_below_an_epoch_that_only_the_leader_had) {
  const LeaderEpochs own = epochs({line(1, 0), line(4, 10)});
  EXPECT_EQ(find_divergence(own, Offset(20), Offset(5), LeaderEpoch(4), end(3, 12)),
            (Divergence{Offset(10), LeaderEpoch(1)}));
}

TEST(Divergence, falls_back_to_the_high_watermark_where_the_leader_knows_nothing) {
  const LeaderEpochs own = epochs({line(1, 0), line(2, 10)});
  EXPECT_EQ(find_divergence(own, Offset(20), Offset(5), LeaderEpoch(2), EpochEnd()),
            (Divergence{Offset(5), std::nullopt}));
  EXPECT_EQ(find_divergence(own, Offset(20), Offset(50), LeaderEpoch(2), EpochEnd()),
            (Divergence{Offset(20), std::nullopt}));
  EXPECT_EQ(find_divergence(own, Offset(20), Offset(5), LeaderEpoch(2), end(3, 99)),
            (Divergence{Offset(5), std::nullopt}))
      << "an answer to another question";
}

// A log as the epochs of its records.
LeaderEpochs known_from(const std::vector<int32_t>& records) {
  LeaderEpochs result;
  for (size_t i = 0; i < records.size(); ++i) result.assign(LeaderEpoch(records[i]), Offset(static_cast<int64_t>(i)));
  return result;
}
Offset end_of(const std::vector<int32_t>& records) { return Offset(static_cast<int64_t>(records.size())); }

// Two logs began as one; then terms came of which one of them or neither heard. The follower ends up with what they
// share: not a record more, not a record less.
TEST(Divergence, is_where_any_two_logs_of_one_partition_part) {
  int asked_again = 0;
  EXPECT_TRUE(rc::check([&] {
    std::vector<int32_t> leader, follower;
    int32_t epoch = 0;
    for (int terms = *rc::gen::inRange(0, 8); terms > 0; --terms) {
      epoch += *rc::gen::inRange(1, 3);
      const bool together = leader == follower;
      // One of them leads, and the other hears the beginning of it at most.
      auto& writes = *rc::gen::arbitrary<bool>() ? leader : follower;
      auto& hears = &writes == &leader ? follower : leader;
      const int count = *rc::gen::inRange(1, 4);
      const int heard = together ? *rc::gen::inRange(0, count + 1) : 0;
      writes.insert(writes.end(), static_cast<size_t>(count), epoch);
      hears.insert(hears.end(), static_cast<size_t>(heard), epoch);
    }
    size_t common = 0;
    while (common < std::min(leader.size(), follower.size()) && leader[common] == follower[common]) ++common;

    LeaderEpochs leaders = known_from(leader);
    leaders.assign(LeaderEpoch(epoch + 1), end_of(leader));  // it leads now
    LeaderEpochs own = known_from(follower);
    Offset own_end = end_of(follower);
    for (std::optional<LeaderEpoch> asked = own.latest(); asked && *asked != kNoLeaderEpoch;) {
      const Divergence found = find_divergence(own, own_end, Offset(0), *asked, leaders.end_of(*asked, end_of(leader)));
      RC_ASSERT(found.truncate_to <= own_end);
      RC_ASSERT(!found.ask_again || *found.ask_again < *asked);
      own_end = found.truncate_to;
      own.truncate_end(own_end);
      asked = found.ask_again;
      asked_again += asked.has_value();
    }
    RC_ASSERT(own_end == Offset(static_cast<int64_t>(common)));
  }));
  EXPECT_GT(asked_again, 0);
}

}  // namespace
}  // namespace ottla
