// Heartbeat (key 12): a member of a classic group is alive. The answer is how it hears of a rebalance:
// REBALANCE_IN_PROGRESS asks it to join again, UNKNOWN_MEMBER_ID and ILLEGAL_GENERATION tell it that the group went
// on without it.
//
//   v1  throttle time
//   v2  as v1; an answer over quota is sent before the client is muted
//   v3  static members
//   v4  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct HeartbeatRequest {
  static constexpr Api kApi{12, between(0, 4), since(4)};

  String group_id;
  int32_t generation_id = 0;
  String member_id;
  Nullable<String> group_instance_id;  // of a static member

  static constexpr auto fields() {
    using M = HeartbeatRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::generation_id>(),
                        field<&M::member_id>(),
                        field<&M::group_instance_id>(since(3)).nullable());
  }
};

struct HeartbeatResponse {
  static constexpr Api kApi{12, between(0, 4), since(4)};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  static constexpr auto fields() {
    using M = HeartbeatResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(1)), field<&M::error_code>());
  }
};

}  // namespace ottla::wire
