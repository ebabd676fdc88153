// What a Host drives: an object without sockets, threads or clocks, in turns. The broker is one (node/broker_brain.h), the
// metrics page another (page_brain.h), and tests host small ones of their own.
//
//   turn:  tick(now, wall)   what became ready   one take_effects()   turn_ended(now)
//
// The meaning of every call is that of core/broker/broker.h.
#pragma once

#include <span>

#include "core/base/time.h"
#include "core/broker/broker.h"
#include "core/broker/effects.h"

namespace ottla {

class Brain {
 public:
  Brain() = default;
  Brain(const Brain&) = delete;
  Brain& operator=(const Brain&) = delete;
  virtual ~Brain() = default;

  virtual void tick(Instant now, Timestamp wall) = 0;
  [[nodiscard]] virtual Instant next_deadline() const = 0;

  virtual void client_opened(ConnectionId connection, ListenerId listener, const ClientAddress& address) = 0;
  // Empty: nothing more in this turn.
  virtual std::span<uint8_t> receive_buffer(ConnectionId connection) = 0;
  virtual void client_received(ConnectionId connection, size_t size) = 0;
  virtual void client_sent(ConnectionId connection, size_t size) = 0;
  virtual void client_closed(ConnectionId connection) = 0;

  virtual void completed(JobId id, JobResult result) = 0;
  virtual void take_effects(Effects& effects) = 0;
  // What the effects asked for was begun: the clock now, for who measures.
  virtual void turn_ended(Instant now) = 0;
};

}  // namespace ottla
