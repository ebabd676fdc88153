#include "core/wire/messages/08_offset_commit.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(OffsetCommitRequest);
OTTLA_WIRE_MESSAGE(OffsetCommitResponse);

}  // namespace ottla::wire
