#include "core/client/connection.h"

#include <algorithm>

#include "core/base/endian.h"
#include "core/wire/messages/18_api_versions.h"

namespace ottla {

namespace {

constexpr auto kUnsupportedVersion = static_cast<int16_t>(ErrorCode::unsupported_version);

}  // namespace

void ClientConnection::opened(Instant now) {
  ask_versions(wire::message_of<wire::ApiVersionsRequest>().versions.last, now);
}

void ClientConnection::ask_versions(wire::Version version, Instant now) {
  wire::ApiVersionsRequest request;
  request.client_software_name = "ottla";
  request.client_software_version = OTTLA_VERSION;
  if (send(request, version, now)) in_flight_.back().own = true;
}

bool ClientConnection::send(const wire::Message& message, const void* request, wire::Version version, Instant now,
                            Duration timeout, bool answered) {
  OTTLA_ASSERT(message.versions.contains(version), message.key, version);
  if (broken_) return false;
  const wire::RequestHeader header{
      .api_key = message.key,
      .api_version = version,
      .correlation_id = next_correlation_id_,
      .client_id = std::string_view(options_.client_id),
  };
  if (!wire::encode_request(message, request, header, output_).ok()) return false;
  if (answered) in_flight_.push_back({next_correlation_id_, message.key, version, now + timeout, false});
  next_correlation_id_ = next_correlation_id_ == INT32_MAX ? 0 : next_correlation_id_ + 1;
  return true;
}

void ClientConnection::received(BytesView bytes, Instant now) {
  if (broken_) return;
  input_.append(bytes);
  size_t used = 0;
  while (!broken_) {
    const BytesView rest = input_.view().from(used);
    const auto size = wire::frame_size(rest, options_.frame_size_max);
    if (!size.ok()) return fail(ErrorCode::malformed, ErrorCode::transport);
    if (!size.value().has_value() || rest.size() - wire::kFramePrefixSize < *size.value()) break;
    used += wire::kFramePrefixSize + *size.value();
    take_frame(Bytes::copy_of(rest.slice(wire::kFramePrefixSize, *size.value())), now);
  }
  if (used == 0 || broken_) return;
  const size_t left = input_.size() - used;
  std::memmove(input_.data(), input_.data() + used, left);
  input_.resize(left);
}

void ClientConnection::take_frame(Bytes frame, Instant now) {
  if (in_flight_.empty()) return fail(ErrorCode::malformed, ErrorCode::transport);
  const InFlight asked = in_flight_.front();
  int32_t correlation_id = 0;
  const auto body = wire::decode_response_header(asked.api_key, asked.version, frame.view(), correlation_id);
  if (!body.ok() || correlation_id != asked.correlation_id) return fail(ErrorCode::malformed, ErrorCode::transport);
  in_flight_.pop_front();
  ClientAnswer answer{.error = ErrorCode::none,
                      .api_key = asked.api_key,
                      .version = asked.version,
                      .frame = frame,
                      .body = body.value()};
  if (asked.own) {
    take_versions(answer, now);
  } else {
    answers_.push_back(std::move(answer));
  }
}

// A broker that does not know our version answers in version 0 and says which ones it knows.
void ClientConnection::take_versions(const ClientAnswer& answer, Instant now) {
  if (answer.body.size() < sizeof(int16_t)) return fail(ErrorCode::malformed, ErrorCode::transport);
  const auto error = load_be<int16_t>(answer.body.data());
  const bool unknown = error == kUnsupportedVersion;
  wire::Arena arena;
  wire::ApiVersionsResponse response;
  const bool read = wire::decode(answer.body, unknown ? wire::Version(0) : answer.version, arena, response).ok();
  if (unknown && answer.version > 0) {
    wire::Version lower = 0;
    for (const auto& row : response.api_keys) {
      if (read && row.api_key == answer.api_key) lower = std::min<wire::Version>(row.max_version, answer.version - 1);
    }
    return ask_versions(std::max<wire::Version>(lower, 0), now);
  }
  if (!read || error != 0) return fail(ErrorCode::malformed, ErrorCode::transport);
  for (const auto& row : response.api_keys) versions_[row.api_key] = {row.min_version, row.max_version};
  ready_ = true;
}

std::optional<wire::Version> ClientConnection::version_for(const wire::Message& request, wire::Version highest) const {
  const auto theirs = versions_.find(request.key);
  if (theirs == versions_.end()) return std::nullopt;
  const auto version = std::min({theirs->second.last, request.versions.last, highest});
  if (version < theirs->second.first || version < request.versions.first) return std::nullopt;
  return version;
}

bool ClientConnection::take_answer(ClientAnswer& answer) {
  if (answers_.empty()) return false;
  answer = std::move(answers_.front());
  answers_.pop_front();
  return true;
}

void ClientConnection::tick(Instant now) {
  if (!broken_ && next_deadline() <= now) fail(ErrorCode::timed_out, ErrorCode::transport);
}

Instant ClientConnection::next_deadline() const {
  Instant first = Instant::never();
  for (const InFlight& asked : in_flight_) first = std::min(first, asked.deadline);
  return broken_ ? Instant::never() : first;
}

void ClientConnection::closed() { fail(ErrorCode::transport, ErrorCode::transport); }

void ClientConnection::fail(ErrorCode first, ErrorCode others) {
  if (broken_) return;
  broken_ = true;
  input_.clear();
  output_.clear();
  ErrorCode error = first;
  for (const InFlight& asked : in_flight_) {
    if (!asked.own)
      answers_.push_back({.error = error, .api_key = asked.api_key, .version = asked.version, .frame = {}, .body = {}});
    error = others;
  }
  in_flight_.clear();
}

}  // namespace ottla
