// SaslAuthenticate (key 36): one step of the exchange that SaslHandshake v1 began. The bytes are the mechanism's.
//
// Whoever fails is told SASL_AUTHENTICATION_FAILED, and the connection is closed.
//
//   v1  session lifetime: how soon the client has to authenticate anew on this connection
//   v2  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct SaslAuthenticateRequest {
  static constexpr Api kApi{36, between(0, 2), since(2)};

  Bytes auth_bytes;

  static constexpr auto fields() {
    using M = SaslAuthenticateRequest;
    return wire::fields(field<&M::auth_bytes>());
  }
};

struct SaslAuthenticateResponse {
  static constexpr Api kApi{36, between(0, 2), since(2)};

  int16_t error_code = 0;
  Nullable<String> error_message = "";
  Bytes auth_bytes;
  int64_t session_lifetime_ms = 0;  // 0: for ever

  static constexpr auto fields() {
    using M = SaslAuthenticateResponse;
    return wire::fields(field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::auth_bytes>(),
                        field<&M::session_lifetime_ms>(since(1)));
  }
};

}  // namespace ottla::wire
