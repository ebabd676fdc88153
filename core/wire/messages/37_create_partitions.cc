#include "core/wire/messages/37_create_partitions.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(CreatePartitionsRequest);
OTTLA_WIRE_MESSAGE(CreatePartitionsResponse);

}  // namespace ottla::wire
