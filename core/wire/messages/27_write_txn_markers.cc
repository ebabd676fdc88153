#include "core/wire/messages/27_write_txn_markers.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(WriteTxnMarkersRequest);
OTTLA_WIRE_MESSAGE(WriteTxnMarkersResponse);

}  // namespace ottla::wire
