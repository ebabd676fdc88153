#include "core/wire/messages/47_offset_delete.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(OffsetDeleteRequest);
OTTLA_WIRE_MESSAGE(OffsetDeleteResponse);

}  // namespace ottla::wire
