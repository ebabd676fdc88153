// What stands before a body, by hand, because it is no message of the table: which of two headers a request has depends
// on the version of its body, and one field keeps its old form in the new header.
//
//   request   key, version, correlation id, client id with a 16-bit length; then tags if the body is flexible
//   response  correlation id; then tags if the body is flexible, but never in ApiVersions, whose answer must be read by
//             clients that do not know the version yet
#pragma once

#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/wire/codec.h"

namespace ottla::wire {

struct RequestHeader {
  int16_t api_key = 0;
  Version api_version = 0;
  int32_t correlation_id = 0;
  Nullable<String> client_id = null;
};

bool request_header_has_tags(int16_t api_key, Version version);
bool response_header_has_tags(int16_t api_key, Version version);

// Reads the header that a request's frame begins with and returns the body. Any key and version are accepted: what to
// answer to unknown ones is the caller's decision (of an unknown key, tags would be left in the body).
Result<BytesView, Error> decode_request_header(BytesView frame, RequestHeader& out);
Result<void, Error> encode_request_header(const RequestHeader& header, BytesBuffer& out);

// The key and version are those of the request that is answered.
Result<BytesView, Error> decode_response_header(int16_t api_key, Version version, BytesView frame,
                                                int32_t& correlation_id);
void encode_response_header(int16_t api_key, Version version, int32_t correlation_id, BytesBuffer& out);

}  // namespace ottla::wire
