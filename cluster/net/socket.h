// The system's calls on sockets, with errors that a person can read. Every socket is non-blocking and closed on exec.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/broker/broker.h"
#include "core/os/file_descriptor.h"

namespace ottla {

struct NetError {
  std::string text;  // what failed, where, and why
  bool address_in_use = false;
};

struct SocketOptions {
  int backlog = 50;
  int send_buffer = -1;  // -1: the system's choice, which grows with need
  int receive_buffer = -1;
};

// A socket that listens. An empty host is every address of the machine; port 0 is any free one.
Result<FileDescriptor, NetError> listen_at(const std::string& host, uint16_t port, const SocketOptions& options);

[[nodiscard]] uint16_t local_port(const FileDescriptor& socket);

struct AcceptedSocket {
  FileDescriptor socket;
  ClientAddress address;
};
enum class AcceptError : uint8_t {
  none_waiting,
  gone,          // it went before it was taken: go on
  no_resources,  // descriptors or memory: later
};
Result<AcceptedSocket, AcceptError> accept_from(const FileDescriptor& listening, const SocketOptions& options);

}  // namespace ottla
