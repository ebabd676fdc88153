#include "core/wire/header.h"

#include "core/base/endian.h"
#include "core/base/varint.h"
#include "core/model/limits.h"
#include "core/wire/registry.h"

namespace ottla::wire {
namespace {

using What = Error::What;

constexpr int16_t kApiVersionsKey = 18;
constexpr size_t kClientIdAt = sizeof(int16_t) + sizeof(Version) + sizeof(int32_t);

Failure<Error> failed(What what, size_t position, const char* header, const char* field) {
  return Failure(Error{what, static_cast<uint32_t>(position), header, field});
}

// Where a section of tags ends; nobody has given a header any yet, so all are skipped.
Result<size_t, Error> skip_tags(BytesView frame, size_t at, const char* header) {
  const auto next = [&]() { return read_unsigned_varint(frame.data() + at, frame.size() - at); };
  const auto count = next();
  if (count.used == 0) return failed(What::cut_off, at, header, nullptr);
  if (count.value > limits::kTagsSkippedMax) return failed(What::tags, at, header, nullptr);
  at += count.used;
  for (uint32_t i = 0; i < count.value; ++i) {
    const auto tag = next();
    if (tag.used == 0) return failed(What::cut_off, at, header, nullptr);
    at += tag.used;
    const auto size = next();
    if (size.used == 0 || size.value > frame.size() - at - size.used) return failed(What::cut_off, at, header, nullptr);
    at += size.used + size.value;
  }
  return at;
}

}  // namespace

bool request_header_has_tags(int16_t api_key, Version version) {
  const ApiRow* api = find_api(api_key);
  return api != nullptr && api->flexible().contains(version);
}

bool response_header_has_tags(int16_t api_key, Version version) {
  return api_key != kApiVersionsKey && request_header_has_tags(api_key, version);
}

Result<BytesView, Error> decode_request_header(BytesView frame, RequestHeader& out) {
  constexpr const char* kName = "RequestHeader";
  if (frame.size() < kClientIdAt + sizeof(int16_t)) return failed(What::cut_off, 0, kName, nullptr);
  out.api_key = load_be<int16_t>(frame.data());
  out.api_version = load_be<Version>(frame.data() + 2);
  out.correlation_id = load_be<int32_t>(frame.data() + 4);
  out.client_id = null;
  const auto length = load_be<int16_t>(frame.data() + kClientIdAt);
  if (length < -1) return failed(What::length, kClientIdAt, kName, "clientId");
  size_t at = kClientIdAt + sizeof length;
  if (length >= 0) {
    const auto size = static_cast<size_t>(length);
    if (size > frame.size() - at) return failed(What::cut_off, at, kName, "clientId");
    out.client_id = frame.slice(at, size).text();
    at += size;
  }
  if (request_header_has_tags(out.api_key, out.api_version)) {
    OTTLA_TRY(at, skip_tags(frame, at, kName));
  }
  return frame.from(at);
}

Result<void, Error> encode_request_header(const RequestHeader& header, BytesBuffer& out) {
  const std::string_view client_id = header.client_id.or_empty();
  if (client_id.size() > limits::kClientIdSizeMax) {
    return failed(What::string_too_long, kClientIdAt, "RequestHeader", "clientId");
  }
  uint8_t* at = out.extend(kClientIdAt + sizeof(int16_t));
  store_be(at, header.api_key);
  store_be(at + 2, header.api_version);
  store_be(at + 4, header.correlation_id);
  store_be(at + kClientIdAt, header.client_id.is_null() ? int16_t{-1} : static_cast<int16_t>(client_id.size()));
  if (!client_id.empty()) out.append(BytesView::of(client_id));
  if (request_header_has_tags(header.api_key, header.api_version)) out.append(uint8_t{0});
  return {};
}

Result<BytesView, Error> decode_response_header(int16_t api_key, Version version, BytesView frame,
                                                int32_t& correlation_id) {
  constexpr const char* kName = "ResponseHeader";
  if (frame.size() < sizeof correlation_id) return failed(What::cut_off, 0, kName, "correlationId");
  correlation_id = load_be<int32_t>(frame.data());
  size_t at = sizeof correlation_id;
  if (response_header_has_tags(api_key, version)) {
    OTTLA_TRY(at, skip_tags(frame, at, kName));
  }
  return frame.from(at);
}

void encode_response_header(int16_t api_key, Version version, int32_t correlation_id, BytesBuffer& out) {
  store_be(out.extend(sizeof correlation_id), correlation_id);
  if (response_header_has_tags(api_key, version)) out.append(uint8_t{0});
}

}  // namespace ottla::wire
