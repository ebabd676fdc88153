#include "core/wire/messages/68_consumer_group_heartbeat.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ConsumerGroupHeartbeatRequest);
OTTLA_WIRE_MESSAGE(ConsumerGroupHeartbeatResponse);

}  // namespace ottla::wire
