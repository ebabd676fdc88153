#include "core/wire/records/metadata_log.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(BeginTransactionRecord);
OTTLA_WIRE_MESSAGE(EndTransactionRecord);
OTTLA_WIRE_MESSAGE(AbortTransactionRecord);
OTTLA_WIRE_MESSAGE(NoOpRecord);
OTTLA_WIRE_MESSAGE(ZkMigrationStateRecord);

}  // namespace ottla::wire
