#include "core/wire/messages/35_describe_log_dirs.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeLogDirsRequest);
OTTLA_WIRE_MESSAGE(DescribeLogDirsResponse);

}  // namespace ottla::wire
