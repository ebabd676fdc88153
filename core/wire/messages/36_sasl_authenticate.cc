#include "core/wire/messages/36_sasl_authenticate.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(SaslAuthenticateRequest);
OTTLA_WIRE_MESSAGE(SaslAuthenticateResponse);

}  // namespace ottla::wire
