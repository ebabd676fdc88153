// A world: one clock, one broker on a simulated machine, a network, and clients that speak to it through bytes alone. What
// happens in it is a function of the seed, to the last byte; trace_hash() says whether two runs were the same.
//
//   World world(seed);
//   world.machine().start();
//   SimClient& client = world.add_client();
//   client.client().admin().create_topic(...);
//   world.run_until([&] { return done; }, Duration::from_s(10));
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/sim/world/sim_machine.h"

namespace ottla::sim {

class World;

// A client on a machine of its own, which never breaks. Whoever uses it calls changed() afterwards, so that its turn
// comes; `on_turn` is called in every turn, with what came in taken.
class SimClient {
 public:
  SimClient(World& world, uint64_t seed, const std::string& name);
  ~SimClient();

  Client& client() { return client_; }
  void changed();
  std::function<void()> on_turn;
  // It sleeps: nothing it is sent is read, nothing it wants is done.
  void pause(Duration duration);
  void drop_connections();

 private:
  struct Connection {
    ClientConnectionId id;
    SimLinkPtr link;
    std::string unsent;
  };
  void turn();
  void connect(ClientConnectionId id, const ClientEndpoint& to);
  void refuse(ClientConnectionId id);
  void take(Connection& connection);

  World& world_;
  Prng prng_;
  Client client_;
  ClientEffects effects_;
  std::list<Connection> connections_;
  std::vector<ClientConnectionId> refused_;
  std::vector<ClientConnectionId> connected_;
  std::optional<EventId> turn_event_;
  EventId timer_{};
  Instant asleep_until_;
};

struct WorldOptions {
  SimMachine::Options machine{};
  SimPipe::Options network{};
};

class World {
 public:
  explicit World(uint64_t seed, WorldOptions options = {});

  SimClock& clock() { return clock_; }
  SimMachine& machine() { return machine_; }
  Prng& prng() { return prng_; }
  [[nodiscard]] const WorldOptions& options() const { return options_; }
  void set_network(const SimPipe::Options& network) { options_.network = network; }  // of connections to come

  SimClient& add_client(const std::string& name = "sim");
  const std::list<SimClient>& clients() const { return clients_; }
  std::list<SimClient>& clients() { return clients_; }

  // Runs until `done` or the time is up; whether it was done.
  bool run_until(const std::function<bool()>& done, Duration at_most);
  void run(Duration duration) {
    run_until([] { return false; }, duration);
  }
  [[nodiscard]] uint64_t trace_hash() const;

  // Null when nobody listens.
  SimLinkPtr connect();

 private:
  WorldOptions options_;
  Prng prng_;
  SimClock clock_;
  SimMachine machine_;
  std::list<SimClient> clients_;
};

}  // namespace ottla::sim
