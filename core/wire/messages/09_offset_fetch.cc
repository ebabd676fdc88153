#include "core/wire/messages/09_offset_fetch.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(OffsetFetchRequest);
OTTLA_WIRE_MESSAGE(OffsetFetchResponse);

}  // namespace ottla::wire
