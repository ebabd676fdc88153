// PushTelemetry (key 72): metrics of a client, as an OpenTelemetry MetricsData protobuf. UNKNOWN_SUBSCRIPTION_ID
// sends the client back to GetTelemetrySubscriptions.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct PushTelemetryRequest {
  static constexpr Api kApi{72, only(0), always};

  Uuid client_instance_id;
  int32_t subscription_id = 0;
  bool terminating = false;     // the last push: it may come before its time
  int8_t compression_type = 0;  // as in record batches
  Bytes metrics;

  static constexpr auto fields() {
    using M = PushTelemetryRequest;
    return wire::fields(field<&M::client_instance_id>(),
                        field<&M::subscription_id>(),
                        field<&M::terminating>(),
                        field<&M::compression_type>(),
                        field<&M::metrics>());
  }
};

struct PushTelemetryResponse {
  static constexpr Api kApi{72, only(0), always};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  static constexpr auto fields() {
    using M = PushTelemetryResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>());
  }
};

}  // namespace ottla::wire
