#include "cluster/net/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "core/os/os_error.h"

namespace ottla {
namespace {

constexpr int kOn = 1;

std::string where(const std::string& host, uint16_t port) {
  const bool colons = host.find(':') != std::string::npos;
  return (colons ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Failure<NetError> failed(const char* what, const std::string& host, uint16_t port) {
  const int code = errno;
  return Failure(NetError{std::string("cannot ") + what + " " + where(host, port) + ": " + std::strerror(code),
                          code == EADDRINUSE});
}

void set(int socket, int level, int name, int value) { (void)::setsockopt(socket, level, name, &value, sizeof(value)); }

Result<FileDescriptor, NetError> bind_to(const addrinfo& address, const std::string& host, uint16_t port,
                                         const SocketOptions& options) {
  FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!socket.is_open()) return failed("open a socket for", host, port);
  set(socket.number(), SOL_SOCKET, SO_REUSEADDR, kOn);
  // Accepted sockets inherit it, and only before the handshake does it widen the window.
  if (options.receive_buffer >= 0) set(socket.number(), SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
  if (address.ai_family == AF_INET6) set(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, host.empty() ? 0 : kOn);
  if (::bind(socket.number(), address.ai_addr, address.ai_addrlen) != 0) return failed("bind", host, port);
  if (::listen(socket.number(), options.backlog) != 0) return failed("listen at", host, port);
  return socket;
}

}  // namespace

Result<FileDescriptor, NetError> listen_at(const std::string& host, uint16_t port, const SocketOptions& options) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  const int code = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), service.c_str(), &hints, &found);
  if (code != 0) {
    return Failure(NetError{"cannot resolve " + host + ": " + ::gai_strerror(code)});
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
  // A name is bound at its IPv4 address where it has one, as Java does it. Every address of the machine means both kinds,
  // which is one IPv6 socket; where there is no IPv6, it is IPv4's.
  const int first_family = host.empty() ? AF_INET6 : AF_INET;
  std::vector<const addrinfo*> order;
  for (const bool first : {true, false}) {
    for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
      if ((at->ai_family == first_family) == first) order.push_back(at);
    }
  }
  for (const addrinfo* address : order) {
    auto socket = bind_to(*address, host, port, options);
    const bool last = address == order.back();
    if (socket.ok() || last || errno != EAFNOSUPPORT) return socket;
  }
  return Failure(NetError{"cannot resolve " + host + ": it has no address"});
}

uint16_t local_port(const FileDescriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  OTTLA_ASSERT(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size) == 0, errno);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

namespace {

ClientAddress address_of(const sockaddr_storage& from) {
  char text[INET6_ADDRSTRLEN] = "";
  ClientAddress address;
  if (from.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(from);
    address.port = ntohs(six.sin6_port);
    // One machine is one address, however its packets came: caps for each address count on it.
    if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) {
      ::inet_ntop(AF_INET, six.sin6_addr.s6_addr + 12, text, sizeof(text));
    } else {
      ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof(text));
    }
  } else {
    const auto& four = reinterpret_cast<const sockaddr_in&>(from);
    address.port = ntohs(four.sin_port);
    ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof(text));
  }
  address.text = text;
  return address;
}

}  // namespace

Result<AcceptedSocket, AcceptError> accept_from(const FileDescriptor& listening, const SocketOptions& options) {
  sockaddr_storage from{};
  socklen_t size = sizeof(from);
  const int number = retry_interrupted([&] {
    size = sizeof(from);
    return ::accept4(listening.number(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  });
  if (number < 0) {
    switch (errno) {
      case EAGAIN: return Failure(AcceptError::none_waiting);
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM: return Failure(AcceptError::no_resources);
      default: return Failure(AcceptError::gone);
    }
  }
  AcceptedSocket accepted{FileDescriptor(number), address_of(from)};
  set(number, IPPROTO_TCP, TCP_NODELAY, kOn);
  set(number, SOL_SOCKET, SO_KEEPALIVE, kOn);
  if (options.send_buffer >= 0) set(number, SOL_SOCKET, SO_SNDBUF, options.send_buffer);
  return accepted;
}

}  // namespace ottla
