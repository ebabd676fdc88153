#include "core/wire/records/share_state.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ShareSnapshotKey);
OTTLA_WIRE_MESSAGE(ShareSnapshotValue);
OTTLA_WIRE_MESSAGE(ShareUpdateKey);
OTTLA_WIRE_MESSAGE(ShareUpdateValue);

}  // namespace ottla::wire
