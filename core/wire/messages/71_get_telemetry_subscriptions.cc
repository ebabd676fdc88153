#include "core/wire/messages/71_get_telemetry_subscriptions.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(GetTelemetrySubscriptionsRequest);
OTTLA_WIRE_MESSAGE(GetTelemetrySubscriptionsResponse);

}  // namespace ottla::wire
