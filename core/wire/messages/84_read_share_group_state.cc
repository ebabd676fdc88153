#include "core/wire/messages/84_read_share_group_state.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ReadShareGroupStateRequest);
OTTLA_WIRE_MESSAGE(ReadShareGroupStateResponse);

}  // namespace ottla::wire
