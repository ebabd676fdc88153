// Produce within transactions: the first batch in a partition waits for the word of the transaction's coordinator.
#include <string>
#include <utility>

#include "core/broker/api/produce_work.h"
#include "core/broker/transaction_check.h"
#include "core/model/settings_handles.h"
#include "core/replica/replicas.h"

namespace ottla {
namespace {

constexpr wire::Version kAbortableSince = 11;
constexpr wire::Version kAddsPartitionsSince = 12;

BatchView batch_in(const wire::ProduceRequest::Partition& asked) {
  const auto batch = BatchView::only(asked.records->view());
  OTTLA_ASSERT(batch.ok());
  return *batch;
}

}  // namespace

// Of batches that the check of the format will refuse nothing is said here.
bool ProduceWork::may_begin(Part& part, Replica& replica) {
  const auto batch = BatchView::only(part.asked->records->view());
  if (part.checked || !batch.ok() || !batch->attributes().transactional() || !batch->has_producer()) return true;
  if (asked_->transactional_id.or_empty().empty()) {
    fail(part, ErrorCode::transactional_id_authorization_failed, "A transaction without its id.");
    return false;
  }
  const bool adds = request_->version() >= kAddsPartitionsSince;
  part.unchecked = !adds && !services_->settings->get(settings::kTransactionPartitionVerificationEnable);
  if (part.unchecked) return true;
  part.guard = replica.log().start_verification(batch->producer_id(), batch->producer_epoch());
  if (part.guard == VerificationGuard(0))
    return true;  // it is open here; or the epoch is an old one, as the log will say
  // With an epoch for every transaction a first batch has the first sequence. One that comes ahead of it may not begin in its
  // place, as one may of a producer that was forgotten.
  if (adds && batch->base_sequence() != Sequence(0) && !replica.log().producers().find(batch->producer_id())) {
    drop_guard(part);
    fail(part, ErrorCode::out_of_order_sequence_number);
    return false;
  }
  part.stage = Stage::to_check;
  return false;
}

void ProduceWork::ask_coordinator() {
  TransactionCheck check{.id = std::string(asked_->transactional_id->view()),
                         .producer = {},
                         .adds = request_->version() >= kAddsPartitionsSince,
                         .partitions = {}};
  for (Part& part : parts_) {
    if (part.stage != Stage::to_check) continue;
    const TopicImage* topic = find_topic(part.topic);
    if (topic == nullptr) {  // it has gone while another partition was asked about
      fail(part, why_not_here(topic, ErrorCode::unknown_topic_or_partition));
      continue;
    }
    const BatchView batch = batch_in(*part.asked);
    const TransactionOf producer{batch.producer_id(), batch.producer_epoch()};
    if (check.partitions.empty()) check.producer = producer;
    if (producer != check.producer) {
      fail(part, ErrorCode::invalid_producer_id_mapping, "A request is of one producer.");
      continue;
    }
    part.stage = Stage::in_check;
    check.partitions.push_back({topic->name, PartitionIndex(part.asked->index)});
  }
  if (check.partitions.empty()) return;
  check_ = std::make_shared<Check>();
  check_transaction(*services_, std::move(check),
                    [&services = *services_, out = std::weak_ptr(check_)](std::span<const ErrorCode> errors) {
                      const std::shared_ptr<Check> asker = out.lock();
                      if (asker == nullptr) return;  // nobody waits any more
                      asker->told.emplace(errors.begin(), errors.end());
                      if (asker->waiting) services.parking->wake(*asker->waiting, Parked::Wake::answered);
                    });
  take_checks();
}

void ProduceWork::take_checks() {
  if (check_ == nullptr || !check_->told) return;
  const std::vector<ErrorCode> told = *std::exchange(check_, nullptr)->told;
  size_t at = 0;
  for (Part& part : parts_) {
    if (part.stage != Stage::in_check) continue;
    const ErrorCode error = told[at++];
    if (error != ErrorCode::none) {
      refuse_checked(part, error);
      continue;
    }
    part.checked = true;
    part.stage = Stage::to_append;
    // The marker of the transaction before may have come meanwhile, and taken the guard along. That of this one would have
    // raised the epoch, so a new guard is as good.
    Replica* replica = services_->replicas->find(part.log);
    if (replica != nullptr && request_->version() >= kAddsPartitionsSince) {
      const BatchView batch = batch_in(*part.asked);
      part.guard = replica->log().start_verification(batch.producer_id(), batch.producer_epoch());
    }
    append(part);
  }
}

void ProduceWork::refuse_checked(Part& part, ErrorCode error) {
  const ErrorCode told =
      told_to_producer(error, request_->version() >= kAbortableSince, ErrorCode::not_enough_replicas);
  drop_guard(part);
  fail(part, told, "The transaction's coordinator does not let the batch in.");
}

// The coordinator has not agreed, or nobody waits for its word any more.
void ProduceWork::drop_guard(const Part& part) {
  Replica* replica = services_->replicas->find(part.log);
  if (replica != nullptr) replica->log().drop_verification(batch_in(*part.asked).producer_id(), part.guard);
}

}  // namespace ottla
