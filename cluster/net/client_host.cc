#include "cluster/net/client_host.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "core/os/os_error.h"
#include "core/os/posix_clock.h"

namespace ottla {

// What is asked of the client before its first turn counts its time from here.
ClientHost::ClientHost(Client& client) : client_(client), buffer_(kReadMax) { client_.tick(monotonic_now()); }

bool ClientHost::run_until(const std::function<bool()>& done, Duration limit) {
  const Instant deadline = monotonic_now() + limit;
  while (true) {
    const Instant now = monotonic_now();
    client_.tick(now);
    perform();
    if (done()) return true;
    if (now >= deadline) return false;
    client_.tick(monotonic_now());  // `done` may have asked for something
    perform();
    wait(std::min(deadline, client_.next_deadline()));
  }
}

void ClientHost::perform() {
  client_.take_effects(effects_);
  for (const auto& [id, endpoint] : effects_.connect) connect(id, endpoint);
  for (auto& [id, bytes] : effects_.outputs) {
    const auto at = sockets_.find(id);
    if (at != sockets_.end()) at->second.output.push({{}, std::move(bytes), {}});
  }
  for (const ClientConnectionId id : effects_.close) sockets_.erase(id);
  effects_.clear();
  std::vector<ClientConnectionId> broken;
  for (auto& [id, socket] : sockets_) {
    if (!socket.connecting && !send_to(socket)) broken.push_back(id);
  }
  for (const ClientConnectionId id : broken) lose(id);
}

void ClientHost::connect(ClientConnectionId id, const ClientEndpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found) != 0) {
    return client_.network().disconnected(id);
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
  FileDescriptor descriptor(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor.is_open()) return client_.network().disconnected(id);
  const int on = 1;
  (void)::setsockopt(descriptor.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(descriptor.number(), found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS) {
    return client_.network().disconnected(id);
  }
  sockets_.emplace(id, Socket{std::move(descriptor), true, {}});
}

void ClientHost::wait(Instant until) {
  std::vector<pollfd> looks;
  std::vector<ClientConnectionId> ids;
  for (const auto& [id, socket] : sockets_) {
    const bool writes = socket.connecting || !socket.output.empty();
    looks.push_back({socket.descriptor.number(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0});
    ids.push_back(id);
  }
  // Rounded up: to wake before the deadline would be to turn in vain.
  const Duration left = std::max(until - monotonic_now(), Duration());
  const int64_t ms = std::min<int64_t>((left + Duration::from_ns(999'999)).ms(), 1000);
  if (::poll(looks.data(), looks.size(), static_cast<int>(ms)) <= 0) return;
  client_.tick(monotonic_now());
  for (size_t at = 0; at < ids.size(); ++at) {
    if (looks[at].revents != 0) look_at(ids[at], looks[at].revents);
  }
}

void ClientHost::look_at(ClientConnectionId id, short events) {
  const auto at = sockets_.find(id);
  if (at == sockets_.end()) return;
  if (at->second.connecting && !finish_connecting(id, at->second)) return;
  if ((events & POLLOUT) != 0 && !send_to(at->second)) return lose(id);
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) read_from(id);
}

bool ClientHost::finish_connecting(ClientConnectionId id, Socket& socket) {
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(socket.descriptor.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
    lose(id);
    return false;
  }
  socket.connecting = false;
  client_.network().connected(id);
  return true;
}

void ClientHost::read_from(ClientConnectionId id) {
  const int number = sockets_.at(id).descriptor.number();
  const int64_t size = retry_interrupted([&] { return ::recv(number, buffer_.data(), buffer_.size(), 0); });
  if (size > 0) return client_.network().received(id, {buffer_.data(), static_cast<size_t>(size)});
  if (size == 0 || errno != EAGAIN) lose(id);
}

bool ClientHost::send_to(Socket& socket) {
  return socket.output.send(socket.descriptor.number(), SIZE_MAX).state != OutputQueue::State::broken;
}

void ClientHost::lose(ClientConnectionId id) {
  sockets_.erase(id);
  client_.network().disconnected(id);
}

}  // namespace ottla
