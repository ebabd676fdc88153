#include "core/wire/messages/55_describe_quorum.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeQuorumRequest);
OTTLA_WIRE_MESSAGE(DescribeQuorumResponse);

}  // namespace ottla::wire
