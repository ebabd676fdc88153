#include "core/wire/messages/31_delete_acls.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DeleteAclsRequest);
OTTLA_WIRE_MESSAGE(DeleteAclsResponse);

}  // namespace ottla::wire
