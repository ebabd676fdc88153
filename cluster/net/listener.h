// A listening socket on the loop: says when somebody waits, and hands out who was accepted.
#pragma once

#include <kj/async-unix.h>

#include <functional>
#include <string>

#include "cluster/net/socket.h"
#include "core/broker/effects.h"

namespace ottla {

class Listener {
 public:
  // `became_ready` is told when the system has somebody waiting.
  Listener(ListenerId id, std::string name, FileDescriptor socket, const SocketOptions& options,
           kj::UnixEventPort& port, std::function<void()> became_ready);
  // Who connects is refused from now on, also where a forked child has a copy of the socket.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] ListenerId id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return name_; }

  Result<AcceptedSocket, AcceptError> accept();
  // Somebody may wait.
  [[nodiscard]] bool ready() const { return ready_; }

  // Nobody is taken before, by the owner's decision; never(): until it says otherwise.
  Instant not_before;

 private:
  void wait();

  ListenerId id_;
  std::string name_;
  SocketOptions options_;
  std::function<void()> became_ready_;
  bool ready_ = true;
  FileDescriptor socket_;
  kj::UnixEventPort::FdObserver observer_;
  kj::Promise<void> waiting_ = nullptr;
};

}  // namespace ottla
