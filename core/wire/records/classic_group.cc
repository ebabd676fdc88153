#include "core/wire/records/classic_group.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(GroupMetadataKey);
OTTLA_WIRE_MESSAGE(GroupMetadataValue);

}  // namespace ottla::wire
