#include "core/wire/messages/66_list_transactions.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ListTransactionsRequest);
OTTLA_WIRE_MESSAGE(ListTransactionsResponse);

}  // namespace ottla::wire
