#include "core/wire/records/quorum_state.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(QuorumStateData);

}  // namespace ottla::wire
