#include "core/wire/messages/49_alter_client_quotas.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AlterClientQuotasRequest);
OTTLA_WIRE_MESSAGE(AlterClientQuotasResponse);

}  // namespace ottla::wire
