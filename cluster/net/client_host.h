// Drives a Client (core/client) on sockets of its own, in the thread that waits for it: for programs that do one thing
// after another, as verbs and tests do.
//
//   ClientHost host(client);
//   host.run_until([&] { return created.has_value(); }, Duration::from_s(10));
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "cluster/net/output_queue.h"
#include "core/client/client.h"
#include "core/os/file_descriptor.h"

namespace ottla {

class ClientHost {
 public:
  explicit ClientHost(Client& client);

  // Turns, until `done`, which is asked after each. False: `limit` has come before.
  bool run_until(const std::function<bool()>& done, Duration limit);

 private:
  static constexpr size_t kReadMax = size_t{256} * 1024;
  struct Socket {
    FileDescriptor descriptor;
    bool connecting = true;
    OutputQueue output;
  };
  using Sockets = std::map<ClientConnectionId, Socket>;

  void perform();
  void connect(ClientConnectionId id, const ClientEndpoint& endpoint);
  void wait(Instant until);
  void look_at(ClientConnectionId id, short events);
  bool finish_connecting(ClientConnectionId id, Socket& socket);
  void read_from(ClientConnectionId id);
  bool send_to(Socket& socket);
  void lose(ClientConnectionId id);

  Client& client_;
  ClientEffects effects_;
  Sockets sockets_;
  std::vector<uint8_t> buffer_;
};

}  // namespace ottla
