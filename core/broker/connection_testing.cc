#include "core/broker/connection_testing.h"

#include <algorithm>

#include "core/base/endian.h"
#include "core/wire/frame.h"
#include "core/wire/messages/12_heartbeat.h"
#include "core/wire/messages/16_list_groups.h"

namespace ottla {

const ServedApi* StubSink::find(int16_t key) const {
  static constexpr ServedApi kPipelinedApi{kPipelined, ApiOrder::pipelined, nullptr};
  static constexpr ServedApi kAloneApi{kAlone, ApiOrder::alone, nullptr};
  if (key == kPipelined) return &kPipelinedApi;
  return key == kAlone ? &kAloneApi : nullptr;
}

void StubSink::begin(const ServedApi&, RequestPtr request) {
  ++begun;
  if (handler) {
    handler(std::move(request));
  } else if (answer_at_once) {
    answer(std::move(request));
  } else {
    waiting.push_back(std::move(request));
  }
}

void StubSink::answer(RequestPtr request) {
  if (request->header().api_key == kPipelined) {
    request->answer(wire::HeartbeatResponse());
  } else {
    request->answer(wire::ListGroupsResponse());
  }
}

ConnectionHost::ConnectionHost(Connections::Options options) : connections(options, requests, sink, nullptr) {
  connections.set_running(true);
  connections.tick(now);
}

ConnectionHost::~ConnectionHost() {
  connections.close_all("the test ends");
  requests.waiting.clear();
}

ConnectionId ConnectionHost::open() {
  const ConnectionId id(next_id_++);
  connections.opened(id, ListenerId(0), "127.0.0.1", Principal::anonymous());
  reading_[id.value()] = true;
  return id;
}

size_t ConnectionHost::send(ConnectionId id, BytesView bytes, size_t piece) {
  size_t taken = 0;
  while (taken < bytes.size() && !closed(id)) {
    const std::span<uint8_t> room = connections.receive_buffer(id);
    if (room.empty()) break;
    const size_t size = std::min({room.size(), piece, bytes.size() - taken});
    std::copy_n(bytes.data() + taken, size, room.data());
    taken += size;
    connections.received(id, size);
  }
  return taken;
}

void ConnectionHost::end_turn(bool keep_unsent) {
  while (connections.run()) {
  }
  effects_.clear();
  connections.collect(effects_);
  for (const Output& output : effects_.outputs) {
    std::string& sent = sent_[output.connection.value()];
    if (output.slice.file != nullptr) {
      std::string bytes(output.size(), '\0');
      const auto read =
          output.slice.file->read(output.slice.position, {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
      if (read.ok()) sent += bytes;
    } else {
      sent += output.bytes.view().text();
    }
  }
  for (const auto& [id, change] : effects_.reading) reading_[id.value()] = change == ReadingChange::resume;
  for (const ConnectionId id : effects_.close) closed_.push_back(id);
  if (keep_unsent) return;
  for (const Output& output : effects_.outputs) connections.sent(output.connection, output.size());
}

bool ConnectionHost::closed(ConnectionId id) const {
  return std::find(closed_.begin(), closed_.end(), id) != closed_.end();
}

bool ConnectionHost::reading(ConnectionId id) const { return reading_.at(id.value()); }

std::vector<int32_t> ConnectionHost::answers(ConnectionId id) {
  std::string& bytes = sent_[id.value()];
  std::vector<int32_t> ids;
  size_t at = 0;
  while (bytes.size() - at >= 8) {
    const auto* data = reinterpret_cast<const uint8_t*>(bytes.data()) + at;
    const auto size = static_cast<size_t>(load_be<int32_t>(data));
    if (bytes.size() - at - 4 < size) break;
    ids.push_back(load_be<int32_t>(data + 4));
    at += 4 + size;
  }
  bytes.erase(0, at);
  return ids;
}

std::string heartbeat_frame(int32_t correlation_id, size_t padding) {
  wire::HeartbeatRequest request;
  const std::string group(padding, 'g');
  request.group_id = std::string_view(group);
  request.member_id = "m";
  BytesBuffer out;
  const wire::RequestHeader header{.api_key = 0, .api_version = 4, .correlation_id = correlation_id, .client_id = "c"};
  if (!wire::encode_request(request, header, out).ok()) return {};
  return std::string(out.view().text());
}

std::string list_groups_frame(int32_t correlation_id) {
  BytesBuffer out;
  const wire::RequestHeader header{.api_key = 0, .api_version = 3, .correlation_id = correlation_id, .client_id = "c"};
  if (!wire::encode_request(wire::ListGroupsRequest(), header, out).ok()) return {};
  return std::string(out.view().text());
}

}  // namespace ottla
