// Who asked the group coordinator for something. An answer is encoded when it is made, in the asker's version, and goes out
// later: what it was made of may change meanwhile.
#pragma once

#include <memory>
#include <string_view>

#include "core/state_machine/tenant.h"
#include "core/wire/codec.h"

namespace ottla {

class GroupReply : public Reply {
 public:
  [[nodiscard]] virtual wire::Version version() const = 0;
  // For what an answer is made of; good as long as the reply.
  virtual wire::Arena& arena() = 0;

  template <wire::WireMessage M>
  void prepare(const M& response) {
    prepare(wire::message_of<M>(), &response);
  }
  virtual void prepare(const wire::Message& message, const void* response) = 0;
};
using GroupReplyPtr = std::unique_ptr<GroupReply>;

// The client that asks, as members are told of to people.
struct GroupClient {
  std::string_view id;
  std::string_view host;  // "127.0.0.1"
};

}  // namespace ottla
