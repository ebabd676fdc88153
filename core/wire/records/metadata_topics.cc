#include "core/wire/records/metadata_topics.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(TopicRecord);
OTTLA_WIRE_MESSAGE(PartitionRecord);
OTTLA_WIRE_MESSAGE(PartitionChangeRecord);
OTTLA_WIRE_MESSAGE(RemoveTopicRecord);
OTTLA_WIRE_MESSAGE(ClearElrRecord);

}  // namespace ottla::wire
