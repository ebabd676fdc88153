#include "core/sim/world/world.h"

#include <algorithm>

namespace ottla::sim {

namespace {

Client::Options options_of(World& world, const std::string& name) {
  const SimMachine::Options& machine = world.machine().options();
  Client::Options options;
  options.network.bootstrap = {{machine.host, machine.port}};
  options.network.connection.client_id = name;
  options.network.connection.request_timeout = Duration::from_s(15);
  return options;
}

}  // namespace

World::World(uint64_t seed, WorldOptions options)
    : options_(std::move(options)), prng_(seed), machine_(clock_, prng_.next(), options_.machine) {}

SimClient& World::add_client(const std::string& name) { return clients_.emplace_back(*this, prng_.next(), name); }

bool World::run_until(const std::function<bool()>& done, Duration at_most) {
  const Instant limit = clock_.now() + at_most;
  while (!done()) {
    if (clock_.run_next(limit)) continue;
    clock_.run_until(limit);
    return done();
  }
  return true;
}

uint64_t World::trace_hash() const {
  TraceHash hash;
  hash.add(machine_.trace_hash());
  hash.add(clock_.now().ns());
  hash.add(clock_.run_count());
  return hash.value();
}

SimLinkPtr World::connect() {
  auto link = std::make_shared<SimLink>(clock_, prng_, options_.network);
  return machine_.accept(link) ? link : nullptr;
}

SimClient::SimClient(World& world, uint64_t seed, const std::string& name)
    : world_(world), prng_(seed), client_(options_of(world, name)) {
  client_.tick(world_.clock().now());  // so that it knows from when its deadlines count
}

SimClient::~SimClient() {
  drop_connections();
  if (turn_event_) world_.clock().cancel(*turn_event_);
  world_.clock().cancel(timer_);
}

void SimClient::changed() {
  if (turn_event_) return;
  const Instant at = std::max(asleep_until_, world_.clock().now() + Duration::from_us(prng_.between(1, 50)));
  turn_event_ = world_.clock().at(at, [this] { turn(); });
}

void SimClient::pause(Duration duration) {
  asleep_until_ = world_.clock().now() + duration;
  if (turn_event_) world_.clock().cancel(*turn_event_);
  turn_event_.reset();
  changed();
}

// The network loses them: neither side hears anything of what was under way.
void SimClient::drop_connections() {
  for (Connection& connection : connections_) {
    connection.link->lost = true;
    connection.link->down.on_arrival = nullptr;
    connection.link->up.on_room = nullptr;
    if (connection.link->up.on_arrival) connection.link->up.on_arrival();
    refused_.push_back(connection.id);
  }
  connections_.clear();
  changed();
}

void SimClient::connect(ClientConnectionId id, const ClientEndpoint&) {
  const SimLinkPtr link = world_.connect();
  if (link == nullptr) {
    refused_.push_back(id);
    return changed();
  }
  connections_.push_back({id, link, {}});
  link->down.on_arrival = [this] { changed(); };
  link->up.on_room = [this] { changed(); };
  connected_.push_back(id);
  changed();
}

void SimClient::take(Connection& connection) {
  const Bytes bytes = Bytes::copy_of(connection.link->down.readable());
  connection.link->down.consume(bytes.size());
  if (!bytes.empty()) client_.network().received(connection.id, bytes);
}

void SimClient::turn() {
  turn_event_.reset();
  client_.tick(world_.clock().now());
  for (const ClientConnectionId id : std::exchange(refused_, {})) client_.network().disconnected(id);
  for (const ClientConnectionId id : std::exchange(connected_, {})) client_.network().connected(id);
  for (auto at = connections_.begin(); at != connections_.end();) {
    take(*at);
    if (!at->link->down.at_end() && !at->link->lost) {
      ++at;
      continue;
    }
    const ClientConnectionId id = at->id;
    at->link->down.on_arrival = nullptr;
    at->link->up.on_room = nullptr;
    at->link->up.end();
    at = connections_.erase(at);
    client_.network().disconnected(id);
  }
  if (on_turn) on_turn();
  client_.tick(world_.clock().now());
  client_.take_effects(effects_);
  for (const auto& [id, endpoint] : effects_.connect) connect(id, endpoint);
  for (auto& [id, bytes] : effects_.outputs) {
    for (Connection& connection : connections_) {
      if (connection.id == id) connection.unsent += bytes.view().text();
    }
  }
  for (const ClientConnectionId id : effects_.close) {
    connections_.remove_if([&](Connection& connection) {
      if (connection.id != id) return false;
      connection.link->down.on_arrival = nullptr;
      connection.link->up.on_room = nullptr;
      connection.link->up.end();
      return true;
    });
  }
  for (Connection& connection : connections_) {
    connection.unsent.erase(0, connection.link->up.write(BytesView::of(connection.unsent)));
  }
  world_.clock().cancel(timer_);
  const Instant next = client_.next_deadline();
  if (next != Instant::never()) {
    timer_ = world_.clock().at(std::max(next, world_.clock().now() + Duration::from_us(1)), [this] { changed(); });
  }
}

}  // namespace ottla::sim
