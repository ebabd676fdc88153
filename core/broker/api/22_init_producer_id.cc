// InitProducerId, versions 0 to 5 (6, two-phase commit, is read and not listed).
//
// Without a transactional id every call gets a fresh id with epoch 0, of a block that the controller gave to this broker.
// With one: COORDINATOR_NOT_AVAILABLE, which clients retry, until there are transaction coordinators.

#include <utility>

#include "core/broker/handlers.h"
#include "core/broker/producer_ids.h"
#include "core/broker/services.h"
#include "core/wire/messages/22_init_producer_id.h"

namespace ottla {
namespace {

using Answered = wire::InitProducerIdResponse;

constexpr Duration kBlockWaitMax = Duration::from_s(10);

void refuse(Request& request, ErrorCode error) {
  Answered answer;
  answer.error_code = static_cast<int16_t>(error);
  answer.producer_epoch = -1;
  request.answer(answer);
}

void give(Request& request, ProducerId id) {
  Answered answer;
  answer.producer_id = id.value();
  request.answer(answer);
}

void wait(Services& services, RequestPtr request);

// Waits for the block that another request has asked for.
class WaitingForId final : public Parked {
 public:
  WaitingForId(Services& services, RequestPtr request) : services_(services), request_(std::move(request)) {}

  bool wake(Wake why, LogNumber) override {
    const auto id = services_.producer_ids->take();
    if (id.has_value()) {
      give(*request_, *id);
    } else if (why == Wake::noticed) {  // there was one, for others
      wait(services_, std::move(request_));
    } else {
      refuse(*request_, ErrorCode::coordinator_load_in_progress);  // what makes every client try again
    }
    return true;
  }

 private:
  Services& services_;
  RequestPtr request_;
};

class AskingForBlock final : public Parked {
 public:
  AskingForBlock(Services& services, RequestPtr request) : services_(services), request_(std::move(request)) {}

  bool wake(Wake why, LogNumber) override {
    refuse(*request_, ErrorCode::coordinator_load_in_progress);
    wake_others(why);
    return true;
  }
  bool answered(const ControllerResponse& response) override {
    const auto* block = std::get_if<ProducerIdBlock>(&response.what);
    if (response.error != ErrorCode::none || block == nullptr || block->count <= 0) {
      return wake(Wake::answered, LogNumber(0));
    }
    services_.producer_ids->add(*block);
    give(*request_, *services_.producer_ids->take());
    wake_others(Wake::noticed);
    return true;
  }

 private:
  void wake_others(Wake why) {
    services_.producer_ids->set_asking(false);
    for (const ParkedId id : services_.producer_ids->take_waiting()) services_.parking->wake(id, why);
  }

  Services& services_;
  RequestPtr request_;
};

void wait(Services& services, RequestPtr request) {
  ProducerIds& ids = *services.producer_ids;
  const Instant deadline = services.now + kBlockWaitMax;
  if (ids.asking()) {
    auto waiting = std::make_unique<WaitingForId>(services, std::move(request));
    return ids.add_waiting(services.parking->park(std::move(waiting), deadline, {}));
  }
  ids.set_asking(true);
  services.parking->ask_controller({.what = AllocateProducerIds{.id = services.self, .epoch = services.broker_epoch}},
                                   std::make_unique<AskingForBlock>(services, std::move(request)), deadline);
}

}  // namespace

void handle_init_producer_id(Services& services, RequestPtr request, const wire::InitProducerIdRequest& asked) {
  if (asked.transactional_id) {
    const bool empty = asked.transactional_id->empty();
    return refuse(*request, empty ? ErrorCode::invalid_request : ErrorCode::coordinator_not_available);
  }
  if ((asked.producer_id == -1) != (asked.producer_epoch == -1)) return refuse(*request, ErrorCode::invalid_request);
  if (const auto id = services.producer_ids->take(); id.has_value()) return give(*request, *id);
  wait(services, std::move(request));
}

}  // namespace ottla
