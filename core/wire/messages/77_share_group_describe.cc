#include "core/wire/messages/77_share_group_describe.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ShareGroupDescribeRequest);
OTTLA_WIRE_MESSAGE(ShareGroupDescribeResponse);

}  // namespace ottla::wire
