#include "core/wire/messages/40_expire_delegation_token.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ExpireDelegationTokenRequest);
OTTLA_WIRE_MESSAGE(ExpireDelegationTokenResponse);

}  // namespace ottla::wire
