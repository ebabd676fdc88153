// What people ask about transactions.
#include "core/transaction/transaction_coordinator.h"

namespace ottla {

// While a transaction ends, of its partitions those that wait for their marker are told.
void TransactionCoordinator::describe(std::string_view id, wire::Arena& arena,
                                      wire::DescribeTransactionsResponse::TransactionState& told) const {
  told.transactional_id = arena.copy(id);
  const TransactionPtr* found = hard_.transactions.find_committed(id);
  if (id.empty() || found == nullptr) {
    told.error_code =
        static_cast<int16_t>(id.empty() ? ErrorCode::invalid_request : ErrorCode::transactional_id_not_found);
    return;
  }
  const Transaction& transaction = **found;
  told.transaction_state = name_of(transaction.status);
  told.transaction_timeout_ms = static_cast<int32_t>(transaction.timeout.ms());
  told.transaction_start_time_ms = transaction.started_at.ms();
  told.producer_id = transaction.producer.value();
  told.producer_epoch = transaction.epoch.value();
  const auto ending = soft_.endings.find(id);
  const bool ends = transaction.ending() && ending != soft_.endings.end();
  const auto waits = [&](const TopicPartition& partition) {
    return !ends || ending->second.unwritten.contains(partition);
  };
  using Topic = wire::DescribeTransactionsResponse::Topic;
  const auto topics = arena.array<Topic>(transaction.partitions.size());
  const auto indexes = arena.array<int32_t>(transaction.partitions.size());
  size_t topic_count = 0;
  size_t index_count = 0;
  size_t first = 0;  // of the topic's indexes
  for (const TopicPartition& partition : transaction.partitions) {
    if (!waits(partition)) continue;
    if (topic_count == 0 || topics[topic_count - 1].topic.view() != partition.topic) {
      topics[topic_count++].topic = arena.copy(partition.topic);
      first = index_count;
    }
    indexes[index_count++] = partition.partition.value();
    topics[topic_count - 1].partitions = indexes.subspan(first, index_count - first);
  }
  told.topics = topics.first(topic_count);
}

}  // namespace ottla
