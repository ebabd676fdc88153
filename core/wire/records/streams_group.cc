#include "core/wire/records/streams_group.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(StreamsGroupMetadataKey);
OTTLA_WIRE_MESSAGE(StreamsGroupMetadataValue);
OTTLA_WIRE_MESSAGE(StreamsGroupMemberMetadataKey);
OTTLA_WIRE_MESSAGE(StreamsGroupMemberMetadataValue);
OTTLA_WIRE_MESSAGE(StreamsGroupTargetAssignmentMetadataKey);
OTTLA_WIRE_MESSAGE(StreamsGroupTargetAssignmentMetadataValue);
OTTLA_WIRE_MESSAGE(StreamsGroupTargetAssignmentMemberKey);
OTTLA_WIRE_MESSAGE(StreamsGroupTargetAssignmentMemberValue);
OTTLA_WIRE_MESSAGE(StreamsGroupCurrentMemberAssignmentKey);
OTTLA_WIRE_MESSAGE(StreamsGroupCurrentMemberAssignmentValue);
OTTLA_WIRE_MESSAGE(StreamsGroupTopologyKey);
OTTLA_WIRE_MESSAGE(StreamsGroupTopologyValue);

}  // namespace ottla::wire
