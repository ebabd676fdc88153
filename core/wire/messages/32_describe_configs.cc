#include "core/wire/messages/32_describe_configs.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeConfigsRequest);
OTTLA_WIRE_MESSAGE(DescribeConfigsResponse);

}  // namespace ottla::wire
