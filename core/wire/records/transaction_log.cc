#include "core/wire/records/transaction_log.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(TransactionLogKey);
OTTLA_WIRE_MESSAGE(TransactionLogValue);

}  // namespace ottla::wire
