// ExpireDelegationToken (key 40): sets the end of a token, at once or a while from now. Its owner may do so and the
// renewers named when it was made.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ExpireDelegationTokenRequest {
  static constexpr Api kApi{40, between(0, 2), since(2)};

  Bytes hmac;                         // names the token
  int64_t expiry_time_period_ms = 0;  // negative: remove it now

  static constexpr auto fields() {
    using M = ExpireDelegationTokenRequest;
    return wire::fields(field<&M::hmac>(), field<&M::expiry_time_period_ms>());
  }
};

struct ExpireDelegationTokenResponse {
  static constexpr Api kApi{40, between(0, 2), since(2)};

  int16_t error_code = 0;
  int64_t expiry_timestamp_ms = 0;  // ms since 1970
  int32_t throttle_time_ms = 0;

  static constexpr auto fields() {
    using M = ExpireDelegationTokenResponse;
    return wire::fields(field<&M::error_code>(), field<&M::expiry_timestamp_ms>(), field<&M::throttle_time_ms>());
  }
};

}  // namespace ottla::wire
