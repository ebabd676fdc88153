// SaslHandshake (key 17): names the SASL mechanism that the client wants; the answer lists the enabled ones.
//
// Comes first on a SASL connection (only ApiVersions may come before it), and again to authenticate anew. There is no
// v2: clients up to 2.4 take the broker's highest version without looking whether they know it.
//
//   v0  what follows are bare SASL tokens, each after its length in four bytes, without Kafka's headers
//   v1  what follows are SaslAuthenticate requests
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct SaslHandshakeRequest {
  static constexpr Api kApi{17, between(0, 1)};

  String mechanism;

  static constexpr auto fields() {
    using M = SaslHandshakeRequest;
    return wire::fields(field<&M::mechanism>());
  }
};

struct SaslHandshakeResponse {
  static constexpr Api kApi{17, between(0, 1)};

  int16_t error_code = 0;
  Array<String> mechanisms;

  static constexpr auto fields() {
    using M = SaslHandshakeResponse;
    return wire::fields(field<&M::error_code>(), field<&M::mechanisms>());
  }
};

}  // namespace ottla::wire
