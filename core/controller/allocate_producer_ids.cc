// A broker gets a block of producer ids, which nobody else gets ever again.
#include "core/controller/operations.h"
#include "core/model/limits.h"
#include "core/model/world_mutants.h"
#include "core/wire/records/metadata_settings.h"

namespace ottla::operations {

void allocate_producer_ids(Operation& operation, const AllocateProducerIds& request, ControllerResponse& response) {
  const BrokerImage* broker = operation.image.find_broker(request.id);
  if (broker == nullptr || broker->epoch != request.epoch) {
    response.error = broker == nullptr ? ErrorCode::broker_id_not_registered : ErrorCode::stale_broker_epoch;
    response.message = broker == nullptr ? "The broker is not registered." : "The broker has registered again since.";
    return;
  }
  const int64_t first = operation.image.next_producer_id().value();
  if (first > INT64_MAX - limits::kProducerIdBlockSize) {
    response.error = ErrorCode::unknown_server_error;
    response.message = "There are no producer ids left.";
    return;
  }
  wire::ProducerIdsRecord record;
  record.broker_id = request.id.value();
  record.broker_epoch = request.epoch;
  record.next_producer_id = first + limits::kProducerIdBlockSize;
  if (!is_planted(WorldMutant::producer_ids_given_again)) operation.records.add(record);
  response.what = ProducerIdBlock{ProducerId(first), limits::kProducerIdBlockSize};
}

}  // namespace ottla::operations
