#include "core/wire/messages/64_unregister_broker.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(UnregisterBrokerRequest);
OTTLA_WIRE_MESSAGE(UnregisterBrokerResponse);

}  // namespace ottla::wire
