#include "core/wire/messages/69_consumer_group_describe.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ConsumerGroupDescribeRequest);
OTTLA_WIRE_MESSAGE(ConsumerGroupDescribeResponse);

}  // namespace ottla::wire
