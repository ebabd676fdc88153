// What was decided is told to the partitions.
#include "core/transaction/transaction_coordinator.h"
#include "core/transaction/transaction_times.h"

namespace ottla {

class TransactionCoordinator::Told final : public MarkerReply {
 public:
  Told(std::shared_ptr<TransactionCoordinator*> coordinator, std::string id, uint64_t question)
      : coordinator_(std::move(coordinator)), id_(std::move(id)), question_(question) {}
  ~Told() override {
    if (*coordinator_ != nullptr) (*coordinator_)->question_ended(id_, question_);
  }
  void told(const TopicPartition& partition, ErrorCode error) override {
    if (*coordinator_ != nullptr) (*coordinator_)->told(id_, question_, partition, error);
  }

 private:
  std::shared_ptr<TransactionCoordinator*> coordinator_;
  std::string id_;
  uint64_t question_;
};

void TransactionCoordinator::prepared(const std::string& id) {
  const auto found = soft_.endings.find(id);
  if (found != soft_.endings.end() && found->second.question == 0) wake_at(id, now_);
}

void TransactionCoordinator::look_after_ending(const std::string& id, const TransactionPtr& transaction) {
  if (!is_committed(id, transaction)) return wake_at(id, now_ + kMarkerPauseMax);
  Ending& ending = soft_.endings.find(id)->second;
  std::erase_if(ending.unwritten, [&](const TopicPartition& partition) { return is_gone(partition); });
  if (ending.unwritten.empty()) return complete(id);
  TransactionMarkers markers{.producer = {transaction->producer, transaction->epoch},
                             .commit = transaction->status == TransactionStatus::prepare_commit,
                             .coordinator_epoch = journal_.epoch(),
                             .transaction_version = transaction->client_version,
                             .partitions = {ending.unwritten.begin(), ending.unwritten.end()}};
  ending.question = ++question_count_;
  wake_at(id, Instant::never());
  // The answer may come from inside, and the ending go.
  context_.markers->write_markers(markers, std::make_unique<Told>(self_, id, ending.question));
}

bool TransactionCoordinator::is_gone(const TopicPartition& partition) const {
  const TopicImage* topic = context_.image->find_topic(partition.topic);
  return topic == nullptr || topic->find(partition.partition) == nullptr;
}

void TransactionCoordinator::told(const std::string& id, uint64_t question, const TopicPartition& partition,
                                  ErrorCode error) {
  const auto found = soft_.endings.find(id);
  if (found == soft_.endings.end() || found->second.question != question) return;
  if (error != ErrorCode::none) {
    context_.sink->debug("transaction", "a marker was refused",
                         {{"id", id}, {"partition", partition.text()}, {"why", error_name(error)}});
  }
  if (error != ErrorCode::none && error != ErrorCode::invalid_producer_epoch) return;
  found->second.unwritten.erase(partition);
  if (found->second.unwritten.empty()) complete(id);
}

void TransactionCoordinator::question_ended(const std::string& id, uint64_t question) {
  const auto found = soft_.endings.find(id);
  if (found == soft_.endings.end() || found->second.question != question) return;
  Ending& ending = found->second;
  ending.question = 0;
  wake_at(id, now_ + ending.pause);
  ending.pause = std::min(ending.pause * 2, kMarkerPauseMax);
}

// When the record is not taken now it is tried again: nothing is left to be asked for then.
void TransactionCoordinator::complete(const std::string& id) {
  const TransactionPtr now = find(id);
  Transaction next = *now;
  const bool commit = now->status == TransactionStatus::prepare_commit;
  next.status = commit ? TransactionStatus::complete_commit : TransactionStatus::complete_abort;
  next.partitions.clear();
  if (now->next_producer != kNoProducer) {
    next.producer = now->next_producer;
    next.epoch = ProducerEpoch(0);
    next.next_producer = kNoProducer;
  }
  if (write(id, std::move(next)) != ErrorCode::none) wake_at(id, now_ + kMarkerPauseMax);
}

}  // namespace ottla
