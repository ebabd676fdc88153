// The files beside the metadata log: golden texts and bytes, and whatever may be wrong with them.
#include <gtest/gtest.h>

#include "core/base/hex.h"
#include "core/raft/quorum_state.h"
#include "core/raft/quorum_testing.h"
#include "core/raft/snapshot_file.h"
#include "core/record/batch_view.h"

namespace ottla {
namespace {

const Uuid kDirectory = *Uuid::parse("9rBc2V5SQPe7rH2Fq1tWug");

FormatResult<QuorumState> read(std::string_view text) { return decode_quorum_state(BytesView::of(text)); }

TEST(QuorumStateFile, is_kafkas_version_1) {
  BytesBuffer bytes;
  encode_quorum_state({.epoch = LeaderEpoch(4),
                       .leader = BrokerId(1),
                       .voted = BrokerId(1),
                       .voted_directory = kDirectory,
                       .voters = {}},
                      bytes);
  EXPECT_EQ(bytes.view().text(), R"({"leaderId":1,"leaderEpoch":4,"votedId":1,)"
                                 R"("votedDirectoryId":"9rBc2V5SQPe7rH2Fq1tWug","data_version":1})");
}

TEST(QuorumStateFile, of_version_0_names_the_voters) {
  const auto state = read(R"({"clusterId":"","leaderId":1,"leaderEpoch":2,"votedId":-1,"appliedOffset":0,)"
                          R"("currentVoters":[{"voterId":1},{"voterId":3}],"data_version":0})");
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(*state, (QuorumState{.epoch = LeaderEpoch(2),
                                 .leader = BrokerId(1),
                                 .voted = kNoBroker,
                                 .voted_directory = {},
                                 .voters = {BrokerId(1), BrokerId(3)}}));
  EXPECT_TRUE(read(R"({"leaderId":1,"leaderEpoch":2,"votedId":-1,"currentVoters":null,"data_version":0})").ok());
}

TEST(QuorumStateFile, reads_what_it_writes_and_no_part_of_it) {
  const QuorumState state{.epoch = LeaderEpoch(77),
                          .leader = BrokerId(2),
                          .voted = BrokerId(2),
                          .voted_directory = kDirectory,
                          .voters = {}};
  BytesBuffer bytes;
  encode_quorum_state(state, bytes);
  EXPECT_EQ(*decode_quorum_state(bytes.view()), state);
  for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode_quorum_state(bytes.view().first(size)).ok());
}

TEST(QuorumStateFile, with_anything_else_in_it_is_not_believed) {
  for (const char* text :
       {"", "{}", "[]", R"({"leaderEpoch":1})", R"({"leaderEpoch":1,"data_version":2})",
        R"({"leaderEpoch":"1","data_version":1})", R"({"leaderEpoch":-2,"data_version":1})",
        R"({"leaderEpoch":2147483647,"data_version":1})", R"({"leaderEpoch":99999999999,"data_version":1})",
        R"({"leaderEpoch":1,"data_version":1}})", R"({"leaderEpoch":1,"data_version":1,})",
        R"({"leaderEpoch":1,"votedDirectoryId":"short","data_version":1})",
        R"({"leaderEpoch":1,"leaderId":4294967297,"data_version":1})", "{\"a\":\"\\u0041\",\"leaderEpoch\":1}"}) {
    EXPECT_FALSE(read(text).ok()) << text;
  }
}

ReplicatedLog::Snapshot some_snapshot() {
  BytesBuffer batches;
  for (const char* value : {"a", "b", "c"}) {
    batches.append(raft_testing::batch_of(value, Timestamp::from_ms(1'700'000'000'000)));
  }
  return {.end = Offset(4711),
          .epoch = LeaderEpoch(3),
          .last_timestamp = Timestamp::from_ms(1'700'000'000'000),
          .batches = batches.freeze()};
}

Bytes encoded(const ReplicatedLog::Snapshot& snapshot) {
  BytesBuffer out;
  encode_snapshot(snapshot, {.id = BrokerId(1), .directory = kDirectory}, Timestamp::from_ms(1'700'000'000'001), out);
  return out.freeze();
}

TEST(SnapshotFile, has_kafkas_name) {
  EXPECT_EQ(snapshot_file_name({Offset(4711), LeaderEpoch(3)}), "00000000000000004711-0000000003.checkpoint");
  EXPECT_EQ(snapshot_file_name({Offset(INT64_MAX), LeaderEpoch(INT32_MAX)}),
            "09223372036854775807-2147483647.checkpoint");
  EXPECT_EQ(parse_snapshot_file_name("00000000000000004711-0000000003.checkpoint"),
            (SnapshotId{Offset(4711), LeaderEpoch(3)}));
  for (const char* name :
       {"", "00000000000000004711-0000000003.checkpoint.tmp", "0000000000000004711-0000000003.checkpoint",
        "00000000000000004711-000000003.checkpoint", "00000000000000004711_0000000003.checkpoint",
        "0000000000000000471x-0000000003.checkpoint", "-0000000000000004711-000000003.checkpoint",
        "99999999999999999999-0000000003.checkpoint", "00000000000000004711-9999999999.checkpoint"}) {
    EXPECT_FALSE(parse_snapshot_file_name(name).has_value()) << name;
  }
}

TEST(SnapshotFile, has_control_batches_at_both_ends_and_offsets_of_its_own) {
  const Bytes bytes = encoded(some_snapshot());
  std::vector<int64_t> bases;
  std::vector<bool> control;
  for (BytesView rest = bytes; !rest.empty();) {
    const BatchView batch = BatchView::first_of(rest).value();
    EXPECT_TRUE(batch.crc_matches());
    EXPECT_EQ(batch.leader_epoch(), LeaderEpoch(3));
    bases.push_back(batch.base_offset().value());
    control.push_back(batch.attributes().control());
    rest = rest.from(batch.size());
  }
  EXPECT_EQ(bases, (std::vector<int64_t>{0, 3, 4, 5, 6}));
  EXPECT_EQ(control, (std::vector<bool>{true, false, false, false, true}));
}

TEST(SnapshotFile, gives_back_its_records_and_voters) {
  const Bytes bytes = encoded(some_snapshot());
  std::vector<BrokerId> voters;
  const auto batches = decode_snapshot({Offset(4711), LeaderEpoch(3)}, bytes, voters);
  ASSERT_TRUE(batches.ok());
  EXPECT_EQ(voters, std::vector<BrokerId>{BrokerId(1)});
  EXPECT_EQ(batches->size(), some_snapshot().batches.size());
  ReplicatedLog::Snapshot nothing = some_snapshot();
  nothing.batches = {};
  const auto none = decode_snapshot({Offset(4711), LeaderEpoch(3)}, encoded(nothing), voters);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->empty());
}

TEST(SnapshotFile, cut_anywhere_or_with_any_bit_changed_is_damaged) {
  const Bytes bytes = encoded(some_snapshot());
  const SnapshotId id{Offset(4711), LeaderEpoch(3)};
  std::vector<BrokerId> voters;
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_snapshot(id, bytes.slice(0, size), voters).ok()) << size;
  }
  for (size_t at = 0; at < bytes.size(); ++at) {
    BytesBuffer changed;
    changed.append(bytes);
    changed.data()[at] ^= static_cast<uint8_t>(1U << (at % 8));
    EXPECT_FALSE(decode_snapshot(id, changed.freeze(), voters).ok()) << at;
  }
  EXPECT_FALSE(decode_snapshot({Offset(4711), LeaderEpoch(4)}, bytes, voters).ok());
}

}  // namespace
}  // namespace ottla
