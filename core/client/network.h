// A client's connections to the brokers of one cluster: made when somebody wants one, made again with growing pauses
// when they fail. No sockets: the host does what take_effects() asks, and says what happened.
//
// Brokers are known by their numbers; those of the bootstrap list, of whom nobody knows the number yet, have negative
// ones.
//
//   if (network.ready(broker)) network.send(broker, request, version, [&](const ClientAnswer& answer) { ... });
//
// A handler is called exactly once, from inside received(), disconnected() or tick(); it may send again.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/client/connection.h"
#include "core/model/ids.h"

namespace ottla {

// One attempt to connect and what comes of it; never used twice.
using ClientConnectionId = StrongId<struct ClientConnectionIdTag, uint64_t>;

struct ClientEndpoint {
  std::string host;
  uint16_t port = 0;
  friend auto operator<=>(const ClientEndpoint&, const ClientEndpoint&) = default;
};

// What a client asks of its host, as Effects (core/broker/effects.h) does of a broker's.
struct ClientEffects {
  std::vector<std::pair<ClientConnectionId, ClientEndpoint>> connect;  // then connected() or disconnected()
  std::vector<std::pair<ClientConnectionId, Bytes>> outputs;
  std::vector<ClientConnectionId> close;  // forgotten: disconnected() does not follow

  void clear() {
    connect.clear();
    outputs.clear();
    close.clear();
  }
};

class ClientNetwork {
 public:
  using Handler = std::function<void(const ClientAnswer&)>;

  struct Options {
    std::vector<ClientEndpoint> bootstrap;
    ClientConnection::Options connection{};
    Duration connect_timeout = Duration::from_s(10);
    Duration backoff_least = Duration::from_ms(50);
    Duration backoff_most = Duration::from_s(1);
  };

  explicit ClientNetwork(Options options);
  ClientNetwork(const ClientNetwork&) = delete;
  ClientNetwork& operator=(const ClientNetwork&) = delete;

  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] Instant now() const { return now_; }

  void connected(ClientConnectionId id);
  void received(ClientConnectionId id, BytesView bytes);
  void disconnected(ClientConnectionId id);
  void take_effects(ClientEffects& effects);

  // What metadata says of the brokers. A broker that moved or went loses its connection.
  void set_brokers(const std::map<BrokerId, ClientEndpoint>& brokers);

  // Whether requests may be sent to it now; if not, wanting to is what makes it connect.
  bool ready(BrokerId broker);
  // Some broker that is ready; kNoBroker: none is, and one is being connected.
  BrokerId any();
  [[nodiscard]] size_t in_flight_count(BrokerId broker) const;
  [[nodiscard]] std::optional<wire::Version> version_for(BrokerId broker, const wire::Message& request,
                                                         wire::Version highest = wire::kVersionLast) const;
  template <wire::WireMessage M>
  [[nodiscard]] std::optional<wire::Version> version_for(BrokerId broker,
                                                         wire::Version highest = wire::kVersionLast) const {
    return version_for(broker, wire::message_of<M>(), highest);
  }

  // Connections that ended because what came made no sense.
  [[nodiscard]] uint64_t nonsense_count() const { return nonsense_; }

  // To a broker that is ready. False: the version cannot say it; the handler is not called. Without a handler there is
  // no answer.
  template <wire::WireMessage M>
  bool send(BrokerId broker, const M& request, wire::Version version, Handler handler) {
    return send(broker, wire::message_of<M>(), &request, version, std::move(handler));
  }

 private:
  enum class State : uint8_t { idle, connecting, open };
  struct Node {
    ClientEndpoint endpoint;
    State state = State::idle;
    ClientConnectionId id;
    std::unique_ptr<ClientConnection> connection;
    std::deque<Handler> handlers;  // in the order of the requests in flight
    Duration backoff;
    Instant retry_at;
    Instant connect_until;
  };

  bool send(BrokerId broker, const wire::Message& message, const void* request, wire::Version version, Handler handler);
  [[nodiscard]] const Node* node(BrokerId broker) const;
  Node* node_of(ClientConnectionId id);
  void begin(Node& node);
  void hand_out(Node& node);
  void drop(Node& node);  // with a pause before the next attempt
  void sweep();

  Options options_;
  Instant now_;
  std::map<BrokerId, Node> nodes_;
  ClientEffects effects_;
  uint64_t next_id_ = 1;
  uint64_t nonsense_ = 0;
  std::optional<BrokerId> last_any_;
};

}  // namespace ottla
