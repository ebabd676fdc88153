// SyncGroup (key 14): the second half of a classic rebalance: the leader hands in everybody's assignment, and each
// member is answered with its own. The answers are parked until the leader's request is there; other members send no
// assignments.
//
//   v1  throttle time
//   v2  as v1; an answer over quota is sent before the client is muted
//   v3  static members
//   v4  flexible
//   v5  protocol type and name: what the client takes them for is checked, INCONSISTENT_GROUP_PROTOCOL
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct SyncGroupRequest {
  static constexpr Api kApi{14, between(0, 5), since(4)};

  struct Assignment {
    String member_id;
    Bytes assignment;

    static constexpr auto fields() {
      using M = Assignment;
      return wire::fields(field<&M::member_id>(), field<&M::assignment>());
    }
  };

  String group_id;
  int32_t generation_id = 0;
  String member_id;
  Nullable<String> group_instance_id;  // of a static member
  Nullable<String> protocol_type;
  Nullable<String> protocol_name;
  Array<Assignment> assignments;  // empty from all but the leader

  static constexpr auto fields() {
    using M = SyncGroupRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::generation_id>(),
                        field<&M::member_id>(),
                        field<&M::group_instance_id>(since(3)).nullable(),
                        field<&M::protocol_type>(since(5)).nullable(),
                        field<&M::protocol_name>(since(5)).nullable(),
                        field<&M::assignments>());
  }
};

struct SyncGroupResponse {
  static constexpr Api kApi{14, between(0, 5), since(4)};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> protocol_type;
  Nullable<String> protocol_name;
  Bytes assignment;

  static constexpr auto fields() {
    using M = SyncGroupResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(1)),
                        field<&M::error_code>(),
                        field<&M::protocol_type>(since(5)).nullable(),
                        field<&M::protocol_name>(since(5)).nullable(),
                        field<&M::assignment>());
  }
};

}  // namespace ottla::wire
