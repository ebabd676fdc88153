// A broker says that it lives, how far it has read the metadata log, and what it wants. A fenced one is let in when it has
// read its own registration: from then on it hears of every leadership it is given.
#include "core/controller/leadership.h"
#include "core/controller/operations.h"
#include "core/wire/records/metadata_nodes.h"

namespace ottla::operations {

namespace {

wire::BrokerRegistrationChangeRecord change_of(const BrokerImage& broker) {
  wire::BrokerRegistrationChangeRecord change;
  change.broker_id = broker.id.value();
  change.broker_epoch = broker.epoch;
  return change;
}
constexpr int8_t kFence = 1;
constexpr int8_t kUnfence = -1;

}  // namespace

void broker_heartbeat(Operation& operation, const BrokerHeartbeat& request, ControllerResponse& response) {
  const BrokerImage* broker = operation.image.find_broker(request.id);
  if (broker == nullptr) {
    response.error = ErrorCode::broker_id_not_registered;
    response.message = "The broker is not registered.";
    return;
  }
  if (broker->epoch != request.epoch) {
    response.error = ErrorCode::stale_broker_epoch;
    response.message = "The broker has registered again since.";
    return;
  }
  HeartbeatTaken taken;
  taken.caught_up = request.metadata_end.value() > broker->epoch;
  taken.fenced = broker->fenced;
  if (request.wants_shutdown) {
    if (!broker->shutting_down && !broker->fenced) {
      wire::BrokerRegistrationChangeRecord change = change_of(*broker);
      change.in_controlled_shutdown = 1;
      operation.records.add(change);
      leave_partitions(operation, request.id, BrokerFate::shutting_down);
    }
    taken.may_shut_down =
        broker->fenced || !leads_what_others_could(operation.image, request.id) || !operation.records.empty();
  } else if (request.wants_fence && !broker->fenced) {
    leave_partitions(operation, request.id, BrokerFate::fenced);
    wire::BrokerRegistrationChangeRecord change = change_of(*broker);
    change.fenced = kFence;
    operation.records.add(change);
    taken.fenced = true;
  } else if (!request.wants_fence && broker->fenced && taken.caught_up) {
    take_up_partitions(operation, request.id);
    wire::BrokerRegistrationChangeRecord change = change_of(*broker);
    change.fenced = kUnfence;
    operation.records.add(change);
    taken.fenced = false;
  }
  response.what = taken;
}

}  // namespace ottla::operations
