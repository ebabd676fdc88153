#include "core/wire/messages/85_write_share_group_state.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(WriteShareGroupStateRequest);
OTTLA_WIRE_MESSAGE(WriteShareGroupStateResponse);

}  // namespace ottla::wire
