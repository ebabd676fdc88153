#include "core/wire/messages/22_init_producer_id.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(InitProducerIdRequest);
OTTLA_WIRE_MESSAGE(InitProducerIdResponse);

}  // namespace ottla::wire
