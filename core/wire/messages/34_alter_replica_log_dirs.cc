#include "core/wire/messages/34_alter_replica_log_dirs.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AlterReplicaLogDirsRequest);
OTTLA_WIRE_MESSAGE(AlterReplicaLogDirsResponse);

}  // namespace ottla::wire
