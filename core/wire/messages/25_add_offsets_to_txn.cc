#include "core/wire/messages/25_add_offsets_to_txn.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AddOffsetsToTxnRequest);
OTTLA_WIRE_MESSAGE(AddOffsetsToTxnResponse);

}  // namespace ottla::wire
