// AddOffsetsToTxn, versions 0 to 4: the partition of __consumer_offsets that a group's commits go to takes part in a
// transaction.
#include "core/wire/messages/25_add_offsets_to_txn.h"
#include "core/broker/api/internal_topics.h"
#include "core/broker/api/transaction_requests.h"
#include "core/broker/group_coordinators.h"
#include "core/broker/handlers.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

using Asked = wire::AddOffsetsToTxnRequest;

constexpr wire::Version kFencedSince = 2;

void say(Request& request, const Asked&, const TransactionAnswer& told) {
  wire::AddOffsetsToTxnResponse answer;
  answer.error_code = static_cast<int16_t>(error_for(request, told.error, kFencedSince));
  request.answer(answer);
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  const std::string_view id = asked.transactional_id.view();
  const TopicImage* offsets = services.image->find_topic(kOffsetsTopic);
  if (offsets == nullptr && !last) {  // the group has no coordinator yet either
    return make_internal_topic<Asked>(services, kOffsetsTopic, std::move(request), asked, &handle);
  }
  if (offsets == nullptr) return say(*request, asked, {ErrorCode::coordinator_not_available});
  TransactionCoordinator* coordinator = find_coordinator<Asked>(services, id, request, asked, &say, &handle, last);
  if (coordinator == nullptr) return;
  const TopicPartition partition{std::string(kOffsetsTopic),
                                 coordinating_partition(asked.group_id.view(), offsets->partitions.size())};
  const TransactionOf producer{ProducerId(asked.producer_id), ProducerEpoch(asked.producer_epoch)};
  coordinator->add_partitions(id, producer, std::span(&partition, 1), 0,
                              std::make_unique<TransactionRequest<Asked>>(std::move(request), asked, &say));
}

}  // namespace

void handle_add_offsets_to_txn(Services& services, RequestPtr request, const wire::AddOffsetsToTxnRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
