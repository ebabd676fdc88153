#include "core/wire/messages/17_sasl_handshake.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(SaslHandshakeRequest);
OTTLA_WIRE_MESSAGE(SaslHandshakeResponse);

}  // namespace ottla::wire
