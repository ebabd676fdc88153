#include "core/wire/messages/20_delete_topics.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DeleteTopicsRequest);
OTTLA_WIRE_MESSAGE(DeleteTopicsResponse);

}  // namespace ottla::wire
