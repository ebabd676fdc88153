#include "core/wire/messages/93_streams_group_topology_description_update.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(StreamsGroupTopologyDescriptionUpdateRequest);
OTTLA_WIRE_MESSAGE(StreamsGroupTopologyDescriptionUpdateResponse);

}  // namespace ottla::wire
