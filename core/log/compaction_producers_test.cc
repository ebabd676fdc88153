// What a pass of compaction makes of transactions, and of what producers sent last.
#include <gtest/gtest.h>

#include "core/log/clean_testing.h"
#include "core/sim/sim_disk.h"

namespace ottla {
namespace {

using log_testing::HandMadeLog;
using log_testing::offsets;
using sim::SimDisk;

using Offsets = std::vector<int64_t>;

constexpr Timestamp at(int64_t ms) { return Timestamp::from_ms(ms); }

TEST(Compaction, removes_aborted_data_and_keeps_the_marker_until_its_horizon) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  const ProducerId p(7);
  log.put("a", "old");
  log.write({.records = {{"a", "never"}}, .producer = p, .transactional = true});
  log.end_transaction(p, false);
  log.write({.records = {{"b", "yes"}}, .producer = p, .transactional = true});
  log.end_transaction(p, true);
  log.roll();
  LogSettings settings;
  settings.delete_retention_ms = 500;
  ASSERT_EQ(HandMadeLog::read(disk).uncommitted.size(), 1U);
  ASSERT_TRUE(log.clean(at(10'000), settings));
  auto content = HandMadeLog::read(disk);
  EXPECT_EQ(offsets(content.records), (Offsets{0, 3})) << "an aborted write supersedes nothing";
  EXPECT_TRUE(content.uncommitted.empty());
  EXPECT_EQ(log.aborted().size(), 1U) << "this pass met data of it";
  EXPECT_EQ(content.batches.size(), 4U) << "both markers";
  ASSERT_TRUE(log.clean(at(20'000), settings));
  EXPECT_TRUE(log.aborted().empty());
  EXPECT_EQ(HandMadeLog::read(disk).batches.size(), 4U) << "the abort marker has a horizon now";
  ASSERT_TRUE(log.clean(at(20'499), settings));
  EXPECT_EQ(HandMadeLog::read(disk).batches.size(), 4U);
  ASSERT_TRUE(log.clean(at(20'500), settings));
  content = HandMadeLog::read(disk);
  EXPECT_EQ(content.batches.size(), 3U);
  EXPECT_EQ(offsets(content.records), (Offsets{0, 3}));
  EXPECT_EQ(content.producers.first_unstable(content.end), std::nullopt) << "no transaction is left open";
}

TEST(Compaction, finds_the_marker_of_an_abort_in_a_later_segment) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  const ProducerId p(7), q(8);
  log.write({.records = {{"a", "1"}}});
  log.write({.records = {{"a", "never"}}, .producer = p, .transactional = true});
  log.write({.records = {{"b", "kept"}}, .producer = q, .transactional = true});
  log.roll();
  log.write({.records = {{"c", "never"}}, .producer = p, .transactional = true});
  log.end_transaction(q, true);
  log.end_transaction(p, false);
  log.put("d", "1");
  log.roll();
  LogSettings settings;
  settings.segment_size_max = 150;
  ASSERT_TRUE(log.clean(at(10'000), settings));
  const auto content = HandMadeLog::read(disk);
  EXPECT_EQ(offsets(content.records), (Offsets{0, 2, 6}));
  EXPECT_TRUE(content.uncommitted.empty());
}

TEST(Compaction, keeps_what_a_producer_did_last) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  const ProducerId p(7);
  for (int i = 0; i < 4; ++i) log.write({.records = {{"a", std::to_string(i)}, {"b", "x"}}, .producer = p});
  log.put("a", "newer");
  log.put("b", "newer");
  log.roll();
  const auto before = HandMadeLog::read(disk).producers.find(p);
  ASSERT_TRUE(log.clean(at(10'000)));
  const auto content = HandMadeLog::read(disk);
  EXPECT_EQ(offsets(content.records), (Offsets{8, 9}));
  EXPECT_EQ(content.producers.find(p), before);
  // The batch that it sent last, once more, is known after a restart that reads nothing but the log.
  ProducerBatch again;
  again.producer_id = p;
  again.epoch = ProducerEpoch(0);
  again.first_sequence = Sequence(6);
  again.last_sequence = Sequence(7);
  again.first_offset = Offset(10);
  again.last_offset = Offset(11);
  const auto verdict = content.producers.check(again, BatchOrigin::client);
  ASSERT_TRUE(verdict.ok());
  ASSERT_TRUE(verdict->duplicate.has_value());
  EXPECT_EQ(verdict->duplicate->first_offset, Offset(6));
  again.first_sequence = Sequence(8);
  again.last_sequence = Sequence(9);
  EXPECT_TRUE(content.producers.check(again, BatchOrigin::client).ok()) << "and so is the next one";
}

TEST(Compaction, keeps_sequences_when_half_of_a_batch_goes) {
  SimDisk disk(1);
  HandMadeLog log(disk);
  const ProducerId p(7);
  log.write({.records = {{"a", "1"}, {"b", "1"}, {"c", "1"}}, .compression = CompressionType::lz4, .producer = p});
  log.put("a", "2");
  log.put("c", "2");
  log.roll();
  const auto before = HandMadeLog::read(disk).producers.find(p);
  ASSERT_TRUE(log.clean(at(10'000)));
  const auto content = HandMadeLog::read(disk);
  EXPECT_EQ(content.producers.find(p), before);
  EXPECT_EQ(offsets(content.records), (Offsets{1, 3, 4}));
}

}  // namespace
}  // namespace ottla
