#include "core/wire/messages/16_list_groups.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ListGroupsRequest);
OTTLA_WIRE_MESSAGE(ListGroupsResponse);

}  // namespace ottla::wire
