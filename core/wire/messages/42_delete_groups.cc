#include "core/wire/messages/42_delete_groups.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DeleteGroupsRequest);
OTTLA_WIRE_MESSAGE(DeleteGroupsResponse);

}  // namespace ottla::wire
