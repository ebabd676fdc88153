#include "core/wire/records/consumer_protocol.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ConsumerProtocolSubscription);
OTTLA_WIRE_MESSAGE(ConsumerProtocolAssignment);

}  // namespace ottla::wire
