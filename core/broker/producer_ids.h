// Ids for idempotent producers, given out of blocks that the controller allocates. What a restart leaves of a block is
// never used: an id is given once in the life of a cluster. One block is asked for at a time, however many wait for it.
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "core/broker/parking.h"
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

  // Whether a block is asked for, and who waits for it besides.
  [[nodiscard]] bool asking() const { return asking_; }
  void set_asking(bool asking) { asking_ = asking; }
  void add_waiting(ParkedId id) { waiting_.push_back(id); }
  std::vector<ParkedId> take_waiting() { return std::exchange(waiting_, {}); }

 private:
  std::deque<ProducerIdBlock> blocks_;
  bool asking_ = false;
  std::vector<ParkedId> waiting_;
};

}  // namespace ottla
