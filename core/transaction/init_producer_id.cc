// InitProducerId: a producer comes, or goes on after an error.
#include "core/model/limits.h"
#include "core/transaction/transaction_coordinator.h"

namespace ottla {
namespace {

enum class Known : uint8_t { current, answered_before, fenced };

// Whether `known` is the producer that was here last. Its answer may have been lost: then the epoch that it was to have
// is the current one already, and it can have it, since nobody else has (previous_producer says so).
Known compare(const Transaction& now, const TransactionOf& known) {
  const bool same_id = known.producer == now.producer;
  if (same_id && known.epoch == now.epoch) return Known::current;
  if (known.producer != now.previous_producer) return Known::fenced;
  const bool after =
      same_id ? known.epoch + 1 == now.epoch : known.epoch.value() >= INT16_MAX - 1 && now.epoch.value() == 0;
  return after ? Known::answered_before : Known::fenced;
}

}  // namespace

void TransactionCoordinator::init_producer_id(std::string_view id, Duration timeout,
                                              const std::optional<TransactionOf>& known, TransactionReplyPtr reply) {
  if (id.empty()) return say(std::move(reply), ErrorCode::invalid_request);
  if (timeout <= Duration() || timeout > context_.settings.timeout_max) {
    return say(std::move(reply), ErrorCode::invalid_transaction_timeout);
  }
  const TransactionPtr now = find(id);
  Transaction next;
  bool new_id = now == nullptr;
  if (now == nullptr) {
    if (hard_.transactions.size() >= limits::kTransactionalIdsMax) {
      return say(std::move(reply), ErrorCode::policy_violation);
    }
  } else {
    const Known what = known ? compare(*now, *known) : Known::current;
    if (what == Known::fenced) return say(std::move(reply), ErrorCode::producer_fenced);
    if (now->ending()) return say(std::move(reply), ErrorCode::concurrent_transactions);
    if (now->status == TransactionStatus::ongoing) {
      // Of a producer that has gone on meanwhile this is an old request; it must not end what is open now.
      if (what == Known::answered_before) return say(std::move(reply), ErrorCode::producer_fenced);
      const ErrorCode error = fence(id, *now);
      return say(std::move(reply), error == ErrorCode::none ? ErrorCode::concurrent_transactions : error);
    }
    next = *now;
    if (what == Known::current) {
      new_id = now->epochs_used_up();
      next.epoch = now->next_epoch();
      next.previous_producer = known ? now->producer : kNoProducer;
    }
  }
  if (new_id) {
    const auto fresh = context_.producer_ids->take();
    if (!fresh) return say(std::move(reply), ErrorCode::coordinator_load_in_progress);
    next.producer = *fresh;
    next.epoch = ProducerEpoch(0);
  }
  next.timeout = timeout;
  next.status = TransactionStatus::empty;
  next.partitions.clear();
  next.started_at = Timestamp::none();
  const ErrorCode error = write(id, next);
  if (error != ErrorCode::none) return say(std::move(reply), error);
  say(std::move(reply), TransactionAnswer{error, {next.producer, next.epoch}});
}

}  // namespace ottla
