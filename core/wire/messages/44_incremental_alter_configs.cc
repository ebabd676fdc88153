#include "core/wire/messages/44_incremental_alter_configs.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(IncrementalAlterConfigsRequest);
OTTLA_WIRE_MESSAGE(IncrementalAlterConfigsResponse);

}  // namespace ottla::wire
