// Ids for idempotent producers, given out of blocks that the controller allocates. What a restart leaves of a block is
// never used: an id is given once in the life of a cluster.
#pragma once

#include <deque>
#include <optional>

#include "core/controller/channel.h"
#include "core/model/ids.h"

namespace ottla {

class ProducerIds {
 public:
  // Nothing: a block is to be asked for.
  std::optional<ProducerId> take() {
    while (!blocks_.empty() && blocks_.front().count == 0) blocks_.pop_front();
    if (blocks_.empty()) return std::nullopt;
    ProducerIdBlock& block = blocks_.front();
    const ProducerId id = block.first;
    block.first = ProducerId(id.value() + 1);
    --block.count;
    return id;
  }
  void add(const ProducerIdBlock& block) { blocks_.push_back(block); }

 private:
  std::deque<ProducerIdBlock> blocks_;
};

}  // namespace ottla
