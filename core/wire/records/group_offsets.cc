#include "core/wire/records/group_offsets.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(LegacyOffsetCommitKey);
OTTLA_WIRE_MESSAGE(LegacyOffsetCommitValue);
OTTLA_WIRE_MESSAGE(OffsetCommitKey);
OTTLA_WIRE_MESSAGE(OffsetCommitValue);

}  // namespace ottla::wire
