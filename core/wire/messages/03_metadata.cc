#include "core/wire/messages/03_metadata.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(MetadataRequest);
OTTLA_WIRE_MESSAGE(MetadataResponse);

}  // namespace ottla::wire
