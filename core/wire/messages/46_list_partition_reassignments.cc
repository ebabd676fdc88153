#include "core/wire/messages/46_list_partition_reassignments.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ListPartitionReassignmentsRequest);
OTTLA_WIRE_MESSAGE(ListPartitionReassignmentsResponse);

}  // namespace ottla::wire
