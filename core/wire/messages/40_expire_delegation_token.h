// ExpireDelegationToken (key 40): has a token expire at another time, or at once, which removes it. The token is
// named by its HMAC.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ExpireDelegationTokenRequest {
  static constexpr Api kApi{40, between(0, 2), since(2)};

  Bytes hmac;
  int64_t expiry_time_period_ms = 0;  // from now; negative: at once

  static constexpr auto fields() {
    using M = ExpireDelegationTokenRequest;
    return wire::fields(field<&M::hmac>(), field<&M::expiry_time_period_ms>());
  }
};

struct ExpireDelegationTokenResponse {
  static constexpr Api kApi{40, between(0, 2), since(2)};

  int16_t error_code = 0;
  int64_t expiry_timestamp_ms = 0;
  int32_t throttle_time_ms = 0;

  static constexpr auto fields() {
    using M = ExpireDelegationTokenResponse;
    return wire::fields(field<&M::error_code>(), field<&M::expiry_timestamp_ms>(), field<&M::throttle_time_ms>());
  }
};

}  // namespace ottla::wire
