#include "core/wire/messages/29_describe_acls.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeAclsRequest);
OTTLA_WIRE_MESSAGE(DescribeAclsResponse);

}  // namespace ottla::wire
