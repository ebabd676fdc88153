#include "core/wire/messages/60_describe_cluster.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeClusterRequest);
OTTLA_WIRE_MESSAGE(DescribeClusterResponse);

}  // namespace ottla::wire
