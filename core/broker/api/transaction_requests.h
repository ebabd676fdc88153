// Requests for the coordinators of transactions: they wait while a coordinator is loading, and are answered when what
// was decided cannot be lost.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "core/broker/ready_wait.h"
#include "core/broker/request.h"
#include "core/broker/services.h"
#include "core/broker/transaction_coordinators.h"

namespace ottla {

// How long a request waits for a load before its client is told to ask again.
inline constexpr Duration kTransactionLoadWait = Duration::from_s(5);

// An API's way to say what came of it, an error or not.
template <class M>
using SayTransaction = void (*)(Request& request, const M& asked, const TransactionAnswer& answer);

template <class M>
class TransactionRequest final : public TransactionReply {
 public:
  TransactionRequest(RequestPtr request, const M& asked, SayTransaction<M> say)
      : request_(std::move(request)), asked_(asked), say_(say) {}
  void prepare(const TransactionAnswer& answer) override { answer_ = answer; }
  void send() override { say_(*request_, asked_, answer_); }
  void refuse(ErrorCode error) override { say_(*request_, asked_, {error}); }

 private:
  RequestPtr request_;
  const M& asked_;  // in the request's arena
  SayTransaction<M> say_;
  TransactionAnswer answer_;
};

// Parks the request until some load has ended, and then begins it again.
template <class M>
void wait_for_transactions(Services& services, RequestPtr request, const M& asked, HandleAgain<M> again) {
  const Instant deadline = request->received() + kTransactionLoadWait;
  services.transactions->wake_after_load(services.parking->park(
      std::make_unique<WaitingForReady<M>>(services, std::move(request), asked, again), deadline, {}));
}

// The coordinator of the id; null: the request waits for it or was answered, and is gone.
template <class M>
TransactionCoordinator* find_coordinator(Services& services, std::string_view id, RequestPtr& request, const M& asked,
                                         SayTransaction<M> say, HandleAgain<M> again, bool last) {
  const TransactionCoordinators::Access access = services.transactions->find(id);
  if (access.loading && !last) {
    wait_for_transactions<M>(services, std::move(request), asked, again);
    return nullptr;
  }
  if (access.error == ErrorCode::none) return access.coordinator;
  say(*request, asked, {access.error});
  request.reset();
  return nullptr;
}

// Clients that do not know that a producer may be fenced hear that its epoch is an old one.
inline ErrorCode error_for(const Request& request, ErrorCode error, wire::Version fenced_since) {
  const bool unknown = error == ErrorCode::producer_fenced && request.version() < fenced_since;
  return unknown ? ErrorCode::invalid_producer_epoch : error;
}

}  // namespace ottla
