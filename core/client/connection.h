// One connection of a client: requests go out in a row, answers come back in the same one. No sockets: whoever has one
// hands over the bytes that came and sends what take_output() gives.
//
//   connection.opened(now);                                          // asks ApiVersions first, by itself
//   ...
//   if (connection.ready()) {
//     const auto version = connection.version_for(wire::message_of<wire::MetadataRequest>());
//     connection.send(request, *version, now);
//   }
//   connection.received(bytes, now);
//   while (connection.take_answer(answer)) ...                       // one for each request, in the order of sending
//
// Every request that was sent with an answer gets one, by an error at the latest. An answer that comes late or makes no
// sense ends the connection, since what follows it could not be told apart: then broken() holds, every request in
// flight is answered `transport`, and the owner closes.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/model/errors.h"
#include "core/model/limits.h"
#include "core/wire/codec.h"
#include "core/wire/frame.h"
#include "core/wire/registry.h"

namespace ottla {

struct ClientAnswer {
  ErrorCode error = ErrorCode::none;  // transport, timed_out or malformed: there is no body
  int16_t api_key = 0;
  wire::Version version = 0;
  Bytes frame;     // what the body lies in: keep a slice of it to keep a part
  BytesView body;  // in the request's version

  // Views into the frame and the arena.
  template <wire::WireMessage M>
  [[nodiscard]] bool read(wire::Arena& arena, M& response) const {
    return error == ErrorCode::none && wire::decode(body, version, arena, response).ok();
  }
};

class ClientConnection {
 public:
  struct Options {
    std::string client_id = "ottla";
    Duration request_timeout = Duration::from_s(30);
    size_t frame_size_max = limits::kFrameSizeMax;
  };

  explicit ClientConnection(Options options) : options_(std::move(options)) {}
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  void opened(Instant now);
  void received(BytesView bytes, Instant now);
  void closed();  // by the other side, or lost
  // Ends the connection when an answer is overdue.
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // The broker's versions are known: requests may be sent.
  [[nodiscard]] bool ready() const { return ready_ && !broken_; }
  [[nodiscard]] bool broken() const { return broken_; }
  // The highest version up to `highest` that both sides know; nothing when there is none.
  [[nodiscard]] std::optional<wire::Version> version_for(const wire::Message& request,
                                                         wire::Version highest = wire::kVersionLast) const;

  // False when the message cannot be said in this version (a string that is too long): nothing is sent.
  template <wire::WireMessage M>
  bool send(const M& request, wire::Version version, Instant now, std::optional<Duration> timeout = std::nullopt) {
    return send(wire::message_of<M>(), &request, version, now, timeout.value_or(options_.request_timeout), true);
  }
  // Produce with acks=0.
  template <wire::WireMessage M>
  bool send_without_answer(const M& request, wire::Version version, Instant now) {
    return send(wire::message_of<M>(), &request, version, now, Duration(), false);
  }
  bool send(const wire::Message& message, const void* request, wire::Version version, Instant now, Duration timeout,
            bool answered);

  // What is to be sent; empty when there is nothing.
  [[nodiscard]] Bytes take_output() { return output_.empty() ? Bytes() : output_.freeze(); }
  bool take_answer(ClientAnswer& answer);
  [[nodiscard]] size_t in_flight_count() const { return in_flight_.size(); }

 private:
  struct InFlight {
    int32_t correlation_id;
    int16_t api_key;
    wire::Version version;
    Instant deadline;
    bool own;  // ApiVersions of our own: nobody waits for it
  };

  void ask_versions(wire::Version version, Instant now);
  void take_versions(const ClientAnswer& answer, Instant now);
  void take_frame(Bytes frame, Instant now);
  void fail(ErrorCode first, ErrorCode others);

  Options options_;
  BytesBuffer input_;
  BytesBuffer output_;
  std::deque<InFlight> in_flight_;
  std::deque<ClientAnswer> answers_;
  std::map<int16_t, wire::Versions> versions_;  // the broker's
  int32_t next_correlation_id_ = 0;
  bool ready_ = false;
  bool broken_ = false;
};

}  // namespace ottla
