#include "cluster/net/client_socket.h"

#include <sys/socket.h>

#include <cerrno>

#include "core/os/os_error.h"

namespace ottla {

ClientSocket::ClientSocket(ConnectionId id, ListenerId listener, ClientAddress address, FileDescriptor socket,
                           kj::UnixEventPort& port, Owner& owner)
    : id_(id),
      listener_(listener),
      owner_(owner),
      address_(std::move(address)),
      socket_(std::move(socket)),
      observer_(port, socket_.number(), kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE) {}

ClientSocket::~ClientSocket() { ::shutdown(socket_.number(), SHUT_RDWR); }

ClientSocket::Read ClientSocket::read(std::span<uint8_t> into) {
  const int64_t size = retry_interrupted([&] { return ::recv(socket_.number(), into.data(), into.size(), 0); });
  if (size == 0 || (size < 0 && errno != EAGAIN)) return {0, true};
  if (size < 0) {
    wait_until_readable();
    return {0, false};
  }
  const auto count = static_cast<size_t>(size);
  // An end that was seen already comes with no further edge: it is read next.
  const bool at_end = observer_.atEndHint().orDefault(false);
  if (count < into.size() && !at_end) wait_until_readable();
  return {count, false};
}

OutputQueue::Sent ClientSocket::send(size_t size_max) {
  const OutputQueue::Sent sent = output_.send(socket_.number(), size_max);
  if (sent.state == OutputQueue::State::blocked) wait_until_writable();
  return sent;
}

void ClientSocket::wait_until_readable() {
  readable_ = false;
  became_readable_ = observer_.whenBecomesReadable()
                         .then([this] {
                           readable_ = true;
                           owner_.became_ready(*this);
                         })
                         .eagerlyEvaluate(nullptr);
}

void ClientSocket::wait_until_writable() {
  writable_ = false;
  became_writable_ = observer_.whenBecomesWritable()
                         .then([this] {
                           writable_ = true;
                           owner_.became_ready(*this);
                         })
                         .eagerlyEvaluate(nullptr);
}

}  // namespace ottla
