// GetTelemetrySubscriptions (key 71).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct GetTelemetrySubscriptionsRequest {
  static constexpr Api kApi{71, only(0), always};

  Uuid client_instance_id;

  static constexpr auto fields() {
    using M = GetTelemetrySubscriptionsRequest;
    return wire::fields(field<&M::client_instance_id>());
  }
};

struct GetTelemetrySubscriptionsResponse {
  static constexpr Api kApi{71, only(0), always};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Uuid client_instance_id;
  int32_t subscription_id = 0;
  Array<int8_t> accepted_compression_types;
  int32_t push_interval_ms = 0;
  int32_t telemetry_max_bytes = 0;
  bool delta_temporality = false;
  Array<String> requested_metrics;

  static constexpr auto fields() {
    using M = GetTelemetrySubscriptionsResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::client_instance_id>(),
                        field<&M::subscription_id>(),
                        field<&M::accepted_compression_types>(),
                        field<&M::push_interval_ms>(),
                        field<&M::telemetry_max_bytes>(),
                        field<&M::delta_temporality>(),
                        field<&M::requested_metrics>());
  }
};

}  // namespace ottla::wire
