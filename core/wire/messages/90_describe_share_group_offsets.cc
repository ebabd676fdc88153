#include "core/wire/messages/90_describe_share_group_offsets.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeShareGroupOffsetsRequest);
OTTLA_WIRE_MESSAGE(DescribeShareGroupOffsetsResponse);

}  // namespace ottla::wire
