#include "core/wire/records/metadata_nodes.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(RegisterBrokerRecord);
OTTLA_WIRE_MESSAGE(UnregisterBrokerRecord);
OTTLA_WIRE_MESSAGE(FenceBrokerRecord);
OTTLA_WIRE_MESSAGE(UnfenceBrokerRecord);
OTTLA_WIRE_MESSAGE(BrokerRegistrationChangeRecord);
OTTLA_WIRE_MESSAGE(RegisterControllerRecord);
OTTLA_WIRE_MESSAGE(UnregisterControllerRecord);

}  // namespace ottla::wire
