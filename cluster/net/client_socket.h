// The socket of one client: reads when there is something, sends what is waiting, and says what it wants next. It makes no
// decision; the Host does, and the Brain behind it.
//
// KJ observes edges: it tells of a change once, and only to who waits for it. So the connection waits only after the
// system said that there is nothing (EAGAIN, or fewer bytes than asked for), and until then keeps in mind that there may
// be more. What KJ's promises call is one line that notes the change: they may then be dropped at any time.
#pragma once

#include <kj/async-unix.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "cluster/net/output_queue.h"
#include "core/broker/broker.h"
#include "core/os/file_descriptor.h"

namespace ottla {

class ClientSocket {
 public:
  // Told when the system has news: the connection has work.
  class Owner {
   public:
    virtual void became_ready(ClientSocket& connection) = 0;

   protected:
    ~Owner() = default;
  };

  ClientSocket(ConnectionId id, ListenerId listener, ClientAddress address, FileDescriptor socket,
               kj::UnixEventPort& port, Owner& owner);
  // The other side sees the end, also where a forked child has a copy of the socket.
  ~ClientSocket();
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;

  [[nodiscard]] ConnectionId id() const { return id_; }
  [[nodiscard]] ListenerId listener() const { return listener_; }
  [[nodiscard]] const ClientAddress& address() const { return address_; }

  struct Read {
    size_t size;  // 0: nothing now, or ended
    bool ended;   // by the other side, or broken
  };
  Read read(std::span<uint8_t> into);
  // There may be something to read.
  [[nodiscard]] bool readable() const { return readable_; }

  OutputQueue& output() { return output_; }
  // Sends what the system takes, and waits for room where it takes no more.
  OutputQueue::Sent send(size_t size_max);
  [[nodiscard]] bool can_send() const { return !output_.empty() && writable_; }

  // Set by the owner, who also reads them.
  bool reading_stopped = false;
  bool closing = false;    // when all is sent
  bool scheduled = false;  // in the owner's list of those with work

 private:
  void wait_until_readable();
  void wait_until_writable();

  ConnectionId id_;
  ListenerId listener_;
  bool readable_ = true;
  bool writable_ = true;
  Owner& owner_;
  ClientAddress address_;
  OutputQueue output_;
  FileDescriptor socket_;  // is closed after the observer has let go of it
  kj::UnixEventPort::FdObserver observer_;
  kj::Promise<void> became_readable_ = nullptr;
  kj::Promise<void> became_writable_ = nullptr;
};

}  // namespace ottla
