#include "core/wire/messages/19_create_topics.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(CreateTopicsRequest);
OTTLA_WIRE_MESSAGE(CreateTopicsResponse);

}  // namespace ottla::wire
