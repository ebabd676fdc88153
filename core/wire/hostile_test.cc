// Bytes that no honest client sends: made by hand, because golden messages cannot show them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/hex.h"
#include "core/base/varint.h"
#include "core/model/limits.h"
#include "core/wire/codec.h"
#include "core/wire/frame.h"
#include "core/wire/messages/00_produce.h"
#include "core/wire/messages/01_fetch.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/18_api_versions.h"
#include "core/wire/messages/75_describe_topic_partitions.h"
#include "core/wire/registry.h"

namespace ottla::wire {
namespace {

using What = Error::What;

// Decodes hexadecimal text as M; what it held is in `message` and the memory it needed in `arena`.
template <class M>
struct Attempt {
  Arena arena;
  ottla::Bytes bytes;
  M message;
  Result<void, Error> result;

  Attempt(std::string_view hex, Version version)
      : bytes(hex_decode(hex).value()), result(decode(bytes.view(), version, arena, message)) {}
  [[nodiscard]] What what() const { return result.error().what; }
  [[nodiscard]] std::string text() const { return result.ok() ? "ok" : result.error().text(); }
};

TEST(Hostile, an_error_names_byte_struct_and_field) {
  // Two topics in v1; the second one's name is null.
  const Attempt<MetadataRequest> attempt("00000002 0001 61 ffff", 1);
  EXPECT_EQ(attempt.text(), "byte 7, Topic.name: null, which this version does not allow");
}

TEST(Hostile, null_is_refused_where_the_version_has_none) {
  EXPECT_EQ(Attempt<MetadataRequest>("ffffffff", 0).what(), What::unexpected_null);
  EXPECT_TRUE(Attempt<MetadataRequest>("ffffffff", 1).result.ok());
  EXPECT_TRUE(Attempt<MetadataRequest>("00 01 00 00 00", 9).result.ok());
  // A name: null since v10 only, compact there.
  EXPECT_EQ(Attempt<MetadataRequest>("02 00 00 01 00 00 00", 9).text(),
            "byte 1, Topic.name: null, which this version does not allow");
  EXPECT_TRUE(Attempt<MetadataRequest>("02 00000000000000000000000000000000 00 00 01 00 00 00", 10).result.ok());
  // Elements of an array of strings, and an array that is never null.
  EXPECT_EQ(Attempt<ApiVersionsResponse>("0000 00 00000000 00", 3).what(), What::unexpected_null);
}

TEST(Hostile, lengths_below_minus_one_are_refused) {
  EXPECT_EQ(Attempt<MetadataRequest>("fffffffe", 1).what(), What::length);
  EXPECT_EQ(Attempt<MetadataRequest>("80000000", 1).what(), What::length);
  EXPECT_EQ(Attempt<MetadataRequest>("00000001 8000", 1).what(), What::length);
}

TEST(Hostile, a_varint_is_five_bytes_at_most_and_fits_32_bits) {
  EXPECT_EQ(Attempt<MetadataRequest>("8080808080 00", 9).what(), What::varint);
  EXPECT_EQ(Attempt<MetadataRequest>("ffffffff1f 00000000", 9).what(), What::varint);
  EXPECT_EQ(Attempt<MetadataRequest>("ffffffff", 9).what(), What::cut_off);
  // The largest there is: a count of 2^32 - 2.
  EXPECT_EQ(Attempt<MetadataRequest>("ffffffff0f 00000000", 9).what(), What::count);
  // An overlong zero is a zero, as for Kafka.
  EXPECT_TRUE(Attempt<MetadataRequest>("8100 01 00 00 00", 9).result.ok());
}

TEST(Hostile, a_lying_count_is_refused_before_anything_is_taken_for_it) {
  for (const char* hex : {"7fffffff", "00000010 0000 0000 0000"}) {
    const Attempt<MetadataRequest> attempt(hex, 1);
    EXPECT_EQ(attempt.what(), What::count) << hex;
    EXPECT_EQ(attempt.arena.capacity(), 0U) << hex;
  }
}

// The worst that honest-looking counts can ask for is refused by the budget, not by the allocator.
TEST(Hostile, structs_that_are_much_larger_than_their_bytes_stay_within_the_budget) {
  for (const size_t size : {size_t{100}, size_t{100'000}, size_t{10'000'000}}) {
    // A fetch response, v12: `size` topics said to be there, each of at least three bytes, all empty.
    BytesBuffer bytes;
    bytes.append(hex_decode("00000000 0000 00000000")->view());
    uint8_t* at = bytes.extend(kVarintMax);
    bytes.resize(bytes.size() - kVarintMax + write_unsigned_varint(at, static_cast<uint32_t>(size + 1)));
    for (size_t i = 0; i < size; ++i) bytes.append(hex_decode("010100")->view());
    bytes.append(uint8_t{0});
    Arena arena;
    FetchResponse response;
    const auto result = decode(bytes.view(), 12, arena, response);
    EXPECT_LE(arena.capacity(), 2 * limits::arena_size_max(bytes.size()) + Arena::kBlockSizeMin);
    if (size <= 100'000) {
      ASSERT_TRUE(result.ok()) << result.error().text();
      EXPECT_EQ(response.responses.size(), size);
    } else {
      ASSERT_FALSE(result.ok());
      EXPECT_EQ(result.error().what, What::memory);
    }
  }
}

// --- tags ---------------------------------------------------------------------------------------------------------

// An ApiVersions response, v3, without keys, whose tags are the argument.
Attempt<ApiVersionsResponse> with_tags(const std::string& tags) { return {"0000 01 00000000 " + tags, 3}; }

TEST(Tags, are_read_in_any_order_and_the_last_of_two_counts) {
  const auto swapped = with_tags("02 03 01 01 01 08 0000000000000007");
  ASSERT_TRUE(swapped.result.ok()) << swapped.text();
  EXPECT_TRUE(swapped.message.zk_migration_ready);
  EXPECT_EQ(swapped.message.finalized_features_epoch, 7);

  const auto twice = with_tags("02 01 08 0000000000000007 01 08 0000000000000009");
  ASSERT_TRUE(twice.result.ok()) << twice.text();
  EXPECT_EQ(twice.message.finalized_features_epoch, 9);
}

// A struct that comes twice must not be a mixture of both.
TEST(Tags, a_struct_that_comes_twice_starts_from_its_defaults_again) {
  // Fetch request v15: replica_state first with tags of its own skipped, then as it should be.
  const std::string plain = "00000000 00000000 00000000 00 00000000 00000000 01 01 01 ";
  const Attempt<FetchRequest> attempt(
      plain + "02 01 0d 00000001 0000000000000002 00 01 0d 00000003 0000000000000004 00", 15);
  ASSERT_TRUE(attempt.result.ok()) << attempt.text();
  EXPECT_EQ(attempt.message.replica_state.replica_id, 3);
  EXPECT_EQ(attempt.message.replica_state.replica_epoch, 4);
}

TEST(Tags, unknown_ones_are_skipped_wherever_they_stand) {
  const auto unknown = with_tags("03 00 01 01 01 08 0000000000000007 ffffffff0f 03 aabbcc");
  ASSERT_TRUE(unknown.result.ok()) << unknown.text();
  EXPECT_EQ(unknown.message.finalized_features_epoch, 7);
  EXPECT_EQ(unknown.arena.capacity(), 0U);
}

TEST(Tags, a_known_tag_outside_its_versions_is_an_unknown_one) {
  // Tag 1 of a fetch request is replica_state, since v15; in v12 its bytes mean nothing, whatever they are.
  const std::string plain = "ffffffff 00000000 00000000 00000000 00 00000000 00000000 01 01 01 ";
  EXPECT_TRUE(Attempt<FetchRequest>(plain + "01 01 02 aabb", 12).result.ok());
}

TEST(Tags, a_value_must_end_exactly_at_its_size) {
  EXPECT_EQ(with_tags("01 01 09 0000000000000007 00").what(), What::tag_size);
  EXPECT_EQ(with_tags("01 01 07 00000000000007").what(), What::cut_off);
  EXPECT_EQ(with_tags("01 03 02 0100").text(),
            "byte 11, ApiVersionsResponse.zkMigrationReady: the tagged value does not end where its size says");
}

TEST(Tags, hostile_counts_and_sizes_are_refused) {
  EXPECT_EQ(with_tags("ffffffff0f").what(), What::count);
  EXPECT_EQ(with_tags("02 01 00").what(), What::count);
  EXPECT_EQ(with_tags("01 05 ffffffff0f").what(), What::cut_off);
  EXPECT_EQ(with_tags("01 05 01").what(), What::cut_off);
}

// What each struct knows comes for nothing; the rest counts over the whole message, before any of it is walked.
TEST(Tags, to_pass_over_are_bounded_for_a_message) {
  const auto many = [](size_t count) {
    BytesBuffer bytes;
    bytes.append(hex_decode("0000 01 00000000")->view());
    uint8_t* at = bytes.extend(kVarintMax);
    bytes.resize(bytes.size() - kVarintMax + write_unsigned_varint(at, static_cast<uint32_t>(count)));
    for (size_t i = 0; i < count; ++i) bytes.append(hex_decode("7f00")->view());
    return bytes.freeze();
  };
  Arena arena;
  ApiVersionsResponse response;
  const size_t known = message_of<ApiVersionsResponse>().schema->tagged().size();
  EXPECT_TRUE(decode(many(limits::kTagsSkippedMax + known), 3, arena, response).ok());
  const auto refused = decode(many(limits::kTagsSkippedMax + known + 1), 3, arena, response);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().what, What::tags);
}

TEST(Tags, to_pass_over_are_counted_in_all_structs_together) {
  // Metadata v12: topics of 20 bytes each, with `tags` tags that nobody knows.
  const auto request = [](size_t topics, size_t tags) {
    BytesBuffer bytes;
    const auto varint = [&](size_t value) {
      uint8_t* at = bytes.extend(kVarintMax);
      bytes.resize(bytes.size() - kVarintMax + write_unsigned_varint(at, static_cast<uint32_t>(value)));
    };
    varint(topics + 1);
    for (size_t i = 0; i < topics; ++i) {
      bytes.append(hex_decode("00000000000000000000000000000000 02 61")->view());
      varint(tags);
      for (size_t tag = 0; tag < tags; ++tag) bytes.append(hex_decode("6300")->view());
    }
    bytes.append(hex_decode("000000")->view());
    return bytes.freeze();
  };
  Arena arena;
  MetadataRequest message;
  EXPECT_TRUE(decode(request(limits::kTagsSkippedMax / 10, 10), 12, arena, message).ok());
  const auto refused = decode(request(limits::kTagsSkippedMax / 10 + 1, 10), 12, arena, message);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().what, What::tags);
}

TEST(Tags, are_written_in_order_and_only_when_set) {
  ApiVersionsResponse response;
  response.zk_migration_ready = true;
  response.finalized_features_epoch = 3;
  BytesBuffer out;
  ASSERT_TRUE(encode(response, 3, out).ok());
  EXPECT_EQ(hex_encode(out.view()),
            "00000100000000"
            "02"
            "01080000000000000003"
            "030101");
  out.clear();
  ASSERT_TRUE(encode(response, 2, out).ok());  // not flexible: no tags at all
  EXPECT_EQ(hex_encode(out.view()), "00000000000000000000");
}

// A struct is at its default only if everything in it is.
TEST(Tags, a_struct_equal_to_its_default_is_left_out) {
  FetchRequest request;
  BytesBuffer with_default;
  ASSERT_TRUE(encode(request, 15, with_default).ok());
  request.replica_state.replica_epoch = 4;
  BytesBuffer with_value;
  ASSERT_TRUE(encode(request, 15, with_value).ok());
  EXPECT_EQ(with_value.size(), with_default.size() + 2 + 13);
}

// --- nullable structs ---------------------------------------------------------------------------------------------

TEST(NullableStruct, has_a_marker_of_one_byte) {
  const std::string plain = "01 00000001 ";
  const Attempt<DescribeTopicPartitionsRequest> none(plain + "ff 00", 0);
  ASSERT_TRUE(none.result.ok()) << none.text();
  EXPECT_TRUE(none.message.cursor.is_null());
  const Attempt<DescribeTopicPartitionsRequest> there(plain + "01 0261 00000005 00 00", 0);
  ASSERT_TRUE(there.result.ok()) << there.text();
  EXPECT_EQ(there.message.cursor->topic_name, "a");
  EXPECT_EQ(there.message.cursor->partition_index, 5);
  for (const char* marker : {"00", "02", "fe", "7f"}) {
    EXPECT_EQ(Attempt<DescribeTopicPartitionsRequest>(plain + marker + "0261 00000005 00 00", 0).what(), What::marker);
  }
}

// --- writing ------------------------------------------------------------------------------------------------------

TEST(Writing, null_where_the_version_has_none_is_an_error_and_leaves_the_output_alone) {
  MetadataRequest request;
  request.topics = null;
  BytesBuffer out;
  out.append(uint8_t{0x77});
  const auto result = encode(request, 0, out);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what, What::unexpected_null);
  EXPECT_STREQ(result.error().field, "topics");
  EXPECT_EQ(hex_encode(out.view()), "77");
}

TEST(Writing, a_string_beyond_16_bits_is_an_error_in_old_versions_only) {
  const std::string longest(limits::kStringSizeMax, 'x');
  const std::string longer = longest + "x";
  std::vector<MetadataRequest::Topic> topics(1);
  MetadataRequest request;
  request.topics = topics;
  BytesBuffer out;
  topics[0].name = std::string_view(longest);
  EXPECT_TRUE(encode(request, 8, out).ok());
  topics[0].name = std::string_view(longer);
  const auto result = encode(request, 8, out);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what, What::string_too_long);
  EXPECT_TRUE(encode(request, 9, out).ok());
}

TEST(Writing, large_records_become_gaps_that_the_sender_fills) {
  const std::vector<uint8_t> small(limits::kSliceSizeMin - 1, 0xaa);
  const std::vector<uint8_t> large(limits::kSliceSizeMin, 0xbb);
  std::vector<ProduceRequest::Partition> partitions(4);
  partitions[0].records = BytesView(small);
  partitions[1].records = BytesView(large);
  partitions[2].records = Records::elsewhere(7);  // in a file, say
  partitions[3].records = null;
  std::vector<ProduceRequest::Topic> topics(1);
  topics[0].partition_data = partitions;
  ProduceRequest request;
  request.topic_data = topics;

  BytesBuffer out;
  std::vector<Gap> gaps;
  ASSERT_TRUE(encode(request, 9, out, &gaps).ok());
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].records.data, large.data());
  EXPECT_TRUE(gaps[1].records.is_elsewhere());
  EXPECT_EQ(encoded_size(request, 9), out.size() + large.size() + 7);

  // Joined by the sender, they are what plain encoding gives.
  BytesBuffer joined;
  joined.append(out.view().first(gaps[0].position));
  joined.append(gaps[0].records.view());
  joined.append(out.view().slice(gaps[0].position, gaps[1].position - gaps[0].position));
  joined.append(BytesView::of("offsets"));
  joined.append(out.view().from(gaps[1].position));
  partitions[2].records = BytesView::of("offsets");
  BytesBuffer plain;
  ASSERT_TRUE(encode(request, 9, plain).ok());
  EXPECT_EQ(joined.view(), plain.view());
}

TEST(Writing, fields_that_the_version_lacks_are_dropped) {
  ApiVersionsRequest request;
  request.client_software_name = "otter";
  BytesBuffer out;
  ASSERT_TRUE(encode(request, 2, out).ok());
  EXPECT_TRUE(out.empty());
}

// Two thousand times the same megabyte: said by a request of some kilobytes, and more than anybody can be sent.
TEST(Writing, more_than_a_message_may_be_is_an_error_before_it_is_made) {
  const std::string megabyte(1 << 20, 'x');
  std::vector<ProduceRequest::Partition> partitions(2000);
  for (ProduceRequest::Partition& partition : partitions) partition.records = BytesView::of(megabyte);
  std::vector<ProduceRequest::Topic> topics(1);
  topics[0].partition_data = partitions;
  ProduceRequest request;
  request.topic_data = topics;
  BytesBuffer out;
  out.append(uint8_t{0x77});
  const auto result = encode(request, 9, out);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what, What::frame_size);
  EXPECT_EQ(hex_encode(out.view()), "77");
  EXPECT_LE(out.capacity(), 4 * limits::kMessageSizeMax);

  // Records elsewhere count as soon as they are known: a prefix of 32 bits has to say them.
  std::vector<FetchResponse::Partition> answers(3);
  for (FetchResponse::Partition& answer : answers) answer.records = Records::elsewhere(1 << 30);
  std::vector<FetchResponse::Topic> told(1);
  told[0].partitions = answers;
  FetchResponse response;
  response.responses = told;
  out.clear();
  std::vector<Gap> gaps;
  EXPECT_EQ(encode_response(response, 12, 1, out, &gaps).error().what, What::frame_size);
  EXPECT_TRUE(out.empty() && gaps.empty());
}

TEST(CodecDeathTest, a_version_that_the_message_lacks_is_the_callers_bug) {
  Arena arena;
  ApiVersionsRequest request;
  EXPECT_DEATH((void)decode(BytesView(), 6, arena, request), "ApiVersionsRequest");
}

}  // namespace
}  // namespace ottla::wire
