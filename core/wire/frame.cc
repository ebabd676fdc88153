#include "core/wire/frame.h"

#include "core/base/endian.h"
#include "core/model/limits.h"

namespace ottla::wire {

Result<std::optional<size_t>, Error> frame_size(BytesView received, size_t limit) {
  if (received.size() < kFramePrefixSize) return std::optional<size_t>();
  const auto size = load_be<int32_t>(received.data());
  if (size < 0 || static_cast<size_t>(size) > limit) {
    return Failure(Error{Error::What::frame_size, 0, nullptr, nullptr});
  }
  return std::optional<size_t>(static_cast<size_t>(size));
}

size_t begin_frame(BytesBuffer& out) {
  const size_t begin = out.size();
  out.extend(kFramePrefixSize);
  return begin;
}

void end_frame(BytesBuffer& out, size_t begin, size_t elsewhere) {
  const size_t size = out.size() - begin - kFramePrefixSize + elsewhere;
  OTTLA_ASSERT(size <= INT32_MAX, size);
  store_be(out.data() + begin, static_cast<int32_t>(size));
}

Result<void, Error> encode_request(const Message& message, const void* structure, RequestHeader header,
                                   BytesBuffer& out) {
  header.api_key = message.key;
  const size_t begin = begin_frame(out);
  auto done = encode_request_header(header, out);
  if (done.ok()) done = encode(message, structure, header.api_version, out);
  if (!done.ok()) {
    out.resize(begin);
    return done;
  }
  end_frame(out, begin);
  return {};
}

Result<void, Error> encode_response(const Message& message, const void* structure, Version version,
                                    int32_t correlation_id, BytesBuffer& out, std::vector<Gap>* gaps) {
  const size_t begin = begin_frame(out);
  const size_t gaps_before = gaps == nullptr ? 0 : gaps->size();
  encode_response_header(message.key, version, correlation_id, out);
  auto done = encode(message, structure, version, out, gaps);
  if (!done.ok()) {
    out.resize(begin);
    return done;
  }
  size_t elsewhere = 0;
  for (size_t i = gaps_before; gaps != nullptr && i < gaps->size(); ++i) elsewhere += (*gaps)[i].records.size();
  if (out.size() - begin + elsewhere > INT32_MAX) {
    out.resize(begin);
    gaps->resize(gaps_before);
    return Failure(Error{Error::What::frame_size, 0, nullptr, nullptr});
  }
  end_frame(out, begin, elsewhere);
  return {};
}

}  // namespace ottla::wire
