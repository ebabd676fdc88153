#include "cluster/net/listener.h"

#include <sys/socket.h>

#include <utility>

namespace ottla {

Listener::Listener(ListenerId id, std::string name, FileDescriptor socket, const SocketOptions& options,
                   kj::UnixEventPort& port, std::function<void()> became_ready)
    : id_(id),
      name_(std::move(name)),
      options_(options),
      became_ready_(std::move(became_ready)),
      socket_(std::move(socket)),
      observer_(port, socket_.number(), kj::UnixEventPort::FdObserver::OBSERVE_READ) {}

Listener::~Listener() { ::shutdown(socket_.number(), SHUT_RDWR); }

Result<AcceptedSocket, AcceptError> Listener::accept() {
  auto accepted = accept_from(socket_, options_);
  if (!accepted.ok() && accepted.error() == AcceptError::none_waiting) wait();
  return accepted;
}

void Listener::wait() {
  ready_ = false;
  waiting_ = observer_.whenBecomesReadable()
                 .then([this] {
                   ready_ = true;
                   became_ready_();
                 })
                 .eagerlyEvaluate(nullptr);
}

}  // namespace ottla
