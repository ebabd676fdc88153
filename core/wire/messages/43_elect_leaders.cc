#include "core/wire/messages/43_elect_leaders.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ElectLeadersRequest);
OTTLA_WIRE_MESSAGE(ElectLeadersResponse);

}  // namespace ottla::wire
