#include "core/wire/messages/80_add_raft_voter.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AddRaftVoterRequest);
OTTLA_WIRE_MESSAGE(AddRaftVoterResponse);

}  // namespace ottla::wire
