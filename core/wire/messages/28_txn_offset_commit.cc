#include "core/wire/messages/28_txn_offset_commit.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(TxnOffsetCommitRequest);
OTTLA_WIRE_MESSAGE(TxnOffsetCommitResponse);

}  // namespace ottla::wire
