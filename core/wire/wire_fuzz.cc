// Any bytes as any message: the input's first three bytes pick request, response, record or header; the API or record;
// and the version. What decodes must be written again, in the size announced, and read back as an equal message, and
// nothing may take more memory than the limits allow.
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/limits.h"
#include "core/wire/codec.h"
#include "core/wire/header.h"
#include "core/wire/internal_records.h"
#include "core/wire/registry.h"

namespace ottla::wire {
namespace {

constexpr size_t kSelectorSize = 3;

void try_message(const Message& message, Version version, BytesView bytes) {
  std::vector<uint64_t> decoded((message.schema->size + 7) / 8);
  std::vector<uint64_t> again(decoded.size());
  Arena arena;
  const auto result = decode(message, bytes, version, arena, decoded.data());
  OTTLA_ASSERT(arena.capacity() <= 3 * limits::arena_size_max(bytes.size()), arena.capacity());
  if (!result.ok()) {
    OTTLA_ASSERT(result.error().position <= bytes.size() && !result.error().text().empty());
    return;
  }
  BytesBuffer encoded;
  OTTLA_ASSERT(encode(message, decoded.data(), version, encoded).ok(), message.name(), version);
  OTTLA_ASSERT(encoded_size(message, decoded.data(), version) == encoded.size(), message.name(), version);
  OTTLA_ASSERT(encoded.size() <= bytes.size(), message.name(), version);
  Arena second;
  OTTLA_ASSERT(decode(message, encoded.view(), version, second, again.data()).ok(), message.name(), version);
  OTTLA_ASSERT(equal(*message.schema, decoded.data(), again.data()), message.name(), version);

  std::string text;
  JsonWriter json(text);
  write_json(message, decoded.data(), version, json);
  OTTLA_ASSERT(json.done(), message.name(), version);
}

void try_headers(int16_t api_key, Version version, BytesView bytes) {
  int32_t correlation_id = 0;
  (void)decode_response_header(api_key, version, bytes, correlation_id);
  RequestHeader header;
  const auto body = decode_request_header(bytes, header);
  if (!body.ok()) return;
  const ApiRow* api = find_api(header.api_key);
  if (api != nullptr && api->versions().contains(header.api_version)) {
    try_message(api->request(), header.api_version, *body);
  }
}

// One of the message's versions, whatever the byte.
Version pick(const Message& message, uint8_t byte) {
  const int count = message.versions.last - message.versions.first + 1;
  return static_cast<Version>(message.versions.first + byte % count);
}

}  // namespace
}  // namespace ottla::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ottla::wire;  // NOLINT(google-build-using-namespace): the entry point has no other scope
  if (size < kSelectorSize) return 0;
  const ottla::BytesView body(data + kSelectorSize, size - kSelectorSize);
  const ApiRow* api = find_api(static_cast<int16_t>(data[1]));
  switch (data[0] % 4) {
    case 0:
      if (api != nullptr) try_message(api->request(), pick(api->request(), data[2]), body);
      break;
    case 1:
      if (api != nullptr) try_message(api->response(), pick(api->response(), data[2]), body);
      break;
    case 2: {
      const auto records = internal_records();
      const Message& record = records[data[1] % records.size()]();
      try_message(record, pick(record, data[2]), body);
      (void)open_record(RecordFamily::metadata, body);
      (void)open_record(RecordFamily::group_key, body);
      break;
    }
    default: try_headers(static_cast<int16_t>(data[1]), static_cast<Version>(data[2]), body);
  }
  return 0;
}
