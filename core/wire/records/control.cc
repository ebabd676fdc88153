#include "core/wire/records/control.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ControlRecordTypeSchema);
OTTLA_WIRE_MESSAGE(EndTxnMarker);
OTTLA_WIRE_MESSAGE(LeaderChangeMessage);
OTTLA_WIRE_MESSAGE(SnapshotHeaderRecord);
OTTLA_WIRE_MESSAGE(SnapshotFooterRecord);
OTTLA_WIRE_MESSAGE(KRaftVersionRecord);
OTTLA_WIRE_MESSAGE(VotersRecord);

}  // namespace ottla::wire
