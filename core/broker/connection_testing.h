// Connections with a stub in the handlers' place: requests are kept until the test answers them, or answered at once.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/broker/connections.h"
#include "core/broker/effects.h"
#include "core/broker/request.h"

namespace ottla {

class SilentSink final : public LogSink {
 public:
  void write(LogLevel, std::string_view, std::string_view, std::span<const LogField>) override {}
  [[nodiscard]] bool wants(LogLevel) const override { return false; }
};

// Serves Heartbeat (pipelined), ListGroups (alone) and nothing else: what they do does not matter here.
class StubSink final : public RequestSink {
 public:
  static constexpr int16_t kPipelined = 12;
  static constexpr int16_t kAlone = 16;

  [[nodiscard]] const ServedApi* find(int16_t key) const override;
  void begin(const ServedApi& api, RequestPtr request) override;

  std::deque<RequestPtr> waiting;  // not answered, in the order of beginning
  bool answer_at_once = false;
  std::function<void(RequestPtr)> handler;  // instead of both
  size_t begun = 0;

  static void answer(RequestPtr request);
  void answer_next() {
    RequestPtr request = std::move(waiting.front());
    waiting.pop_front();
    answer(std::move(request));
  }
};

// A host of one broker's connections, without sockets.
class ConnectionHost {
 public:
  explicit ConnectionHost(Connections::Options options = {});
  ~ConnectionHost();

  ConnectionId open();
  // Bytes arrive, in pieces of at most `piece`; the turn is not ended. What the connection does not take is not sent:
  // the count that it took comes back.
  size_t send(ConnectionId id, BytesView bytes, size_t piece = SIZE_MAX);
  // Ends the turn and returns what was sent on `id` in it. Its bytes are told as sent unless `keep_unsent`.
  void end_turn(bool keep_unsent = false);
  [[nodiscard]] std::string& sent(ConnectionId id) { return sent_[id.value()]; }
  [[nodiscard]] bool closed(ConnectionId id) const;
  [[nodiscard]] bool reading(ConnectionId id) const;
  // Correlation ids of the whole answers that were sent on `id`, in their order; clears them.
  std::vector<int32_t> answers(ConnectionId id);
  // The host's socket took them.
  void acknowledge(ConnectionId id, size_t size) { connections.sent(id, size); }

  SilentSink sink;
  StubSink requests;
  Connections connections;
  Instant now;

 private:
  Effects effects_;
  std::map<uint64_t, std::string> sent_;
  std::map<uint64_t, bool> reading_;
  std::vector<ConnectionId> closed_;
  uint64_t next_id_ = 1;
};

// A frame of a request that the stub serves; `padding` bytes of a group id make it large.
std::string heartbeat_frame(int32_t correlation_id, size_t padding = 0);
std::string list_groups_frame(int32_t correlation_id);

}  // namespace ottla
