#include "core/wire/messages/76_share_group_heartbeat.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ShareGroupHeartbeatRequest);
OTTLA_WIRE_MESSAGE(ShareGroupHeartbeatResponse);

}  // namespace ottla::wire
