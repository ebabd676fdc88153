#include "core/wire/messages/45_alter_partition_reassignments.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AlterPartitionReassignmentsRequest);
OTTLA_WIRE_MESSAGE(AlterPartitionReassignmentsResponse);

}  // namespace ottla::wire
