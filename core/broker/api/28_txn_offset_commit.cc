// TxnOffsetCommit, versions 0 to 6: how far a group has come, in a producer's transaction: it counts when that is committed
// (KIP-98, KIP-447).
//
// The transaction's coordinator is asked first whether the group's partition of __consumer_offsets takes part; up to version 4
// the producer has added it (AddOffsetsToTxn), from version 5 on it is added here (KIP-890).

#include <memory>
#include <utility>

#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"
#include "core/broker/transaction_check.h"
#include "core/model/settings_handles.h"
#include "core/model/topic_name.h"
#include "core/wire/messages/28_txn_offset_commit.h"

namespace ottla {
namespace {

using Asked = wire::TxnOffsetCommitRequest;
using Response = wire::TxnOffsetCommitResponse;

constexpr wire::Version kAbortableSince = 4;
constexpr wire::Version kAddsSince = 5;

void refuse(Request& request, const Asked& asked, ErrorCode error) {
  const auto topics = request.arena().array<Response::Topic>(asked.topics.size());
  for (size_t t = 0; t < topics.size(); ++t) {
    const auto partitions = request.arena().array<Response::Partition>(asked.topics[t].partitions.size());
    for (size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = asked.topics[t].partitions[p].partition_index;
      partitions[p].error_code = static_cast<int16_t>(error);
    }
    topics[t].name = asked.topics[t].name;
    topics[t].topic_id = asked.topics[t].topic_id;
    topics[t].partitions = partitions;
  }
  Response response;
  response.topics = topics;
  request.answer(response);
}

TransactionOf producer_of(const Asked& asked) {
  return {ProducerId(asked.producer_id), ProducerEpoch(asked.producer_epoch)};
}

// The coordinator of transactions has agreed; the group's may have moved meanwhile, and the transaction may have ended.
void commit(Services& services, RequestPtr request, const Asked& asked, VerificationGuard guard, bool checked) {
  const GroupCoordinators::Access access = services.groups->find(asked.group_id.view());
  if (access.error != ErrorCode::none) return refuse(*request, asked, access.error);
  const ProducerState& producers = services.replicas->find(access.log)->log().producers();
  const TransactionOf producer = producer_of(asked);
  const auto may = producers.check_verified(producer.producer, producer.epoch, guard);
  if (!may.ok() && (checked || may.error() != LogError::invalid_transaction)) {
    return refuse(*request, asked, error_code(may.error()));
  }
  auto reply = std::make_unique<RequestReply<Asked>>(std::move(request), asked, refuse);
  access.coordinator->commit_offsets(asked, std::move(reply));
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  const TransactionOf producer = producer_of(asked);
  if (producer.producer < ProducerId(0)) return refuse(*request, asked, ErrorCode::invalid_producer_id_mapping);
  if (producer.epoch < ProducerEpoch(0)) return refuse(*request, asked, ErrorCode::invalid_producer_epoch);
  const GroupCoordinators::Access access = services.groups->find(asked.group_id.view());
  if (access.loading && !last) return wait_for_groups<Asked>(services, std::move(request), asked, &handle);
  if (access.error != ErrorCode::none) return refuse(*request, asked, access.error);

  const wire::Version version = request->version();
  const bool checked =
      version >= kAddsSince || services.settings->get(settings::kTransactionPartitionVerificationEnable);
  if (!checked) return commit(services, std::move(request), asked, VerificationGuard(0), false);
  Log& log = services.replicas->find(access.log)->log();
  const VerificationGuard guard = log.start_verification(producer.producer, producer.epoch);
  // The partition has its word already, or has a newer epoch.
  if (guard == VerificationGuard(0)) return commit(services, std::move(request), asked, guard, true);

  const auto kept = std::make_shared<RequestPtr>(std::move(request));
  const auto told = [&services, &asked, kept, guard, number = access.log](std::span<const ErrorCode> errors) {
    const ErrorCode error = errors[0];
    Replica* replica = services.replicas->find(number);
    if (error == ErrorCode::none) {
      // As Produce does: the marker of the transaction before may have taken the guard along.
      const bool anew = replica != nullptr && (*kept)->version() >= kAddsSince;
      const TransactionOf of = producer_of(asked);
      const VerificationGuard now = anew ? replica->log().start_verification(of.producer, of.epoch) : guard;
      return commit(services, std::move(*kept), asked, now, true);
    }
    if (replica != nullptr) replica->log().drop_verification(ProducerId(asked.producer_id), guard);
    const bool abortable = (*kept)->version() >= kAbortableSince;
    refuse(**kept, asked, told_to_producer(error, abortable, ErrorCode::coordinator_load_in_progress));
  };
  check_transaction(services,
                    {.id = std::string(asked.transactional_id.view()),
                     .producer = producer,
                     .adds = version >= kAddsSince,
                     .partitions = {{std::string(kOffsetsTopic), access.partition}}},
                    told);
}

}  // namespace

void handle_txn_offset_commit(Services& services, RequestPtr request, const wire::TxnOffsetCommitRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
