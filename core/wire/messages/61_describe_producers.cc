#include "core/wire/messages/61_describe_producers.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeProducersRequest);
OTTLA_WIRE_MESSAGE(DescribeProducersResponse);

}  // namespace ottla::wire
