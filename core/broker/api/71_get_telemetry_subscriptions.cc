// GetTelemetrySubscriptions, version 0: declined. This broker receives no metrics of clients, and like a broker of Kafka's
// that has no receiver it does not list the API; who calls it all the same is told UNSUPPORTED_VERSION.
#include "core/wire/messages/71_get_telemetry_subscriptions.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {

void handle_get_telemetry_subscriptions(Services&, RequestPtr request, const wire::GetTelemetrySubscriptionsRequest&) {
  wire::GetTelemetrySubscriptionsResponse response;
  response.error_code = static_cast<int16_t>(ErrorCode::unsupported_version);
  request->answer(response);
}

}  // namespace ottla
