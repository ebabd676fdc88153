#include "core/wire/messages/88_streams_group_heartbeat.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(StreamsGroupHeartbeatRequest);
OTTLA_WIRE_MESSAGE(StreamsGroupHeartbeatResponse);

}  // namespace ottla::wire
