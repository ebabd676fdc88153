#include "core/wire/messages/92_delete_share_group_offsets.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DeleteShareGroupOffsetsRequest);
OTTLA_WIRE_MESSAGE(DeleteShareGroupOffsetsResponse);

}  // namespace ottla::wire
