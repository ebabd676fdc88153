#include "core/transaction/transaction_coordinator.h"

#include <algorithm>

#include "core/metadata/features.h"
#include "core/model/limits.h"
#include "core/transaction/transaction_records.h"
#include "core/transaction/transaction_times.h"

namespace ottla {
namespace {

constexpr int16_t kTaggedRecordsSince = 1;  // level of transaction.version

}  // namespace

TransactionCoordinator::TransactionCoordinator(TransactionContext& context, Timeline& timeline, Journal& journal)
    : context_(context), journal_(journal), hard_(timeline), self_(std::make_shared<TransactionCoordinator*>(this)) {}

TransactionPtr TransactionCoordinator::find(std::string_view id) const {
  const TransactionPtr* found = hard_.transactions.find(id);
  return found == nullptr ? nullptr : *found;
}

bool TransactionCoordinator::is_committed(std::string_view id, const TransactionPtr& transaction) const {
  const TransactionPtr* found = hard_.transactions.find_committed(id);
  return found != nullptr && *found == transaction;
}

bool TransactionCoordinator::epochs_rise_at_ends() const {
  return context_.image->feature(kTransactionVersion) >= kTransactionsV2;
}

// An open transaction may not grow so large that its end would not fit.
ErrorCode TransactionCoordinator::write(std::string_view id, Transaction next) {
  next.updated_at = wall_;
  const bool tagged = context_.image->feature(kTransactionVersion) >= kTaggedRecordsSince;
  TenantRecords records;
  add_transaction(records, id, next, tagged ? 1 : 0);
  const bool opens = next.status == TransactionStatus::ongoing;
  if (opens && records.size_in_batch() > limits::kTransactionRecordSizeMax) return ErrorCode::message_too_large;
  const ErrorCode error = journal_.write(records);
  if (error == ErrorCode::none) follow(id);
  return error;
}

// --- Soft state

void TransactionCoordinator::loaded(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  make_soft();
}

void TransactionCoordinator::rolled_back(ErrorCode) { make_soft(); }

void TransactionCoordinator::unloaded(ErrorCode) {
  *self_ = nullptr;
  soft_ = Soft();
}

void TransactionCoordinator::make_soft() {
  soft_ = Soft();
  soft_.expire_at = now_ + context_.settings.id_check_interval;
  hard_.transactions.for_each([&](const std::string& id, const TransactionPtr& transaction) {
    if (transaction->open()) follow(id);
    if (transaction->ending()) wake_at(id, now_);
    return true;
  });
}

// The clock on the wall may jump: a transaction is open for its time-out at most from when we look at it.
void TransactionCoordinator::follow(std::string_view id) {
  const TransactionPtr now = find(id);
  if (!now->ending()) {
    if (const auto found = soft_.endings.find(id); found != soft_.endings.end()) soft_.endings.erase(found);
    if (now->status != TransactionStatus::ongoing) return wake_at(id, Instant::never());
    const Duration left = now->started_at + now->timeout - wall_;
    return wake_at(id, now_ + std::clamp(left, Duration(), std::max(Duration(), now->timeout)));
  }
  soft_.endings[std::string(id)] = {{now->partitions.begin(), now->partitions.end()}, 0, kMarkerPauseFirst};
  wake_at(id, now_ + kMarkerPauseMax);
}

void TransactionCoordinator::wake_at(std::string_view id, Instant at) {
  const auto found = soft_.wake.find(id);
  if (found != soft_.wake.end()) {
    soft_.due.erase({found->second, found->first});
    if (at == Instant::never()) {
      soft_.wake.erase(found);
    } else {
      soft_.due.emplace(found->second = at, found->first);
    }
  } else if (at != Instant::never()) {
    soft_.due.emplace(at, soft_.wake.emplace(id, at).first->first);
  }
}

// --- Time

void TransactionCoordinator::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  while (!soft_.due.empty() && soft_.due.begin()->first <= now_) {
    const std::string id = soft_.due.begin()->second;
    const TransactionPtr transaction = find(id);
    if (transaction->ending()) {
      look_after_ending(id, transaction);
    } else {
      timed_out(id, *transaction);
    }
  }
  if (now_ < soft_.expire_at) return;
  soft_.expire_at = now_ + context_.settings.id_check_interval;
  expire_ids();
}

Instant TransactionCoordinator::next_deadline() const {
  const Instant next = soft_.due.empty() ? Instant::never() : soft_.due.begin()->first;
  return hard_.transactions.empty() ? next : std::min(next, soft_.expire_at);
}

}  // namespace ottla
