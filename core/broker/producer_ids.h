// Ids for producers, given out of blocks that the controller allocates. What a restart leaves of a block is never used:
// an id is given once in the life of a cluster. One block is asked for at a time, however many wait for it.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/broker/ready_wait.h"
#include "core/controller/channel.h"
#include "core/model/ids.h"

namespace ottla {

// How long a request waits for a block before its client is told to ask again.
inline constexpr Duration kProducerIdWaitMax = Duration::from_s(10);

class ProducerIds {
 public:
  [[nodiscard]] bool empty() const { return blocks_.empty(); }
  // Nothing: a block is to be asked for.
  std::optional<ProducerId> take();
  // Asks for one, unless one is on its way.
  void ask(Services& services);

  // Begins the request again when a block is there. When there will be none, for the last time.
  template <class M>
  void wait(Services& services, RequestPtr request, const M& asked, HandleAgain<M> again) {
    const Instant deadline = request->received() + kProducerIdWaitMax;
    waiting_.push_back(services.parking->park(
        std::make_unique<WaitingForReady<M>>(services, std::move(request), asked, again), deadline, {}));
    ask(services);
  }

 private:
  class AskingForBlock;
  void end_asking(Services& services, Parked::Wake why);

  std::deque<ProducerIdBlock> blocks_;  // none is empty
  bool asking_ = false;
  std::vector<ParkedId> waiting_;
};

}  // namespace ottla
