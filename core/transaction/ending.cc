// EndTxn, and transactions that are ended for their producers: by a time-out, or by who comes in their place.
#include "core/transaction/transaction_coordinator.h"
#include "core/transaction/transaction_times.h"

namespace ottla {
namespace {

TransactionStatus decided(bool commit) {
  return commit ? TransactionStatus::prepare_commit : TransactionStatus::prepare_abort;
}
TransactionStatus done(bool commit) {
  return commit ? TransactionStatus::complete_commit : TransactionStatus::complete_abort;
}

}  // namespace

// The epoch stays from one transaction to the next, so a request to end one that has ended may be the last one again.
TransactionCoordinator::Decision TransactionCoordinator::decide(const Transaction& now, const TransactionOf& producer,
                                                                bool commit) {
  if (now.producer != producer.producer) return {ErrorCode::invalid_producer_id_mapping};
  if (!now.is_of(producer)) return {ErrorCode::producer_fenced};
  if (now.status == TransactionStatus::ongoing) return {};
  if (now.status == decided(commit)) return {ErrorCode::concurrent_transactions};
  if (now.status == done(commit)) return {ErrorCode::none, true};
  return {ErrorCode::invalid_txn_state};
}

// Every end has an epoch of its own, which tells the last request again (its epoch is one below) from the next one:
// that may abort a transaction that nothing was written in, and commit none.
TransactionCoordinator::Decision TransactionCoordinator::decide_v2(const Transaction& now,
                                                                   const TransactionOf& producer, bool commit) {
  const bool current = now.is_of(producer);
  const bool raised_since = now.producer == producer.producer && now.epoch == producer.epoch + 1;
  const bool replaced_since = now.producer != producer.producer && now.previous_producer == producer.producer &&
                              producer.epoch.value() == INT16_MAX - 1 && now.epoch.value() == 0;
  if (now.producer != producer.producer && !replaced_since) return {ErrorCode::invalid_producer_id_mapping};
  switch (now.status) {
    case TransactionStatus::ongoing: return {current ? ErrorCode::none : ErrorCode::producer_fenced};
    case TransactionStatus::prepare_commit:
    case TransactionStatus::prepare_abort:
      if (!raised_since) return {ErrorCode::producer_fenced};
      return {now.status == decided(commit) ? ErrorCode::concurrent_transactions : ErrorCode::invalid_txn_state};
    case TransactionStatus::complete_commit:
    case TransactionStatus::complete_abort:
      if (raised_since || replaced_since) {
        if (now.status != done(commit)) return {ErrorCode::invalid_txn_state};
        return {ErrorCode::none, true};
      }
      break;
    default: break;
  }
  if (!current) return {ErrorCode::producer_fenced};
  return {commit ? ErrorCode::invalid_txn_state : ErrorCode::none};
}

void TransactionCoordinator::end(std::string_view id, const TransactionOf& producer, bool commit,
                                 int16_t client_version, TransactionReplyPtr reply) {
  if (id.empty()) return say(std::move(reply), ErrorCode::invalid_request);
  const TransactionPtr now = find(id);
  if (now == nullptr) return say(std::move(reply), ErrorCode::invalid_producer_id_mapping);
  const bool v2 = client_version >= kTransactionsV2 && epochs_rise_at_ends();
  const Decision decision = v2 ? decide_v2(*now, producer, commit) : decide(*now, producer, commit);
  ErrorCode error = decision.error;
  if (error == ErrorCode::none && !decision.again) error = prepare(id, *now, commit, v2);
  if (error != ErrorCode::none) return say(std::move(reply), error);
  const TransactionPtr next = find(id);
  TransactionOf goes_on{next->producer, next->epoch};
  if (next->next_producer != kNoProducer) goes_on = {next->next_producer, ProducerEpoch(0)};
  say(std::move(reply), TransactionAnswer{error, goes_on});
}

// The decision. When it is committed, markers go out.
class TransactionCoordinator::Prepared final : public Reply {
 public:
  Prepared(TransactionCoordinator& coordinator, std::string_view id) : coordinator_(coordinator), id_(id) {}
  void send() override { coordinator_.prepared(id_); }
  void refuse(ErrorCode) override {}  // lost; or late, and then it is looked for
 private:
  TransactionCoordinator& coordinator_;  // which goes after those who wait at its journal
  std::string id_;
};

ErrorCode TransactionCoordinator::prepare(std::string_view id, const Transaction& now, bool commit, bool v2) {
  Transaction next = now;
  if (v2) {
    if (now.epochs_used_up()) {
      const auto fresh = context_.producer_ids->take();
      if (!fresh) return ErrorCode::coordinator_load_in_progress;
      next.next_producer = *fresh;
    }
    next.previous_producer = now.producer;
    next.epoch = now.next_epoch();
  }
  if (now.status != TransactionStatus::ongoing) next.started_at = wall_;
  next.status = decided(commit);
  next.client_version = v2 ? kTransactionsV2 : 0;
  return write_decision(id, std::move(next));
}

// An abort with a higher epoch, so that the producer cannot go on as if nothing had happened.
ErrorCode TransactionCoordinator::fence(std::string_view id, const Transaction& now) {
  if (epochs_rise_at_ends()) return prepare(id, now, false, true);
  Transaction next = now;
  next.previous_producer = kNoProducer;
  next.epoch = now.next_epoch();
  next.status = TransactionStatus::prepare_abort;
  next.client_version = 0;
  return write_decision(id, std::move(next));
}

ErrorCode TransactionCoordinator::write_decision(std::string_view id, Transaction next) {
  const ErrorCode error = write(id, std::move(next));
  if (error == ErrorCode::none) journal_.answer(std::make_unique<Prepared>(*this, id));
  return error;
}

void TransactionCoordinator::timed_out(const std::string& id, const Transaction& now) {
  const ErrorCode error = fence(id, now);
  if (error != ErrorCode::none) return wake_at(id, now_ + kMarkerPauseMax);
  context_.sink->info("transaction", "aborted at its time-out",
                      {{"id", id}, {"producer", now.producer.value()}, {"epoch", now.epoch.value()}});
}

}  // namespace ottla
