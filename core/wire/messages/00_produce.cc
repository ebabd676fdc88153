#include "core/wire/messages/00_produce.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ProduceRequest);
OTTLA_WIRE_MESSAGE(ProduceResponse);

}  // namespace ottla::wire
