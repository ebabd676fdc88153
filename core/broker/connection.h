// One client connection, without its socket: bytes in, requests out, answers in, bytes out.
//
//   received bytes -> frame -> header -> request -> (handler) -> answer, in the order of requests -> output
//
// Memory. Before a valid header was read from a connection it holds at most limits::kReceivedBeforeHeaderMax. After that
// a buffer grows by doubling as bytes come in, never because a frame says that it is going to be large; only a connection
// that has sent large frames gets a large buffer from the beginning. What a connection holds between two requests is
// nothing. Small frames are copied out of the buffer, so that a request that waits does not keep it; large ones are slices
// of it.
//
// Overload. A connection is not read, and nothing more of it begun, while answers of limits::kOutputUnsentMax wait to be
// sent, or for an earlier request's answer, or kRequestsInFlightMax requests to be answered.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/broker/effects.h"
#include "core/broker/receive_buffer.h"
#include "core/broker/request.h"
#include "core/broker/served.h"
#include "core/model/principal.h"

namespace ottla {

class Connections;

class Connection final : public RequestOwner, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Connections& all, ConnectionId id, ListenerId listener, std::string host, Principal principal)
      : all_(all), id_(id), listener_(listener), host_(std::move(host)), principal_(std::move(principal)) {}

  // --- RequestOwner
  [[nodiscard]] ConnectionId id() const override { return id_; }
  [[nodiscard]] ListenerId listener() const override { return listener_; }
  [[nodiscard]] const Principal& principal() const override { return principal_; }
  [[nodiscard]] std::string_view host() const override { return host_; }
  [[nodiscard]] bool open() const override { return open_; }
  void answer(Request& request, const Answer& answer) override;
  void close(std::string_view reason) override;
  void hold(Request&) override { ++held_; }
  void let_go(Request&) override;

  [[nodiscard]] size_t in_flight() const { return slots_.size() - first_slot_; }
  [[nodiscard]] size_t memory() const { return receive_.capacity() + out_.capacity(); }

 private:
  friend class Connections;

  // A request that was begun: where its answer waits until those before it are given out.
  struct Slot {
    BytesBuffer out;
    std::vector<AnswerGap> gaps;
    size_t size = 0;  // with the gaps
    bool answered = false;
  };

  std::span<uint8_t> room();
  void received(size_t size);
  void sent(size_t size);
  void forget();  // the host closed it

  void process();
  bool begin_next();
  [[nodiscard]] bool may_begin(const ServedApi& api) const;
  bool check_header_so_far(BytesView frame);
  bool encode(Request& request, const Answer& answer, BytesBuffer& out, std::vector<AnswerGap>& gaps);
  void give_out_answered();
  // Hands the bytes written so far to the host, in pieces around the gaps.
  void flush(Effects& effects);
  void push(Effects& effects, Output output);
  void fail(std::string_view reason);
  // Bytes of answers that are made and not with the client.
  [[nodiscard]] size_t output_size() const { return unsent_ + out_.size() + gap_bytes_ + waiting_size_; }
  void update_reading();
  void touch();
  void count_receive_buffer();

  Connections& all_;
  const ConnectionId id_;
  const ListenerId listener_;
  const std::string host_;
  const Principal principal_;
  bool open_ = true;
  bool closing_ = false;  // by us: told to the host with this turn's effects
  bool reading_ = true;   // what the host was told last
  bool stop_reading_ = false;
  bool proven_ = false;          // a valid header was read from it
  bool header_checked_ = false;  // of the frame that is being received
  bool blocked_ = false;         // a whole frame waits for what is in flight
  bool alone_ = false;           // what is in flight is alone
  bool processing_ = false;
  bool touched_ = false;  // in the list of those that have something for the host
  bool runnable_ = false;

  ReceiveBuffer receive_;
  size_t last_frame_size_ = 0;
  size_t counted_capacity_ = 0;  // in the sum over all connections
  uint32_t held_ = 0;
  uint64_t first_place_ = 0;  // of the first slot
  std::vector<Slot*> slots_;
  size_t first_slot_ = 0;

  BytesBuffer out_;
  std::vector<AnswerGap> gaps_;
  size_t gap_bytes_ = 0;
  size_t out_expected_ = 0;
  size_t waiting_size_ = 0;  // in slots
  size_t unsent_ = 0;        // given to the host

  // By the last sign of life, oldest first.
  Instant active_;
  Connection* older_ = nullptr;
  Connection* newer_ = nullptr;
};

}  // namespace ottla
