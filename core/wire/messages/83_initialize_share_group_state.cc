#include "core/wire/messages/83_initialize_share_group_state.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(InitializeShareGroupStateRequest);
OTTLA_WIRE_MESSAGE(InitializeShareGroupStateResponse);

}  // namespace ottla::wire
