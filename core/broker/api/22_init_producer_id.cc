// InitProducerId, versions 0 to 5 (6, two-phase commit, is read and not listed).
//
// Without a transactional id every call gets a fresh id with epoch 0, of a block that the controller gave to this
// broker. With one its coordinator answers, once there is an id at hand in case that it needs one.
#include "core/wire/messages/22_init_producer_id.h"
#include "core/broker/api/transaction_requests.h"
#include "core/broker/handlers.h"
#include "core/broker/producer_ids.h"

namespace ottla {
namespace {

using Asked = wire::InitProducerIdRequest;

constexpr wire::Version kFencedSince = 4;

void say(Request& request, const Asked&, const TransactionAnswer& told) {
  wire::InitProducerIdResponse answer;
  answer.error_code = static_cast<int16_t>(error_for(request, told.error, kFencedSince));
  answer.producer_id = told.producer.producer.value();
  answer.producer_epoch = told.producer.epoch.value();
  request.answer(answer);
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  if ((asked.producer_id == -1) != (asked.producer_epoch == -1)) {
    return say(*request, asked, {ErrorCode::invalid_request});
  }
  const bool transactional = !asked.transactional_id.is_null();
  if (transactional && asked.transactional_id->empty()) return say(*request, asked, {ErrorCode::invalid_request});
  ProducerIds& ids = *services.producer_ids;
  if (ids.empty()) {
    // What makes every client try again.
    if (last) return say(*request, asked, {ErrorCode::coordinator_load_in_progress});
    return ids.wait<Asked>(services, std::move(request), asked, &handle);
  }
  if (!transactional) return say(*request, asked, {ErrorCode::none, {*ids.take(), ProducerEpoch(0)}});
  const std::string_view id = asked.transactional_id->view();
  TransactionCoordinator* coordinator = find_coordinator<Asked>(services, id, request, asked, &say, &handle, last);
  if (coordinator == nullptr) return;
  std::optional<TransactionOf> known;
  if (asked.producer_id != -1) known = {ProducerId(asked.producer_id), ProducerEpoch(asked.producer_epoch)};
  coordinator->init_producer_id(id, Duration::from_ms(asked.transaction_timeout_ms), known,
                                std::make_unique<TransactionRequest<Asked>>(std::move(request), asked, &say));
}

}  // namespace

void handle_init_producer_id(Services& services, RequestPtr request, const wire::InitProducerIdRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
