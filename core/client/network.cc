#include "core/client/network.h"

#include <algorithm>

namespace ottla {

ClientNetwork::ClientNetwork(Options options) : options_(std::move(options)) {
  int32_t number = -1;
  for (const ClientEndpoint& endpoint : options_.bootstrap) nodes_[BrokerId(--number)].endpoint = endpoint;
}

void ClientNetwork::tick(Instant now) {
  now_ = now;
  sweep();
}

// Connections that broke, were refused or took too long.
void ClientNetwork::sweep() {
  for (auto& [broker, node] : nodes_) {
    if (node.state == State::connecting && node.connect_until <= now_) {
      effects_.close.push_back(node.id);
      drop(node);
    }
    if (node.state != State::open) continue;
    node.connection->tick(now_);
    if (!node.connection->broken()) continue;
    effects_.close.push_back(node.id);
    drop(node);
  }
}

Instant ClientNetwork::next_deadline() const {
  Instant next = Instant::never();
  for (const auto& [broker, node] : nodes_) {
    if (node.state == State::connecting) next = std::min(next, node.connect_until);
    if (node.state == State::open) next = std::min(next, node.connection->next_deadline());
    if (node.state == State::idle && node.retry_at > now_) next = std::min(next, node.retry_at);
  }
  return next;
}

void ClientNetwork::connected(ClientConnectionId id) {
  Node* node = node_of(id);
  if (node == nullptr || node->state != State::connecting) return;
  node->state = State::open;
  node->connection->opened(now_);
}

void ClientNetwork::received(ClientConnectionId id, BytesView bytes) {
  Node* node = node_of(id);
  if (node == nullptr || node->state != State::open) return;
  node->connection->received(bytes, now_);
  hand_out(*node);
  sweep();
}

void ClientNetwork::disconnected(ClientConnectionId id) {
  if (Node* node = node_of(id)) drop(*node);
}

void ClientNetwork::take_effects(ClientEffects& effects) {
  for (auto& [broker, node] : nodes_) {
    if (node.state != State::open) continue;
    Bytes output = node.connection->take_output();
    if (!output.empty()) effects_.outputs.emplace_back(node.id, std::move(output));
  }
  effects.clear();
  std::swap(effects, effects_);
}

void ClientNetwork::set_brokers(const std::map<BrokerId, ClientEndpoint>& brokers) {
  for (auto& [broker, node] : nodes_) {
    if (broker < kNoBroker) continue;
    const auto found = brokers.find(broker);
    if (found != brokers.end() && found->second == node.endpoint) continue;
    if (node.state == State::idle) continue;
    effects_.close.push_back(node.id);
    drop(node);
  }
  for (const auto& [broker, endpoint] : brokers) nodes_[broker].endpoint = endpoint;
}

const ClientNetwork::Node* ClientNetwork::node(BrokerId broker) const {
  const auto found = nodes_.find(broker);
  return found == nodes_.end() ? nullptr : &found->second;
}

ClientNetwork::Node* ClientNetwork::node_of(ClientConnectionId id) {
  for (auto& [broker, node] : nodes_) {
    if (node.state != State::idle && node.id == id) return &node;
  }
  return nullptr;
}

bool ClientNetwork::ready(BrokerId broker) {
  const auto found = nodes_.find(broker);
  if (found == nodes_.end()) return false;
  Node& node = found->second;
  if (node.state == State::idle && node.retry_at <= now_) begin(node);
  return node.state == State::open && node.connection->ready();
}

BrokerId ClientNetwork::any() {
  bool under_way = false;
  // From the back: a broker that is known by its number goes before the address that led to it.
  for (auto at = nodes_.rbegin(); at != nodes_.rend(); ++at) {
    if (at->second.state == State::open && at->second.connection->ready()) return at->first;
    under_way |= at->second.state != State::idle;
  }
  if (under_way) return kNoBroker;
  // The next one after the one that was tried last: a broker that is gone must not be the only one ever asked.
  const auto first = last_any_ ? nodes_.upper_bound(*last_any_) : nodes_.begin();
  for (auto at = first; at != nodes_.end(); ++at) {
    if (at->second.retry_at > now_) continue;
    last_any_ = at->first;
    begin(at->second);
    return kNoBroker;
  }
  last_any_.reset();
  return kNoBroker;
}

size_t ClientNetwork::in_flight_count(BrokerId broker) const {
  const Node* found = node(broker);
  return found == nullptr || found->connection == nullptr ? 0 : found->connection->in_flight_count();
}

std::optional<wire::Version> ClientNetwork::version_for(BrokerId broker, const wire::Message& request,
                                                        wire::Version highest) const {
  const Node* found = node(broker);
  if (found == nullptr || found->state != State::open) return std::nullopt;
  return found->connection->version_for(request, highest);
}

bool ClientNetwork::send(BrokerId broker, const wire::Message& message, const void* request, wire::Version version,
                         Handler handler) {
  const auto found = nodes_.find(broker);
  OTTLA_ASSERT(found != nodes_.end() && found->second.state == State::open, broker.value());
  Node& node = found->second;
  const bool answered = handler != nullptr;
  if (!node.connection->send(message, request, version, now_, options_.connection.request_timeout, answered))
    return false;
  if (answered) node.handlers.push_back(std::move(handler));
  return true;
}

void ClientNetwork::begin(Node& node) {
  node.id = ClientConnectionId(next_id_++);
  node.state = State::connecting;
  node.connect_until = now_ + options_.connect_timeout;
  node.connection = std::make_unique<ClientConnection>(options_.connection);
  effects_.connect.emplace_back(node.id, node.endpoint);
}

void ClientNetwork::hand_out(Node& node) {
  ClientAnswer answer;
  while (node.connection != nullptr && node.connection->take_answer(answer)) {
    if (answer.error == ErrorCode::none) node.backoff = Duration();
    if (answer.error == ErrorCode::malformed) ++nonsense_;
    const Handler handler = std::move(node.handlers.front());
    node.handlers.pop_front();
    handler(answer);
  }
}

void ClientNetwork::drop(Node& node) {
  node.connection->closed();
  node.state = State::idle;
  node.backoff = std::clamp(node.backoff * 2, options_.backoff_least, options_.backoff_most);
  node.retry_at = now_ + node.backoff;
  hand_out(node);
}

}  // namespace ottla
