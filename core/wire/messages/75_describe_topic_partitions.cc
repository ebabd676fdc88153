#include "core/wire/messages/75_describe_topic_partitions.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeTopicPartitionsRequest);
OTTLA_WIRE_MESSAGE(DescribeTopicPartitionsResponse);

}  // namespace ottla::wire
