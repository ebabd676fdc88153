#include <gtest/gtest.h>

#include "core/group/group_testing.h"
#include "core/record/control_records.h"

namespace ottla {
namespace {

using namespace group_testing;

const Member kOutside{};  // no member: assigns its partitions itself

ErrorCode committed(const QuestionPtr& question) {
  return error_from_wire(question->read<wire::OffsetCommitResponse>().topics[0].partitions[0].error_code);
}

TEST(GroupOffsets, a_commit_is_answered_and_seen_when_it_cannot_be_lost) {
  GroupBench bench;
  const auto question = bench.commit_offset(kOutside, kTopicA, 1, 42);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 1), std::nullopt);
  bench.runtime->flush();
  EXPECT_FALSE(question->answered());
  bench.log.commit();
  EXPECT_EQ(committed(question), ErrorCode::none);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 1), 42);
  bench.fail_over();
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 1), 42);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 2), std::nullopt);
  EXPECT_EQ(bench.fetch_offset("h", kTopicA, 1), std::nullopt);
  EXPECT_EQ(bench.state_of("g"), "Empty");
}

TEST(GroupOffsets, a_commit_that_is_lost_is_refused_and_not_seen) {
  GroupBench bench;
  bench.commit_offset(kOutside, kTopicA, 0, 1);
  bench.commit();
  const auto question = bench.commit_offset(kOutside, kTopicA, 0, 2);
  bench.log.fail_next_append(LogError::no_space);
  bench.runtime->flush();
  EXPECT_EQ(question->refused, ErrorCode::coordinator_not_available);
  bench.commit();
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 1);
}

TEST(GroupOffsets, unknown_partitions_and_long_notes_are_refused_for_themselves) {
  GroupBench bench;
  const auto unknown = bench.commit_offset(kOutside, "nowhere", 0, 1);
  const auto beyond = bench.commit_offset(kOutside, kTopicA, 99, 1);
  bench.context.settings.offset_metadata_size_max = 4;
  const auto long_note = bench.commit_offset(kOutside, kTopicA, 0, 1, 9, "abcde");
  bench.commit();
  EXPECT_EQ(committed(long_note), ErrorCode::offset_metadata_too_large);
  EXPECT_EQ(committed(unknown), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(committed(beyond), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(bench.state_of("g"), "Dead");
}

TEST(GroupOffsets, only_members_of_the_generation_commit_while_there_are_members) {
  GroupBench bench;
  const auto members = bench.stable_group(2);
  const auto outside = bench.commit_offset(kOutside, kTopicA, 0, 1);
  Member old = members[0];
  --old.generation;
  const auto zombie = bench.commit_offset(old, kTopicA, 0, 1);
  Member nobody = members[0];
  nobody.id = "nobody";
  const auto unknown = bench.commit_offset(nobody, kTopicA, 0, 1);
  const auto right = bench.commit_offset(members[1], kTopicA, 0, 7);
  const auto no_group = bench.commit_offset({"other", "m", 1}, kTopicA, 0, 1);
  const auto no_group_old = bench.commit_offset({"other", "m", 1}, kTopicA, 0, 1, 8);
  bench.commit();
  EXPECT_EQ(committed(outside), ErrorCode::unknown_member_id);
  EXPECT_EQ(committed(zombie), ErrorCode::illegal_generation);
  EXPECT_EQ(committed(unknown), ErrorCode::unknown_member_id);
  EXPECT_EQ(committed(right), ErrorCode::none);
  EXPECT_EQ(committed(no_group), ErrorCode::group_id_not_found);
  EXPECT_EQ(committed(no_group_old), ErrorCode::illegal_generation);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 7);
}

TEST(GroupOffsets, those_of_a_group_without_members_expire_after_the_time_since_it_was_left) {
  GroupBench bench;
  bench.context.settings.offset_retention = Duration::from_s(100);
  bench.context.settings.offset_check_interval = Duration::from_s(10);
  bench.fail_over();  // the first look is by the new settings
  const auto members = bench.stable_group(1, {.protocols = {{"range", subscription_to({kTopicA})}}});
  bench.commit_offset(members[0], kTopicA, 0, 5);
  bench.commit();
  for (int i = 0; i < 30; ++i) {
    bench.pass(Duration::from_s(5));
    ASSERT_EQ(bench.heartbeat(members[0]), ErrorCode::none);
  }
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 5) << "it is read";
  bench.leave("g", {{members[0].id, std::nullopt}});
  EXPECT_EQ(bench.state_of("g"), "Empty");
  bench.pass(Duration::from_s(80));
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 5);
  bench.pass(Duration::from_s(40));
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), std::nullopt);
  EXPECT_EQ(bench.state_of("g"), "Dead") << "and the group is gone with them";
  bench.expect_every_prefix_equals_live();
}

TEST(GroupOffsets, what_is_read_is_not_deleted_and_what_is_not_is) {
  GroupBench bench;
  const auto members = bench.stable_group(1, {.protocols = {{"range", subscription_to({kTopicA})}}});
  bench.commit_offset(members[0], kTopicA, 0, 5);
  bench.commit_offset(members[0], kTopicB, 0, 6);
  bench.commit();
  const auto error = [](const QuestionPtr& question) {
    return error_from_wire(question->read<wire::OffsetDeleteResponse>().topics[0].partitions[0].error_code);
  };
  EXPECT_EQ(error(bench.delete_offset("g", kTopicA, 0)), ErrorCode::group_subscribed_to_topic);
  EXPECT_EQ(error(bench.delete_offset("g", kTopicB, 0)), ErrorCode::none);
  EXPECT_EQ(error(bench.delete_offset("g", kTopicB, 99)), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 5);
  EXPECT_EQ(bench.fetch_offset("g", kTopicB, 0), std::nullopt);
}

TEST(GroupOffsets, a_group_is_deleted_with_its_offsets_when_nobody_is_in_it) {
  GroupBench bench;
  const auto members = bench.stable_group(1);
  for (int32_t partition = 0; partition < 4; ++partition) bench.commit_offset(members[0], kTopicA, partition, 5);
  bench.commit();
  EXPECT_EQ(bench.delete_group("g"), ErrorCode::non_empty_group);
  EXPECT_EQ(bench.delete_group("h"), ErrorCode::group_id_not_found);
  bench.leave("g", {{members[0].id, std::nullopt}});
  EXPECT_EQ(bench.delete_group("g"), ErrorCode::none);
  EXPECT_EQ(bench.groups().hard().dump(), "");
  EXPECT_EQ(bench.state_of("g"), "Dead");
  bench.expect_every_prefix_equals_live();
}

TEST(GroupOffsets, those_of_deleted_topics_go) {
  GroupBench bench;
  bench.commit_offset(kOutside, kTopicA, 0, 5);
  bench.commit_offset(kOutside, kTopicB, 0, 6);
  bench.groups().topics_deleted({kTopicA});
  bench.commit();
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), std::nullopt);
  EXPECT_EQ(bench.fetch_offset("g", kTopicB, 0), 6);
}

// The marker, as the partition's leader is told to write it.
void end_transaction(GroupBench& bench, int64_t producer, bool commit) {
  const auto question = std::make_shared<Question>();
  ReplyPtr reply = bench.plain_reply(question);
  const TransactionEnd end{.type = commit ? ControlRecordType::commit : ControlRecordType::abort,
                           .marker = {},
                           .producer_id = ProducerId(producer),
                           .producer_epoch = ProducerEpoch(0),
                           .timestamp = bench.wall};
  ASSERT_EQ(bench.runtime->end_transaction(end, 0, reply), ErrorCode::none);
  bench.commit();
  EXPECT_TRUE(question->answered());
}

TEST(GroupOffsets, those_of_a_transaction_count_when_it_is_committed) {
  GroupBench bench;
  bench.commit_offset(kOutside, kTopicA, 0, 1);
  bench.commit();
  bench.commit_in_transaction(7, kOutside, kTopicA, 0, 10);
  bench.commit_in_transaction(8, kOutside, kTopicA, 1, 20);
  bench.commit();
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 1);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), GroupBench::kUnstable);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 2, true), std::nullopt);
  end_transaction(bench, 7, true);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), 10);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 1, true), GroupBench::kUnstable);
  end_transaction(bench, 8, false);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 1, true), std::nullopt);
  bench.expect_every_prefix_equals_live();
  bench.fail_over();
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), 10);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 1, true), std::nullopt);
}

// The end is written and not committed: whoever wants what is stable waits for that, too.
TEST(GroupOffsets, those_of_a_transaction_are_unstable_until_its_end_is_committed) {
  GroupBench bench;
  bench.commit_in_transaction(7, kOutside, kTopicA, 0, 10);
  bench.commit();
  const auto question = std::make_shared<Question>();
  ReplyPtr reply = bench.plain_reply(question);
  const TransactionEnd end{.type = ControlRecordType::commit,
                           .marker = {},
                           .producer_id = ProducerId(7),
                           .producer_epoch = ProducerEpoch(0),
                           .timestamp = bench.wall};
  ASSERT_EQ(bench.runtime->end_transaction(end, 0, reply), ErrorCode::none);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), GroupBench::kUnstable);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), std::nullopt);
  bench.log.commit();
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), 10);
}

TEST(GroupOffsets, of_two_transactions_keep_a_place_unstable_until_both_have_ended) {
  GroupBench bench;
  bench.commit_in_transaction(7, kOutside, kTopicA, 0, 10);
  bench.commit_in_transaction(8, kOutside, kTopicA, 0, 20);
  bench.commit();
  end_transaction(bench, 8, true);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), GroupBench::kUnstable);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 20);
  end_transaction(bench, 7, true);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), 20) << "it was staged later";
  bench.expect_every_prefix_equals_live();
}

TEST(GroupOffsets, that_are_deleted_do_not_come_back_by_the_end_of_a_transaction) {
  GroupBench bench;
  bench.commit_in_transaction(7, kOutside, kTopicA, 0, 10);
  bench.commit_in_transaction(7, kOutside, kTopicB, 0, 10);
  bench.commit();
  EXPECT_EQ(bench.fetch_offset("g", kTopicB, 0, true), GroupBench::kUnstable);
  bench.delete_offset("g", kTopicB, 0);
  EXPECT_EQ(bench.fetch_offset("g", kTopicB, 0, true), std::nullopt);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), GroupBench::kUnstable);
  EXPECT_EQ(bench.delete_group("g"), ErrorCode::none);
  EXPECT_EQ(bench.groups().hard().dump(), "");
  end_transaction(bench, 7, true);
  EXPECT_EQ(bench.groups().hard().dump(), "");
  bench.commit_in_transaction(8, kOutside, kTopicA, 1, 10);
  bench.groups().topics_deleted({kTopicA});
  bench.commit();
  EXPECT_EQ(bench.groups().hard().dump(), "");
  bench.expect_every_prefix_equals_live();
}

TEST(GroupOffsets, do_not_expire_beside_those_of_an_open_transaction_nor_does_their_group) {
  GroupBench bench;
  bench.context.settings.offset_retention = Duration::from_s(100);
  bench.context.settings.offset_check_interval = Duration::from_s(10);
  bench.fail_over();
  const auto members = bench.stable_group(1, {.protocols = {{"range", subscription_to({kTopicA})}}});
  bench.commit_offset(members[0], kTopicA, 0, 5);
  bench.commit_offset(members[0], kTopicA, 1, 5);
  bench.leave("g", {{members[0].id, std::nullopt}});
  bench.commit_in_transaction(7, kOutside, kTopicA, 0, 10);
  bench.pass(Duration::from_s(200));
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 5);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 1), std::nullopt);
  EXPECT_EQ(bench.state_of("g"), "Empty");
  end_transaction(bench, 7, false);
  bench.pass(Duration::from_s(20));
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), std::nullopt);
  EXPECT_EQ(bench.state_of("g"), "Dead");
  bench.expect_every_prefix_equals_live();
}

// KIP-447: a member says which generation it is of; a producer that does not know is believed.
TEST(GroupOffsets, of_a_transaction_come_from_members_of_the_generation_or_from_who_says_nothing) {
  GroupBench bench;
  const auto members = bench.stable_group(1);
  Member old = members[0];
  --old.generation;
  Member nobody = members[0];
  nobody.id = "nobody";
  const auto error = [&](const Member& member) {
    const auto question = bench.commit_in_transaction(7, member, kTopicA, 0, 10);
    bench.commit();
    return error_from_wire(question->read<wire::TxnOffsetCommitResponse>().topics[0].partitions[0].error_code);
  };
  EXPECT_EQ(error(old), ErrorCode::illegal_generation);
  EXPECT_EQ(error(nobody), ErrorCode::unknown_member_id);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), std::nullopt);
  EXPECT_EQ(error(members[0]), ErrorCode::none);
  EXPECT_EQ(error(kOutside), ErrorCode::none);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0, true), GroupBench::kUnstable);
}

TEST(GroupOffsets, what_was_committed_after_the_transaction_staged_its_own_stays) {
  GroupBench bench;
  bench.commit_in_transaction(7, kOutside, kTopicA, 0, 10);
  bench.commit_offset(kOutside, kTopicA, 0, 30);
  bench.commit();
  end_transaction(bench, 7, true);
  EXPECT_EQ(bench.fetch_offset("g", kTopicA, 0), 30);
}

}  // namespace
}  // namespace ottla
