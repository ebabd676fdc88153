#include "core/wire/messages/86_delete_share_group_state.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DeleteShareGroupStateRequest);
OTTLA_WIRE_MESSAGE(DeleteShareGroupStateResponse);

}  // namespace ottla::wire
