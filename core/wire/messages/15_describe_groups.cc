#include "core/wire/messages/15_describe_groups.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeGroupsRequest);
OTTLA_WIRE_MESSAGE(DescribeGroupsResponse);

}  // namespace ottla::wire
