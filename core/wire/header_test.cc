#include "core/wire/header.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/endian.h"
#include "core/base/hex.h"
#include "core/base/varint.h"
#include "core/model/limits.h"
#include "core/wire/frame.h"
#include "core/wire/golden_testing.h"
#include "core/wire/messages/00_produce.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/18_api_versions.h"

namespace ottla::wire {
namespace {

ottla::Bytes from_hex(std::string_view text) { return hex_decode(text).value(); }

// Golden headers carry keys and versions that say nothing of their form, so each gets those of Metadata 1 (old form) or
// Metadata 9 (new form); everything else must come out as Kafka has it, and go back in.
TEST(Header, golden_ones_of_kafka_come_out_and_go_back_in) {
  size_t requests = 0;
  size_t responses = 0;
  for (const GoldenLine& line :
       read_golden_file(std::string(OTTLA_SOURCE_DIR "/core/wire/testdata/golden/") + std::string(kGoldenHeaders))) {
    SCOPED_TRACE(line.where);
    const auto json = nlohmann::json::parse(line.json);
    std::vector<uint8_t> bytes(line.bytes.data(), line.bytes.data() + line.bytes.size());
    BytesBuffer again;
    if (line.name == "RequestHeader") {
      ++requests;
      const Version version = line.version == 2 ? 9 : 1;
      store_be(bytes.data(), int16_t{3});
      store_be(bytes.data() + 2, version);
      RequestHeader header;
      const auto body = decode_request_header(BytesView(bytes), header);
      ASSERT_TRUE(body.ok()) << body.error().text();
      EXPECT_TRUE(body->empty());
      EXPECT_EQ(header.correlation_id, json["correlationId"].get<int32_t>());
      EXPECT_EQ(header.client_id.is_null(), json["clientId"].is_null());
      if (header.client_id) {
        EXPECT_EQ(header.client_id->view(), json["clientId"].get<std::string>());
      }
      ASSERT_TRUE(encode_request_header(header, again).ok());
    } else {
      ++responses;
      const Version version = line.version == 1 ? 9 : 1;
      int32_t correlation_id = 0;
      const auto body = decode_response_header(3, version, BytesView(bytes), correlation_id);
      ASSERT_TRUE(body.ok()) << body.error().text();
      EXPECT_TRUE(body->empty());
      EXPECT_EQ(correlation_id, json["correlationId"].get<int32_t>());
      encode_response_header(3, version, correlation_id, again);
    }
    if (line.has_unknown_tags) continue;
    EXPECT_EQ(hex_encode(again.view()), hex_encode(BytesView(bytes)));
  }
  EXPECT_GT(requests, 10U);
  EXPECT_GT(responses, 5U);
}

TEST(Header, tags_follow_the_bodys_version_but_never_in_the_answer_of_api_versions) {
  EXPECT_FALSE(request_header_has_tags(3, 8));
  EXPECT_TRUE(request_header_has_tags(3, 9));
  EXPECT_TRUE(response_header_has_tags(3, 9));
  EXPECT_TRUE(request_header_has_tags(18, 3));
  EXPECT_FALSE(response_header_has_tags(18, 3));
  EXPECT_FALSE(request_header_has_tags(17, 1));   // SaslHandshake: never flexible
  EXPECT_TRUE(request_header_has_tags(18, 100));  // a version that only a newer Kafka has is flexible too
  EXPECT_FALSE(request_header_has_tags(4, 7));
}

// librdkafka's first words to any broker, as captured: ApiVersions 3.
TEST(Header, the_first_request_of_a_connection_is_understood) {
  const auto frame = from_hex("0012 0003 00000001 0007 72646b61666b61 00 0b 6c696272646b61666b61 06 322e332e30 00");
  RequestHeader header;
  const auto body = decode_request_header(frame, header);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(header.api_key, 18);
  EXPECT_EQ(header.client_id->view(), "rdkafka");
  Arena arena;
  ApiVersionsRequest request;
  ASSERT_TRUE(decode(*body, header.api_version, arena, request).ok());
  EXPECT_EQ(request.client_software_name, "librdkafka");
  EXPECT_EQ(request.client_software_version, "2.3.0");
}

TEST(Header, the_correlation_id_of_an_unknown_version_can_be_read) {
  const auto frame = from_hex("0012 0063 00000009 ffff 00 aabbcc");
  RequestHeader header;
  ASSERT_TRUE(decode_request_header(frame, header).ok());
  EXPECT_EQ(header.api_version, 99);
  EXPECT_EQ(header.correlation_id, 9);
  EXPECT_TRUE(header.client_id.is_null());
}

TEST(Header, every_proper_prefix_is_refused) {
  const auto request = from_hex("0003 0009 00000001 0002 6162 02 05 01 aa 07 02 bbcc");
  const auto response = from_hex("00000001 02 05 01 aa 07 02 bbcc");
  RequestHeader header;
  int32_t correlation_id = 0;
  ASSERT_TRUE(decode_request_header(request, header).ok());
  ASSERT_TRUE(decode_response_header(3, 9, response, correlation_id).ok());
  for (size_t size = 0; size < request.size(); ++size) {
    const std::vector<uint8_t> prefix(request.data(), request.data() + size);
    EXPECT_FALSE(decode_request_header(BytesView(prefix), header).ok()) << size;
  }
  for (size_t size = 0; size < response.size(); ++size) {
    const std::vector<uint8_t> prefix(response.data(), response.data() + size);
    EXPECT_FALSE(decode_response_header(3, 9, BytesView(prefix), correlation_id).ok()) << size;
  }
}

TEST(Header, a_lying_client_id_or_tag_is_refused) {
  RequestHeader header;
  EXPECT_FALSE(decode_request_header(from_hex("0003 0001 00000001 fffe"), header).ok());
  EXPECT_FALSE(decode_request_header(from_hex("0003 0001 00000001 7fff 61"), header).ok());
  EXPECT_FALSE(decode_request_header(from_hex("0003 0009 00000001 ffff ffffffff0f 00 00"), header).ok());
  EXPECT_FALSE(decode_request_header(from_hex("0003 0009 00000001 ffff 01 00 ffffffff0f"), header).ok());
}

TEST(Header, a_client_id_beyond_16_bits_cannot_be_written) {
  const std::string longer(limits::kClientIdSizeMax + 1, 'x');
  BytesBuffer out;
  const auto result = encode_request_header({.api_key = 3, .client_id = std::string_view(longer)}, out);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what, Error::What::string_too_long);
  EXPECT_TRUE(out.empty());
}

TEST(Frame, a_size_is_read_when_its_four_bytes_are_there) {
  const auto received = from_hex("00000102 03");
  for (size_t size = 0; size < kFramePrefixSize; ++size) {
    const auto none = frame_size(received.view().first(size), 1000);
    ASSERT_TRUE(none.ok());
    EXPECT_FALSE(none->has_value());
  }
  EXPECT_EQ(frame_size(received, 1000)->value(), 258U);
  EXPECT_EQ(frame_size(received, 258)->value(), 258U);
  EXPECT_FALSE(frame_size(received, 257).ok());
  EXPECT_FALSE(frame_size(from_hex("ffffffff"), limits::kFrameSizeMax).ok());
  EXPECT_FALSE(frame_size(from_hex("80000000"), limits::kFrameSizeMax).ok());
  EXPECT_EQ(frame_size(from_hex("00000000"), 0)->value(), 0U);
}

TEST(Frame, a_request_is_prefix_header_and_body) {
  MetadataRequest request;
  BytesBuffer out;
  ASSERT_TRUE(encode_request(request, {.api_version = 9, .correlation_id = 5, .client_id = "me"}, out).ok());
  EXPECT_EQ(hex_encode(out.view()),
            "00000012"
            "0003"
            "0009"
            "00000005"
            "0002"
            "6d65"
            "00"
            "01"
            "01"
            "00"
            "00"
            "00");
}

TEST(RequestHeader, with_more_tags_than_anybody_has_use_for_is_refused) {
  const auto header = [](uint32_t count) {
    BytesBuffer out;
    out.append(hex_decode("0003 0009 00000005 0000")->view());
    uint8_t* at = out.extend(kVarintMax);
    out.resize(out.size() - kVarintMax + write_unsigned_varint(at, count));
    for (uint32_t i = 0; i < count; ++i) out.append(hex_decode("0100")->view());
    return out.freeze();
  };
  RequestHeader read;
  EXPECT_TRUE(decode_request_header(header(limits::kTagsSkippedMax), read).ok());
  const auto refused = decode_request_header(header(limits::kTagsSkippedMax + 1), read);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().what, Error::What::tags);
}

TEST(Frame, a_response_counts_the_bytes_of_its_gaps) {
  const std::vector<uint8_t> records(limits::kSliceSizeMin, 1);
  std::vector<ProduceRequest::Partition> partitions(1);
  partitions[0].records = BytesView(records);
  std::vector<ProduceRequest::Topic> topics(1);
  topics[0].partition_data = partitions;
  ProduceRequest body;
  body.topic_data = topics;
  BytesBuffer out;
  std::vector<Gap> gaps;
  ASSERT_TRUE(encode_response(body, 9, 5, out, &gaps).ok());
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(load_be<int32_t>(out.data()), static_cast<int32_t>(out.size() - kFramePrefixSize + records.size()));
}

TEST(Frame, one_that_cannot_be_written_leaves_nothing_behind) {
  MetadataRequest request;
  request.topics = null;
  BytesBuffer out;
  EXPECT_FALSE(encode_request(request, {.api_version = 0}, out).ok());
  EXPECT_TRUE(out.empty());
  EXPECT_FALSE(encode_response(request, 0, 1, out).ok());
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace ottla::wire
