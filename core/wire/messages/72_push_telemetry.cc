#include "core/wire/messages/72_push_telemetry.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(PushTelemetryRequest);
OTTLA_WIRE_MESSAGE(PushTelemetryResponse);

}  // namespace ottla::wire
