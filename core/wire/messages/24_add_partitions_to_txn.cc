#include "core/wire/messages/24_add_partitions_to_txn.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AddPartitionsToTxnRequest);
OTTLA_WIRE_MESSAGE(AddPartitionsToTxnResponse);

}  // namespace ottla::wire
