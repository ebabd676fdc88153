#include "core/wire/messages/10_find_coordinator.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(FindCoordinatorRequest);
OTTLA_WIRE_MESSAGE(FindCoordinatorResponse);

}  // namespace ottla::wire
