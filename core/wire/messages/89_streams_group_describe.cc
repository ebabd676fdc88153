#include "core/wire/messages/89_streams_group_describe.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(StreamsGroupDescribeRequest);
OTTLA_WIRE_MESSAGE(StreamsGroupDescribeResponse);

}  // namespace ottla::wire
