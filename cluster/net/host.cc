#include "cluster/net/host.h"

#include <algorithm>
#include <utility>

#include "core/os/posix_clock.h"

namespace ottla {

Host::Host(Loop& loop, Brain& brain, JobThreads& threads, const SettingValues* settings, LogSink& sink)
    : loop_(loop), brain_(brain), sink_(sink), caps_(settings), desk_(threads, [&loop] { loop.wake(); }) {
  loop_.join(*this);
}

Host::~Host() { loop_.leave(*this); }

void Host::listen(ListenerId id, std::string name, FileDescriptor socket, const SocketOptions& options) {
  listener_names_.emplace(id.value(), name);
  listeners_.push_back(std::make_unique<Listener>(id, std::move(name), std::move(socket), options, loop_.port(),
                                                  [this] { poked_ = true; }));
  poked_ = true;
}

HostCounts Host::counts() const {
  HostCounts counts = counts_;
  counts.connections = connections_.size();
  return counts;
}

bool Host::wants_turn() const { return poked_ || !scheduled_.empty() || desk_.any_finished(); }

Instant Host::next_deadline() const {
  Instant deadline = brain_.next_deadline();
  if (!closing_.empty()) deadline = std::min(deadline, closing_.front().first);
  for (const auto& listener : listeners_) {
    if (listener->ready()) deadline = std::min(deadline, listener->not_before);
  }
  return deadline;
}

void Host::turn(Instant now) {
  ++counts_.turns;
  poked_ = false;
  brain_.tick(now, wall_now());
  finish_jobs();
  close_overdue(now);
  for (const auto& listener : listeners_) accept_clients(*listener, now);
  serving_.swap(scheduled_);
  for (const ConnectionId id : serving_) {
    ClientSocket* connection = find(id);
    if (connection == nullptr) continue;
    connection->scheduled = false;
    serve(*connection);
  }
  serving_.clear();
  brain_.take_effects(effects_);
  perform(now);
  brain_.turn_ended(monotonic_now());
}

void Host::finish_jobs() {
  desk_.take_finished(finished_);
  for (auto& [id, result] : finished_) brain_.completed(id, std::move(result));
  finished_.clear();
}

void Host::schedule(ClientSocket& connection) {
  if (connection.scheduled) return;
  connection.scheduled = true;
  scheduled_.push_back(connection.id());
}

// --- Those who come.

void Host::accept_clients(Listener& listener, Instant now) {
  if (!listener.ready()) return;
  for (int taken = 0; taken < kAcceptMax; ++taken) {
    listener.not_before = caps_.may_accept_at(listener.name(), now);
    if (listener.not_before > now) return;
    auto accepted = listener.accept();
    if (accepted.ok()) {
      open(listener, std::move(accepted).value(), now);
      continue;
    }
    if (accepted.error() == AcceptError::none_waiting) return;
    if (accepted.error() == AcceptError::no_resources) {
      // They wait where they are, and we try again when somebody may have left.
      ++counts_.accept_failed;
      sink_.warn("net", "no descriptors or memory for another connection",
                 {{"listener", listener.name()}, {"connections", connections_.size()}});
      listener.not_before = now + kAcceptRetry;
      return;
    }
  }
  poked_ = true;  // there may be more
}

void Host::open(Listener& listener, AcceptedSocket accepted, Instant now) {
  ++counts_.accepted;
  if (!caps_.count_opened(listener.name(), accepted.address.text, now)) {
    ++counts_.turned_away;
    sink_.debug("net", "connection turned away: its address has too many", {{"address", accepted.address.text}});
    return;
  }
  const ConnectionId id(next_id_++);
  brain_.client_opened(id, listener.id(), accepted.address);
  ClientSocket::Owner& owner = *this;
  auto connection = std::make_unique<ClientSocket>(id, listener.id(), std::move(accepted.address),
                                                   std::move(accepted.socket), loop_.port(), owner);
  schedule(*connection);
  connections_.emplace(id.value(), std::move(connection));
}

ClientSocket* Host::find(ConnectionId id) {
  const auto at = connections_.find(id.value());
  return at == connections_.end() ? nullptr : at->second.get();
}

void Host::forget(ClientSocket& connection) {
  // A listener of that name may be gone, its counters are not.
  caps_.count_closed(listener_names_.at(connection.listener().value()), connection.address().text);
  for (const auto& listener : listeners_) listener->not_before = Instant();  // there is room again, perhaps
  connections_.erase(connection.id().value());
}

// --- Bytes.

// Its turn: first out, then in.
void Host::serve(ClientSocket& connection) {
  if (connection.can_send() && !send_to(connection)) return;
  if (connection.closing || connection.reading_stopped || !connection.readable()) return;
  if (read_from(connection)) return;
  brain_.client_closed(connection.id());
  forget(connection);
}

// False: it has ended.
bool Host::read_from(ClientSocket& connection) {
  for (size_t total = 0; connection.readable();) {
    if (total >= kReadMax) {
      schedule(connection);
      return true;
    }
    const std::span<uint8_t> into = brain_.receive_buffer(connection.id());
    if (into.empty()) {
      schedule(connection);  // unless its effects stop it
      return true;
    }
    const ClientSocket::Read read = connection.read(into);
    if (read.ended) return false;
    if (read.size != 0) brain_.client_received(connection.id(), read.size);
    total += read.size;
  }
  return true;
}

// False: the connection is gone.
bool Host::send_to(ClientSocket& connection) {
  const OutputQueue::Sent sent = connection.send(kSendMax);
  if (sent.size != 0 && !connection.closing) {
    brain_.client_sent(connection.id(), sent.size);
    // What follows from it may be that reading goes on.
    if (connection.reading_stopped || draining_) poked_ = true;
  }
  if (sent.state == OutputQueue::State::more) schedule(connection);
  const bool done = connection.closing && sent.state == OutputQueue::State::empty;
  if (!done && sent.state != OutputQueue::State::broken) return true;
  if (!connection.closing) {
    brain_.client_closed(connection.id());
    poked_ = true;
  }
  forget(connection);
  return false;
}

void Host::perform(Instant now) {
  for (auto& [id, job] : effects_.jobs) desk_.start(id, std::move(job));
  for (Output& output : effects_.outputs) {
    ClientSocket* connection = find(output.connection);
    if (connection == nullptr) continue;
    if (connection->output().empty()) touched_.push_back(connection->id());
    connection->output().push(std::move(output));
  }
  for (const auto& [id, change] : effects_.reading) {
    ClientSocket* connection = find(id);
    if (connection == nullptr) continue;
    connection->reading_stopped = change == ReadingChange::stop;
    if (!connection->reading_stopped && connection->readable()) schedule(*connection);
  }
  for (const ConnectionId id : effects_.close) {
    ClientSocket* connection = find(id);
    if (connection == nullptr) continue;
    connection->closing = true;
    if (connection->output().empty()) {
      forget(*connection);
    } else {
      closing_.emplace_back(now + kClosingMax, id);
    }
  }
  effects_.clear();
  for (const ConnectionId id : touched_) {
    ClientSocket* connection = find(id);
    if (connection != nullptr && connection->can_send()) (void)send_to(*connection);
  }
  touched_.clear();
}

void Host::close_overdue(Instant now) {
  size_t due = 0;
  while (due < closing_.size() && closing_[due].first <= now) {
    ClientSocket* connection = find(closing_[due++].second);
    if (connection != nullptr) forget(*connection);
  }
  closing_.erase(closing_.begin(), closing_.begin() + static_cast<std::ptrdiff_t>(due));
}

}  // namespace ottla
