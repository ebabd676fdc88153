// UnregisterController (key 94): forgets a controller that will not come back.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct UnregisterControllerRequest {
  static constexpr Api kApi{94, only(0), always};

  int32_t controller_id = 0;

  static constexpr auto fields() {
    using M = UnregisterControllerRequest;
    return wire::fields(field<&M::controller_id>());
  }
};

struct UnregisterControllerResponse {
  static constexpr Api kApi{94, only(0), always};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";

  static constexpr auto fields() {
    using M = UnregisterControllerResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>(), field<&M::error_message>().nullable());
  }
};

}  // namespace ottla::wire
