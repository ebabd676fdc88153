// UnregisterBroker (key 64): forgets a broker that was shut down for good. Its replicas should be moved away before;
// without it the broker stays known, as one that is offline.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct UnregisterBrokerRequest {
  static constexpr Api kApi{64, only(0), always};

  int32_t broker_id = 0;

  static constexpr auto fields() {
    using M = UnregisterBrokerRequest;
    return wire::fields(field<&M::broker_id>());
  }
};

struct UnregisterBrokerResponse {
  static constexpr Api kApi{64, only(0), always};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";

  static constexpr auto fields() {
    using M = UnregisterBrokerResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>(), field<&M::error_message>().nullable());
  }
};

}  // namespace ottla::wire
