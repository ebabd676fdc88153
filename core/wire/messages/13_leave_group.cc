#include "core/wire/messages/13_leave_group.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(LeaveGroupRequest);
OTTLA_WIRE_MESSAGE(LeaveGroupResponse);

}  // namespace ottla::wire
