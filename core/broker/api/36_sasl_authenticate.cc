// SaslAuthenticate, versions 0 to 2: refused. No listener asks for authentication yet; Kafka says the same on its
// PLAINTEXT listeners.
#include "core/wire/messages/36_sasl_authenticate.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {

void handle_sasl_authenticate(Services&, RequestPtr request, const wire::SaslAuthenticateRequest&) {
  wire::SaslAuthenticateResponse response;
  response.error_code = static_cast<int16_t>(ErrorCode::illegal_sasl_state);
  response.error_message = "This listener does not ask for authentication.";
  request->answer(response);
}

}  // namespace ottla
