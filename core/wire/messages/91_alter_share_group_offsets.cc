#include "core/wire/messages/91_alter_share_group_offsets.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AlterShareGroupOffsetsRequest);
OTTLA_WIRE_MESSAGE(AlterShareGroupOffsetsResponse);

}  // namespace ottla::wire
