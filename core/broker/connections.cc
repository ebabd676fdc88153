#include "core/broker/connections.h"

#include <algorithm>
#include <utility>

#include "core/base/assert.h"
#include "core/broker/metrics.h"

namespace ottla {
namespace {

constexpr Duration kTrimInterval = Duration::from_s(1);

}  // namespace

Connections::~Connections() {
  for (const ConnectionId id : connections_.sorted_keys()) (*connections_.find(id))->forget();
}

void Connections::opened(ConnectionId id, ListenerId listener, std::string host, Principal principal) {
  auto connection = std::make_shared<Connection>(*this, id, listener, std::move(host), std::move(principal));
  append_newest(*connection);
  const bool made = connections_.try_emplace(id, std::move(connection)).second;
  OTTLA_ASSERT(made, id);
  if (metrics_ != nullptr) metrics_->connection_opened();
}

std::span<uint8_t> Connections::receive_buffer(ConnectionId id) {
  const auto* connection = connections_.find(id);
  if (connection == nullptr) return {};
  const std::span<uint8_t> room = (*connection)->room();
  if (!room.empty()) (*connection)->touch();  // given back at the end of the turn, if nothing comes
  return room;
}

void Connections::received(ConnectionId id, size_t size) {
  const auto* found = connections_.find(id);
  if (found == nullptr || !(*found)->open()) return;
  const std::shared_ptr<Connection> connection = *found;
  connection->received(size);
}

void Connections::sent(ConnectionId id, size_t size) {
  const auto* connection = connections_.find(id);
  if (connection != nullptr) (*connection)->sent(size);
}

void Connections::closed(ConnectionId id) {
  const auto* found = connections_.find(id);
  if (found == nullptr) return;
  const std::shared_ptr<Connection> connection = *found;
  connection->forget();
  unsent_ -= connection->unsent_;
  connection->unsent_ = 0;
  connections_.erase(id);
  if (metrics_ != nullptr) metrics_->connection_closed();
}

void Connections::set_running(bool running) {
  if (std::exchange(running_, running) == running || !running) return;
  for (Connection* at = oldest_; at != nullptr; at = at->newer_) at->touch();
}

bool Connections::run() {
  bool begun = false;
  for (size_t i = 0; i < touched_.size(); ++i) {
    Connection& connection = *touched_[i];
    if (!connection.open_ || (!connection.blocked_ && !connection.stop_reading_)) continue;
    const size_t before = connection.receive_.size();
    connection.process();
    begun = begun || connection.receive_.size() != before;
  }
  return begun;
}

void Connections::collect(Effects& effects) {
  for (size_t i = 0; i < touched_.size(); ++i) {
    Connection& connection = *touched_[i];
    connection.touched_ = false;
    if (connections_.find(connection.id_) == nullptr) continue;
    connection.flush(effects);
    if (connection.closing_) {
      effects.close.push_back(connection.id_);
      unsent_ -= std::exchange(connection.unsent_, 0);
      connections_.erase(connection.id_);
      if (metrics_ != nullptr) metrics_->connection_closed();
      continue;
    }
    connection.receive_.rest();
    connection.count_receive_buffer();
    connection.update_reading();
    if (connection.reading_ == connection.stop_reading_) {
      connection.reading_ = !connection.stop_reading_;
      effects.reading.emplace_back(connection.id_, connection.reading_ ? ReadingChange::resume : ReadingChange::stop);
    }
  }
  touched_.clear();
}

// --- Idle connections

void Connections::tick(Instant now) {
  now_ = now;
  while (idle_at() <= now) {
    Connection& connection = *oldest_;
    if (connection.in_flight() > 0) {  // it waits for us
      moved_now(connection);
      continue;
    }
    if (metrics_ != nullptr) metrics_->closed_idle();
    const std::shared_ptr<Connection> kept = connection.shared_from_this();
    connection.close("idle");
  }
  if (now >= next_trim_) {
    blocks_.trim();
    next_trim_ = now + kTrimInterval;
  }
}

// When the one that said nothing for longest has been idle for too long.
Instant Connections::idle_at() const {
  if (oldest_ == nullptr || !options_.idle_max.has_value()) return Instant::never();
  return oldest_->active_ + *options_.idle_max;
}

Instant Connections::next_deadline() const { return blocks_.kept() > 0 ? std::min(idle_at(), next_trim_) : idle_at(); }

void Connections::moved_now(Connection& connection) {
  if (!connection.open_) return;
  unlink(connection);
  append_newest(connection);
}

void Connections::append_newest(Connection& connection) {
  connection.active_ = now_;
  connection.older_ = newest_;
  connection.newer_ = nullptr;
  (newest_ != nullptr ? newest_->newer_ : oldest_) = &connection;
  newest_ = &connection;
}

void Connections::unlink(Connection& connection) {
  (connection.older_ != nullptr ? connection.older_->newer_ : oldest_) = connection.newer_;
  (connection.newer_ != nullptr ? connection.newer_->older_ : newest_) = connection.older_;
  connection.older_ = connection.newer_ = nullptr;
}

void Connections::close_all(std::string_view reason) {
  while (oldest_ != nullptr) {
    const std::shared_ptr<Connection> kept = oldest_->shared_from_this();
    kept->close(reason);
  }
}

// --- Slots

Connection::Slot* Connections::take_slot() {
  if (free_slots_.empty()) {
    slots_.push_back(std::make_unique<Connection::Slot>());
    return slots_.back().get();
  }
  Connection::Slot* slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void Connections::give_back(Connection::Slot* slot) {
  slot->out = BytesBuffer();
  slot->gaps.clear();
  slot->size = 0;
  slot->answered = false;
  free_slots_.push_back(slot);
}

size_t Connections::memory(ConnectionId id) const {
  const auto* connection = connections_.find(id);
  return connection == nullptr ? 0 : (*connection)->memory();
}

}  // namespace ottla
