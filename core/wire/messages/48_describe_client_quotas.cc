#include "core/wire/messages/48_describe_client_quotas.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeClientQuotasRequest);
OTTLA_WIRE_MESSAGE(DescribeClientQuotasResponse);

}  // namespace ottla::wire
