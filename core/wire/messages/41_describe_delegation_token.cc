#include "core/wire/messages/41_describe_delegation_token.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeDelegationTokenRequest);
OTTLA_WIRE_MESSAGE(DescribeDelegationTokenResponse);

}  // namespace ottla::wire
