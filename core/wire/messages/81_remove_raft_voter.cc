#include "core/wire/messages/81_remove_raft_voter.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(RemoveRaftVoterRequest);
OTTLA_WIRE_MESSAGE(RemoveRaftVoterResponse);

}  // namespace ottla::wire
