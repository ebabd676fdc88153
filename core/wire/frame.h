// Frames: on a connection every request and response stands behind an int32 with its size.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/wire/header.h"

namespace ottla::wire {

inline constexpr size_t kFramePrefixSize = 4;

// The size of the frame, prefix excluded, that what was received begins with; nothing as long as the prefix is not
// there. A size beyond `limit` is refused before any of it is received.
Result<std::optional<size_t>, Error> frame_size(BytesView received, size_t limit);

// Leaves room for a prefix at the end of `out`, and later writes it. Everything appended in between is the frame;
// `elsewhere` bytes more will be sent that are not in `out`.
size_t begin_frame(BytesBuffer& out);
void end_frame(BytesBuffer& out, size_t begin, size_t elsewhere = 0);

// Appends a whole frame; on an error `out` and `gaps` are as before. The header names the version; its key is set from
// the message.
Result<void, Error> encode_request(const Message& message, const void* structure, RequestHeader header,
                                   BytesBuffer& out);
// Gaps are at positions of `out`; their bytes are counted in the prefix.
Result<void, Error> encode_response(const Message& message, const void* structure, Version version,
                                    int32_t correlation_id, BytesBuffer& out, std::vector<Gap>* gaps = nullptr);

template <WireMessage M>
Result<void, Error> encode_request(const M& structure, const RequestHeader& header, BytesBuffer& out) {
  return encode_request(message_of<M>(), static_cast<const void*>(&structure), header, out);
}
template <WireMessage M>
Result<void, Error> encode_response(const M& structure, Version version, int32_t correlation_id, BytesBuffer& out,
                                    std::vector<Gap>* gaps = nullptr) {
  return encode_response(message_of<M>(), static_cast<const void*>(&structure), version, correlation_id, out, gaps);
}

}  // namespace ottla::wire
