#include "core/wire/messages/30_create_acls.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(CreateAclsRequest);
OTTLA_WIRE_MESSAGE(CreateAclsResponse);

}  // namespace ottla::wire
