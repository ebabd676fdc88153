// Requests for the coordinators of groups: they wait while a coordinator is loading, and their answers may come much later
// than the call of the handler.
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "core/broker/group_coordinators.h"
#include "core/broker/ready_wait.h"
#include "core/broker/request.h"
#include "core/broker/services.h"

namespace ottla {

// How long a request waits for a load before its client is told to ask again.
inline constexpr Duration kGroupLoadWait = Duration::from_s(5);

// An API's way to say no to everything that was asked.
template <class M>
using RefuseGroup = void (*)(Request& request, const M& asked, ErrorCode error);

template <class M>
class RequestReply final : public GroupReply {
 public:
  RequestReply(RequestPtr request, const M& asked, RefuseGroup<M> say_no)
      : request_(std::move(request)), asked_(asked), say_no_(say_no) {}

  [[nodiscard]] wire::Version version() const override { return request_->version(); }
  wire::Arena& arena() override { return request_->arena(); }
  using GroupReply::prepare;
  void prepare(const wire::Message& message, const void* response) override {
    BytesBuffer body;
    sayable_ = wire::encode(message, response, request_->version(), body).ok();
    body_ = body.freeze();
  }
  void send() override {
    if (sayable_) return request_->answer_body(body_);
    request_->close_connection("an answer that the version cannot say");
  }
  void refuse(ErrorCode error) override { say_no_(*request_, asked_, error); }

 private:
  RequestPtr request_;
  const M& asked_;  // in the request's arena
  RefuseGroup<M> say_no_;
  bool sayable_ = true;
  Bytes body_;
};

// Parks the request until some load has ended, and then begins it again.
template <class M>
void wait_for_groups(Services& services, RequestPtr request, const M& asked, HandleAgain<M> again) {
  const Instant deadline = request->received() + kGroupLoadWait;
  services.groups->wake_after_load(services.parking->park(
      std::make_unique<WaitingForReady<M>>(services, std::move(request), asked, again), deadline, {}));
}

// For APIs that ask about one group, `asked.group_id`: `act` gets its coordinator.
template <class M>
struct OneGroup {
  using Act = void (*)(GroupCoordinator& coordinator, const M& asked, Request& request, GroupReplyPtr reply);

  template <Act act, RefuseGroup<M> refuse>
  static void handle(Services& services, RequestPtr request, const M& asked, bool last) {
    const GroupCoordinators::Access access = services.groups->find(asked.group_id.view());
    if (access.loading && !last) {
      return wait_for_groups<M>(services, std::move(request), asked, &handle<act, refuse>);
    }
    if (access.error != ErrorCode::none) return refuse(*request, asked, access.error);
    Request& kept = *request;
    act(*access.coordinator, asked, kept, std::make_unique<RequestReply<M>>(std::move(request), asked, refuse));
  }
};

}  // namespace ottla
