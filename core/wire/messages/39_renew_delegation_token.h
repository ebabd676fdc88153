// RenewDelegationToken (key 39): defers the end of a token, from now and never past its maximum. Its owner may do so,
// and the renewers named when it was made.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct RenewDelegationTokenRequest {
  static constexpr Api kApi{39, between(0, 2), since(2)};

  Bytes hmac;                   // names the token
  int64_t renew_period_ms = 0;  // may only shorten the broker's period; -1: that period

  static constexpr auto fields() {
    using M = RenewDelegationTokenRequest;
    return wire::fields(field<&M::hmac>(), field<&M::renew_period_ms>());
  }
};

struct RenewDelegationTokenResponse {
  static constexpr Api kApi{39, between(0, 2), since(2)};

  int16_t error_code = 0;
  int64_t expiry_timestamp_ms = 0;  // ms since 1970
  int32_t throttle_time_ms = 0;

  static constexpr auto fields() {
    using M = RenewDelegationTokenResponse;
    return wire::fields(field<&M::error_code>(), field<&M::expiry_timestamp_ms>(), field<&M::throttle_time_ms>());
  }
};

}  // namespace ottla::wire
