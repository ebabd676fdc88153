// Requests that need logs which are still being recovered: they wait, and begin again when the logs are ready.
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "core/broker/parking.h"
#include "core/broker/request.h"
#include "core/broker/services.h"

namespace ottla {

// Long enough for the recovery of a large partition; then the client is told to ask again.
inline constexpr Duration kReadyWaitMax = Duration::from_s(30);

// The handler once more: with `last` it answers whatever is not ready.
template <class M>
using HandleAgain = void (*)(Services&, RequestPtr, const M&, bool last);

template <class M>
class WaitingForReady final : public Parked {
 public:
  WaitingForReady(Services& services, RequestPtr request, const M& asked, HandleAgain<M> again)
      : services_(services), request_(std::move(request)), asked_(asked), again_(again) {}

  bool wake(Wake why, LogNumber) override {
    again_(services_, std::move(request_), asked_, why == Wake::deadline || why == Wake::stopping);
    return true;
  }

 private:
  Services& services_;
  RequestPtr request_;
  const M& asked_;  // in the request's arena
  HandleAgain<M> again_;
};

template <class M>
void wait_until_ready(Services& services, RequestPtr request, const M& asked, std::span<const LogNumber> logs,
                      HandleAgain<M> again) {
  const Instant deadline = request->received() + kReadyWaitMax;
  services.parking->park(std::make_unique<WaitingForReady<M>>(services, std::move(request), asked, again), deadline,
                         logs);
}

}  // namespace ottla
