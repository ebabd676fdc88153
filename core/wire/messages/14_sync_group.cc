#include "core/wire/messages/14_sync_group.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(SyncGroupRequest);
OTTLA_WIRE_MESSAGE(SyncGroupResponse);

}  // namespace ottla::wire
