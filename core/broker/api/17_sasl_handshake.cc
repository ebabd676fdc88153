// SaslHandshake, versions 0 to 1: refused. No listener asks for authentication yet, so it does not belong here; Kafka says
// the same on its PLAINTEXT listeners.
#include "core/wire/messages/17_sasl_handshake.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {

void handle_sasl_handshake(Services&, RequestPtr request, const wire::SaslHandshakeRequest&) {
  wire::SaslHandshakeResponse response;
  response.error_code = static_cast<int16_t>(ErrorCode::illegal_sasl_state);
  request->answer(response);
}

}  // namespace ottla
