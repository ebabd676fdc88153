#include "core/wire/messages/12_heartbeat.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(HeartbeatRequest);
OTTLA_WIRE_MESSAGE(HeartbeatResponse);

}  // namespace ottla::wire
