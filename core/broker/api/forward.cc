#include "core/broker/api/forward.h"

#include <algorithm>

namespace ottla {
namespace {

class Forwarded final : public Parked {
 public:
  Forwarded(RequestPtr request, const void* asked, RefuseForwarded refuse)
      : request_(std::move(request)), asked_(asked), refuse_(refuse) {}

  // In time or not, the controller may still do it: who asks must look before asking again.
  bool wake(Wake why, LogNumber) override {
    if (why == Wake::stopping) {
      refuse_(*request_, asked_, ErrorCode::not_controller, "This broker is stopping.");
    } else {
      refuse_(*request_, asked_, ErrorCode::request_timed_out, "The controller did not answer in time.");
    }
    return true;
  }

  bool answered(const ControllerResponse& answer) override {
    if (answer.error == ErrorCode::none) {
      request_->answer_body(answer.body);
    } else {
      refuse_(*request_, asked_, answer.error, request_->arena().copy(answer.message));
    }
    return true;
  }

 private:
  RequestPtr request_;
  const void* asked_;  // in the request's arena
  RefuseForwarded refuse_;
};

}  // namespace

void forward(Services& services, RequestPtr request, const void* asked, int64_t timeout_ms, RefuseForwarded refuse) {
  const Duration wait = std::max(Duration::from_ms(timeout_ms), kControllerWaitMin);
  ForwardedRequest forwarded;
  forwarded.api_key = request->header().api_key;
  forwarded.api_version = request->version();
  forwarded.body = request->frame().slice_of(request->body());
  forwarded.principal = request->principal();
  forwarded.client_id = request->client_id();
  forwarded.timeout_ms = wait.ms();
  services.parking->ask_controller({std::move(forwarded)},
                                   std::make_unique<Forwarded>(std::move(request), asked, refuse), services.now + wait);
}

}  // namespace ottla
