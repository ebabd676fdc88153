#include "core/wire/messages/79_share_acknowledge.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ShareAcknowledgeRequest);
OTTLA_WIRE_MESSAGE(ShareAcknowledgeResponse);

}  // namespace ottla::wire
