// GetTelemetrySubscriptions (key 71): which metrics a client is to push, how often and how (KIP-714). Asked first
// with a zero id, which the answer replaces.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct GetTelemetrySubscriptionsRequest {
  static constexpr Api kApi{71, only(0), always};

  Uuid client_instance_id;  // zero: not given yet

  static constexpr auto fields() {
    using M = GetTelemetrySubscriptionsRequest;
    return wire::fields(field<&M::client_instance_id>());
  }
};

struct GetTelemetrySubscriptionsResponse {
  static constexpr Api kApi{71, only(0), always};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Uuid client_instance_id;                   // zero: keep yours
  int32_t subscription_id = 0;               // changes with the subscriptions; to be stated when pushing
  Array<int8_t> accepted_compression_types;  // as in record batches, best first
  int32_t push_interval_ms = 0;
  int32_t telemetry_max_bytes = 0;
  bool delta_temporality = false;   // counters as differences rather than as totals
  Array<String> requested_metrics;  // prefixes of names; none: no metrics; one empty prefix: all

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
