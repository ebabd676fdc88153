#include "core/wire/messages/26_end_txn.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(EndTxnRequest);
OTTLA_WIRE_MESSAGE(EndTxnResponse);

}  // namespace ottla::wire
