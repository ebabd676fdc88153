// A whole broker on a simulated disk with the shortest host there is: jobs run at once, time passes when the test says so,
// and what is sent to a client is kept. For what a client may do to a broker; whatever needs faults or a network is the
// world's (core/sim/world).
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/broker/broker.h"
#include "core/sim/seeded_entropy.h"
#include "core/sim/sim_disk.h"
#include "core/sim/sim_log.h"

namespace ottla {

class HostedBroker {
 public:
  // Started and ready, node 1, or the running test fails.
  explicit HostedBroker(uint64_t seed = 1, std::vector<std::pair<std::string, std::string>> settings = {});
  ~HostedBroker();

  ConnectionId connect();
  void hang_up(ConnectionId connection);
  // Bytes arrive, a buffer after the other, and the turn is ended. What comes after the broker has closed is not sent.
  void send(ConnectionId connection, BytesView bytes);
  // Ends a turn, and more while jobs end or the broker wants them now.
  void run();
  void pass(Duration time);

  // What was sent to the client and not taken yet.
  [[nodiscard]] std::string& received(ConnectionId connection) { return clients_[connection].received; }
  [[nodiscard]] bool closed(ConnectionId connection) const { return clients_.at(connection).closed; }
  // Whether a whole answer came.
  [[nodiscard]] bool answered(ConnectionId connection);
  // Sends a request and gives back its answer's frame without the prefix, waiting up to `patience` of simulated time;
  // empty when the connection was closed or nothing came.
  std::string ask(ConnectionId connection, BytesView frame, Duration patience);

  [[nodiscard]] Broker& broker() { return *broker_; }
  sim::SimLog log;

 private:
  struct Client {
    std::string received;
    bool closed = false;
  };

  SettingValues settings_{SettingScope::node, SettingProfile::node};
  sim::SimDisk disk_;
  sim::SeededEntropy entropy_;
  std::unique_ptr<Broker> broker_;
  std::map<ConnectionId, Client> clients_;
  uint64_t next_connection_ = 1;
  Instant now_ = Instant() + Duration::from_s(1000);
  Timestamp wall_ = Timestamp::from_ms(1'700'000'000'000);
  Effects effects_;
};

}  // namespace ottla
