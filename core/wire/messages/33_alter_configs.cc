#include "core/wire/messages/33_alter_configs.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AlterConfigsRequest);
OTTLA_WIRE_MESSAGE(AlterConfigsResponse);

}  // namespace ottla::wire
