// The types that messages are made of, the arena, and what stands before records.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "core/base/hex.h"
#include "core/model/limits.h"
#include "core/wire/arena.h"
#include "core/wire/internal_records.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/75_describe_topic_partitions.h"
#include "core/wire/records/group_offsets.h"

namespace ottla::wire {
namespace {

TEST(Vocabulary, null_empty_and_there_are_three_things) {
  Nullable<String> name;
  EXPECT_TRUE(name.is_null());
  EXPECT_EQ(name.or_empty(), "");
  name = "";
  EXPECT_TRUE(name);
  EXPECT_TRUE(name->empty());
  name = std::string_view("orders");
  EXPECT_EQ(*name, "orders");
  name = null;
  EXPECT_FALSE(name);

  Nullable<Array<int32_t>> numbers = empty;
  EXPECT_TRUE(numbers);
  EXPECT_EQ(numbers->size(), 0U);
  const std::vector<int32_t> some{1, 2};
  numbers = some;
  EXPECT_EQ((*numbers)[1], 2);
}

TEST(Vocabulary, arrays_view_what_is_contiguous) {
  const std::array<int32_t, 3> plain{1, 2, 3};
  const Array<int32_t> numbers = plain;
  int sum = 0;
  for (const int32_t number : numbers) sum += number;
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(numbers.begin(), plain.data());
}

TEST(Vocabulary, versions_are_inclusive_on_both_ends) {
  EXPECT_TRUE(between(2, 4).contains(2) && between(2, 4).contains(4));
  EXPECT_FALSE(between(2, 4).contains(1) || between(2, 4).contains(5));
  EXPECT_TRUE(since(3).contains(kVersionLast) && !since(3).contains(2));
  EXPECT_TRUE(until(3).contains(0) && !until(3).contains(4));
  EXPECT_TRUE(never.empty() && !never.contains(0));
}

TEST(VocabularyDeathTest, null_has_no_value_and_an_array_has_an_end) {
  EXPECT_DEATH((void)*Nullable<String>(), "is_null");
  const std::vector<int32_t> one{1};
  EXPECT_DEATH((void)Array<int32_t>(one)[1], "at=1 count=1");
  EXPECT_DEATH((void)Records::elsewhere(5).view(), "is_elsewhere");
}

TEST(Arena, gives_aligned_memory_that_stays_where_it_is) {
  Arena arena;
  std::vector<std::span<uint64_t>> taken;
  for (size_t i = 1; i < 200; ++i) {
    (void)arena.take(i % 7);
    taken.push_back(arena.array<uint64_t>(i));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(taken.back().data()) % Arena::kAlignment, 0U);
    std::fill(taken.back().begin(), taken.back().end(), i);
  }
  for (size_t i = 1; i < 200; ++i) {
    for (const uint64_t number : taken[i - 1]) ASSERT_EQ(number, i);
  }
}

TEST(Arena, elements_have_their_defaults) {
  Arena arena;
  for (const auto& topic : arena.array<MetadataResponse::Topic>(3)) {
    EXPECT_EQ(topic.topic_authorized_operations, INT32_MIN);
    EXPECT_EQ(*topic.name, "");
  }
  EXPECT_EQ(arena.make<DescribeTopicPartitionsRequest::Cursor>()->partition_index, 0);
  EXPECT_EQ(arena.copy("text"), "text");
}

TEST(Arena, keeps_one_block_for_the_next_message_unless_it_is_large) {
  Arena arena;
  EXPECT_EQ(arena.capacity(), 0U);
  for (int i = 0; i < 20; ++i) (void)arena.take(1000);
  arena.reset();
  const size_t kept = arena.capacity();
  EXPECT_GT(kept, 10'000U);
  (void)arena.take(kept);
  EXPECT_EQ(arena.capacity(), kept);
  arena.reset();
  (void)arena.take(limits::kArenaKeptMax + 1);
  arena.reset();
  EXPECT_EQ(arena.capacity(), 0U);
}

// --- records ------------------------------------------------------------------------------------------------------

std::string with_prefix(const Message& message, Version version) {
  BytesBuffer out;
  write_record_prefix(message, version, out);
  return hex_encode(out.view());
}

TEST(RecordPrefix, is_what_kafka_writes) {
  EXPECT_EQ(with_prefix(*find_record("OffsetCommitKey"), 0), "0001");    // the type
  EXPECT_EQ(with_prefix(*find_record("OffsetCommitValue"), 3), "0003");  // the version
  EXPECT_EQ(with_prefix(*find_record("PartitionRecord"), 2), "010302");  // frame, type, version
  EXPECT_EQ(with_prefix(*find_record("ConsumerProtocolSubscription"), 1), "0001");
  EXPECT_EQ(with_prefix(*find_record("LeaderChangeMessage"), 0), "");
}

TEST(RecordPrefix, of_any_record_and_version_opens_as_that_record) {
  for (const MessageTable record : internal_records()) {
    const Message& message = record();
    if (message.family == RecordFamily::plain) continue;
    for (Version version = message.versions.first; version <= message.versions.last; ++version) {
      BytesBuffer out;
      write_record_prefix(message, version, out);
      const size_t size = out.size();
      out.append(BytesView::of("body"));
      const auto opened = open_record(message, out.view());
      ASSERT_TRUE(opened.ok()) << message.name() << ": " << opened.error().text();
      EXPECT_EQ(opened->message, &message);
      EXPECT_EQ(opened->version, version);
      EXPECT_EQ(opened->body.text(), "body");
      for (size_t cut = 0; cut < size; ++cut) EXPECT_FALSE(open_record(message, out.view().first(cut)).ok());
    }
  }
}

TEST(RecordPrefix, of_an_unknown_kind_is_refused) {
  const auto what = [](RecordFamily family, std::string_view hex) {
    const auto opened = open_record(family, hex_decode(hex).value());
    return opened.ok() ? std::string("ok") : opened.error().text();
  };
  EXPECT_EQ(what(RecordFamily::group_key, "7fff"),
            "byte 0, record prefix.type: an unknown record, or not the one expected");
  EXPECT_EQ(what(RecordFamily::group_key, "ffff"),
            "byte 0, record prefix.type: an unknown record, or not the one expected");
  EXPECT_EQ(what(RecordFamily::metadata, "000302"),
            "byte 0, record prefix.frameVersion: a record frame of an unknown kind");
  EXPECT_EQ(what(RecordFamily::metadata, "01c80100"),
            "byte 1, record prefix.type: an unknown record, or not the one expected");
  EXPECT_EQ(what(RecordFamily::metadata, "010303"), "byte 2, record prefix.version: an unknown version");
  EXPECT_EQ(what(RecordFamily::metadata, "010302"), "ok");
  const Message& value = *find_record("OffsetCommitValue");
  EXPECT_FALSE(open_record(value, hex_decode("0005")->view()).ok());
  EXPECT_FALSE(open_record(value, hex_decode("ffff")->view()).ok());
  EXPECT_FALSE(open_record(*find_record("TopicRecord"), hex_decode("010302")->view()).ok());
}

TEST(RecordPrefix, a_committed_offset_is_read_from_its_bytes) {
  const auto bytes = hex_decode("0003 0000000000000007 00000002 0000 0000000000000009").value();
  const auto opened = open_record(message_of<OffsetCommitValue>(), bytes);
  ASSERT_TRUE(opened.ok());
  Arena arena;
  OffsetCommitValue value;
  ASSERT_TRUE(decode(opened->body, opened->version, arena, value).ok());
  EXPECT_EQ(value.offset, 7);
  EXPECT_EQ(value.leader_epoch, 2);
  EXPECT_EQ(value.commit_timestamp, 9);
}

}  // namespace
}  // namespace ottla::wire
