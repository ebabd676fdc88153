#include "core/wire/messages/02_list_offsets.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ListOffsetsRequest);
OTTLA_WIRE_MESSAGE(ListOffsetsResponse);

}  // namespace ottla::wire
