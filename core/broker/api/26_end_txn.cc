// EndTxn, versions 0 to 5: commits or aborts a transaction; answered when that is decided for good. From version 5 on
// (transactions v2) the answer names the producer of the next transaction.
#include "core/wire/messages/26_end_txn.h"
#include "core/broker/api/transaction_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::EndTxnRequest;

constexpr wire::Version kFencedSince = 2;
constexpr wire::Version kV2Since = 5;

void say(Request& request, const Asked&, const TransactionAnswer& told) {
  wire::EndTxnResponse answer;
  answer.error_code = static_cast<int16_t>(error_for(request, told.error, kFencedSince));
  if (request.version() >= kV2Since) {
    answer.producer_id = told.producer.producer.value();
    answer.producer_epoch = told.producer.epoch.value();
  }
  request.answer(answer);
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  const std::string_view id = asked.transactional_id.view();
  TransactionCoordinator* coordinator = find_coordinator<Asked>(services, id, request, asked, &say, &handle, last);
  if (coordinator == nullptr) return;
  const int16_t client_version = request->version() >= kV2Since ? kTransactionsV2 : int16_t{0};
  const TransactionOf producer{ProducerId(asked.producer_id), ProducerEpoch(asked.producer_epoch)};
  coordinator->end(id, producer, asked.committed, client_version,
                   std::make_unique<TransactionRequest<Asked>>(std::move(request), asked, &say));
}

}  // namespace

void handle_end_txn(Services& services, RequestPtr request, const wire::EndTxnRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
