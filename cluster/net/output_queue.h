// What is still to be sent on one connection, in order: bytes from memory, gathered into one system call, and slices of
// files, which the system sends itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/broker/effects.h"

namespace ottla {

class OutputQueue {
 public:
  enum class State : uint8_t {
    empty,    // all was sent
    more,     // the system would take more: this was enough for one turn
    blocked,  // the system takes no more for now
    broken,   // the connection, or a file that ends before its slice does
  };
  struct Sent {
    State state;
    size_t size;  // by this call
  };

  void push(Output output) {
    if (output.size() != 0) outputs_.push_back(std::move(output));
  }
  [[nodiscard]] bool empty() const { return first_ == outputs_.size(); }
  // Sends what the system takes, `size_max` bytes or little more.
  Sent send(int socket, size_t size_max);

 private:
  int64_t send_bytes(int socket);
  int64_t send_slice(int socket, size_t size_max);
  void consume(size_t size);

  std::vector<Output> outputs_;
  size_t first_ = 0;    // those before are sent and let go of
  size_t skipped_ = 0;  // bytes of the first that are sent
};

}  // namespace ottla
