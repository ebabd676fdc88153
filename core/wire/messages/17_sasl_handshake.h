// SaslHandshake (key 17): picks the mechanism of authentication. Refused, the answer names those that there are.
//
// Never flexible: clients up to 2.4 negotiate the version wrongly.
//
//   v0  the tokens follow as bare frames without headers
//   v1  the tokens follow in SaslAuthenticate
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
