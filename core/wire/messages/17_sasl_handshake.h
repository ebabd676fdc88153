// SaslHandshake (key 17).
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
