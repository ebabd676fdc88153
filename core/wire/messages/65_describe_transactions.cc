#include "core/wire/messages/65_describe_transactions.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeTransactionsRequest);
OTTLA_WIRE_MESSAGE(DescribeTransactionsResponse);

}  // namespace ottla::wire
