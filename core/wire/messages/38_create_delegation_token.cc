#include "core/wire/messages/38_create_delegation_token.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(CreateDelegationTokenRequest);
OTTLA_WIRE_MESSAGE(CreateDelegationTokenResponse);

}  // namespace ottla::wire
