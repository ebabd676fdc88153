#include "core/wire/records/share_group.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ShareGroupMemberMetadataKey);
OTTLA_WIRE_MESSAGE(ShareGroupMemberMetadataValue);
OTTLA_WIRE_MESSAGE(ShareGroupMetadataKey);
OTTLA_WIRE_MESSAGE(ShareGroupMetadataValue);
OTTLA_WIRE_MESSAGE(ShareGroupTargetAssignmentMetadataKey);
OTTLA_WIRE_MESSAGE(ShareGroupTargetAssignmentMetadataValue);
OTTLA_WIRE_MESSAGE(ShareGroupTargetAssignmentMemberKey);
OTTLA_WIRE_MESSAGE(ShareGroupTargetAssignmentMemberValue);
OTTLA_WIRE_MESSAGE(ShareGroupCurrentMemberAssignmentKey);
OTTLA_WIRE_MESSAGE(ShareGroupCurrentMemberAssignmentValue);
OTTLA_WIRE_MESSAGE(ShareGroupStatePartitionMetadataKey);
OTTLA_WIRE_MESSAGE(ShareGroupStatePartitionMetadataValue);

}  // namespace ottla::wire
