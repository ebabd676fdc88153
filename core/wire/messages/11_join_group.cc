#include "core/wire/messages/11_join_group.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(JoinGroupRequest);
OTTLA_WIRE_MESSAGE(JoinGroupResponse);

}  // namespace ottla::wire
