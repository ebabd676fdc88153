// The broker as what a Host drives. Everybody who comes over PLAINTEXT is anonymous.
#pragma once

#include "cluster/net/brain.h"

namespace ottla {

class BrokerBrain final : public Brain {
 public:
  explicit BrokerBrain(Broker& broker) : broker_(broker) {}

  void tick(Instant now, Timestamp wall) override { broker_.tick(now, wall); }
  [[nodiscard]] Instant next_deadline() const override { return broker_.next_deadline(); }
  void client_opened(ConnectionId connection, ListenerId listener, const ClientAddress& address) override {
    broker_.client_opened(connection, listener, address);
  }
  std::span<uint8_t> receive_buffer(ConnectionId connection) override { return broker_.receive_buffer(connection); }
  void client_received(ConnectionId connection, size_t size) override { broker_.client_received(connection, size); }
  void client_sent(ConnectionId connection, size_t size) override { broker_.client_sent(connection, size); }
  void client_closed(ConnectionId connection) override { broker_.client_closed(connection); }
  void completed(JobId id, JobResult result) override { broker_.completed(id, std::move(result)); }
  void take_effects(Effects& effects) override { broker_.take_effects(effects); }
  void turn_ended(Instant now) override { broker_.turn_ended(now); }

 private:
  Broker& broker_;
};

}  // namespace ottla
