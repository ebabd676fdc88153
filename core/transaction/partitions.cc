// AddPartitionsToTxn and AddOffsetsToTxn: what takes part in a transaction.
#include <algorithm>
#include <iterator>

#include "core/transaction/transaction_coordinator.h"

namespace ottla {
namespace {

// What every step of a transaction needs of its producer.
ErrorCode check_producer(const Transaction* now, const TransactionOf& producer) {
  if (now == nullptr || now->producer != producer.producer) return ErrorCode::invalid_producer_id_mapping;
  if (!now->is_of(producer)) return ErrorCode::producer_fenced;
  return now->ending() ? ErrorCode::concurrent_transactions : ErrorCode::none;
}

}  // namespace

void TransactionCoordinator::add_partitions(std::string_view id, const TransactionOf& producer,
                                            std::span<const TopicPartition> partitions, int16_t client_version,
                                            TransactionReplyPtr reply) {
  if (id.empty()) return say(std::move(reply), ErrorCode::invalid_request);
  const TransactionPtr now = find(id);
  const ErrorCode refused = check_producer(now.get(), producer);
  if (refused != ErrorCode::none) return say(std::move(reply), refused);
  std::vector<TopicPartition> added(partitions.begin(), partitions.end());
  std::sort(added.begin(), added.end());
  added.erase(std::unique(added.begin(), added.end()), added.end());

  Transaction next = *now;
  next.partitions.clear();
  if (now->status == TransactionStatus::ongoing) {
    std::set_union(now->partitions.begin(), now->partitions.end(), added.begin(), added.end(),
                   std::back_inserter(next.partitions));
    // All are in: the answer still waits until that cannot be lost.
    if (next.partitions.size() == now->partitions.size()) return say(std::move(reply), ErrorCode::none);
  } else {
    next.partitions = std::move(added);
    next.started_at = wall_;
  }
  next.status = TransactionStatus::ongoing;
  next.client_version = client_version;
  say(std::move(reply), write(id, std::move(next)));
}

// What is committed counts: a leader that hears yes lets records in. That the transaction may have been ended since is
// the partition's to see, by the marker.
ErrorCode TransactionCoordinator::verify(std::string_view id, const TransactionOf& producer,
                                         const TopicPartition& partition) const {
  if (id.empty()) return ErrorCode::invalid_request;
  const TransactionPtr* found = hard_.transactions.find_committed(id);
  const Transaction* now = found == nullptr ? nullptr : found->get();
  const ErrorCode refused = check_producer(now, producer);
  if (refused != ErrorCode::none) return refused;
  return now->contains(partition) ? ErrorCode::none : ErrorCode::transaction_abortable;
}

}  // namespace ottla
