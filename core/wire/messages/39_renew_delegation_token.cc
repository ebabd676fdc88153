#include "core/wire/messages/39_renew_delegation_token.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(RenewDelegationTokenRequest);
OTTLA_WIRE_MESSAGE(RenewDelegationTokenResponse);

}  // namespace ottla::wire
