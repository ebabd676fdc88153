#include "core/wire/messages/23_offset_for_leader_epoch.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(OffsetForLeaderEpochRequest);
OTTLA_WIRE_MESSAGE(OffsetForLeaderEpochResponse);

}  // namespace ottla::wire
