// Whether a Kafka broker answers at an address, asked as any client would: ApiVersions, version 0.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

inline uint16_t port_of(const std::string& servers) {
  return static_cast<uint16_t>(std::strtol(servers.substr(servers.rfind(':') + 1).c_str(), nullptr, 10));
}

inline sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A connected socket, or -1.
inline int connect_to(const std::string& servers) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port_of(servers));
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return socket;
  ::close(socket);
  return -1;
}

// Asks on a connected socket; true when the answer to just this request came.
inline bool ask_versions(int socket) {
  // size, api key 18, version 0, correlation 77, no client id
  const unsigned char request[] = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 77, 0xff, 0xff};
  if (::send(socket, request, sizeof(request), MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof(request))) return false;
  unsigned char answer[10];
  if (::recv(socket, answer, sizeof(answer), MSG_WAITALL) != static_cast<ssize_t>(sizeof(answer))) return false;
  return answer[7] == 77 && answer[8] == 0 && answer[9] == 0;  // correlation, no error
}

inline bool answers(const std::string& servers) {
  const int socket = connect_to(servers);
  if (socket < 0) return false;
  const bool answered = ask_versions(socket);
  ::close(socket);
  return answered;
}

// Can somebody else listen there now?
inline bool is_free(uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const sockaddr_in address = loopback(port);
  const bool free =
      ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 && ::listen(socket, 1) == 0;
  ::close(socket);
  return free;
}
