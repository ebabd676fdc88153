#include "cluster/node/hostile_frames_testing.h"

#include <array>

#include "core/base/assert.h"
#include "core/base/crc32c.h"
#include "core/base/varint.h"
#include "core/model/limits.h"
#include "core/record/batch_builder.h"
#include "core/wire/messages/00_produce.h"
#include "core/wire/random_testing.h"

namespace ottla {
namespace {

constexpr const char* kClientId = "hostile";

void append_unsigned_varint(std::string& out, uint32_t value) {
  std::array<uint8_t, 5> bytes{};
  const size_t size = write_unsigned_varint(bytes.data(), value);
  out.append(reinterpret_cast<const char*>(bytes.data()), size);
}

void append_varint(std::string& out, int32_t value) {
  append_unsigned_varint(out, (static_cast<uint32_t>(value) << 1) ^ static_cast<uint32_t>(value >> 31));
}

}  // namespace

std::string frame_of(int16_t key, wire::Version version, std::string_view body) {
  BytesBuffer frame;
  const size_t begin = wire::begin_frame(frame);
  OTTLA_ASSERT(wire::encode_request_header({key, version, 5, kClientId}, frame).ok());
  frame.append(BytesView::of(body));
  wire::end_frame(frame, begin);
  return std::string(frame.view().text());
}

std::string random_frame(const wire::ApiRow& api, wire::Version version, Prng& prng) {
  wire::Arena arena;
  const wire::Message& message = api.request();
  void* request = arena.take(message.schema->size);
  message.schema->set_defaults(request);
  wire::random_message(message, version, prng, arena, request, {.elements_max = 2, .text_size_max = 8});
  BytesBuffer body;
  OTTLA_ASSERT(wire::encode(message, request, version, body).ok());
  return frame_of(api.key, version, body.view().text());
}

std::string shortened(const std::string& frame, size_t size) {
  std::string shorter = frame.substr(0, size);
  store_be(reinterpret_cast<uint8_t*>(shorter.data()), static_cast<int32_t>(size - wire::kFramePrefixSize));
  return shorter;
}

size_t body_begin(const wire::ApiRow& api, wire::Version version) { return frame_of(api.key, version, "").size(); }

std::string api_versions_frame() { return frame_of(18, 0, ""); }

std::string tagged_frame(uint32_t tags) {
  std::string body;
  body.reserve(size_t{tags} * 5 + 16);
  append_unsigned_varint(body, 1);  // topics: none of them
  body.append(2, '\0');             // nothing is created, nothing authorized
  append_unsigned_varint(body, tags);
  for (uint32_t tag = 0; tag < tags; ++tag) {
    append_unsigned_varint(body, 1000 + tag);
    append_unsigned_varint(body, 0);
  }
  return frame_of(3, 12, body);
}

std::string bomb_frame(const std::string& topic, size_t size) {
  // A batch of one small record lends its header.
  BytesBuffer small;
  BatchBuilder builder;
  builder.start({.compression = CompressionType::zstd}, small);
  builder.append({.timestamp = Timestamp::from_ms(1), .value = BytesView::of("x")});
  builder.finish();
  std::string record;
  record += '\0';             // attributes
  record.append(2, '\0');     // deltas of time and offset
  append_varint(record, -1);  // no key
  append_varint(record, static_cast<int32_t>(size));
  record.append(size, '\0');
  record += '\0';  // headers
  std::string records;
  append_varint(records, static_cast<int32_t>(record.size()));
  records += record;
  BytesBuffer compressed;
  make_compressor(CompressionType::zstd)->compress(BytesView::of(records), std::nullopt, compressed);

  std::string batch(small.view().first(batch_format::kHeaderSize).text());
  batch += compressed.view().text();
  auto* bytes = reinterpret_cast<uint8_t*>(batch.data());
  store_be(bytes + batch_format::kLength, static_cast<int32_t>(batch.size() - limits::kBatchOverhead));
  store_be(bytes + batch_format::kCrc, crc32c(BytesView::of(batch).from(batch_format::kAttributes)));
  wire::ProduceRequest::Partition partition;
  partition.records = BytesView::of(batch);
  wire::ProduceRequest::Topic to;
  to.name = std::string_view(topic);
  to.partition_data = std::span(&partition, 1);
  wire::ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = 10'000;
  request.topic_data = std::span(&to, 1);
  BytesBuffer body;
  OTTLA_ASSERT(wire::encode(request, 7, body).ok());
  return frame_of(0, 7, body.view().text());
}

}  // namespace ottla
