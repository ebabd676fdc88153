// LeaveGroup (key 13): members leave a classic group, so that nobody waits for their session to time out.
//
// A member leaves for itself by its id. Static members do not leave when they stop; an administrator removes them by
// instance id, several at once, with an empty member id.
//
//   v1  throttle time
//   v2  as v1; an answer over quota is sent before the client is muted
//   v3  several members, each by member id or instance id, each with its own error
//   v4  flexible
//   v5  the reason for leaving, for logs
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct LeaveGroupRequest {
  static constexpr Api kApi{13, between(0, 5), since(4)};

  struct Member {
    String member_id;  // empty: by instance id
    Nullable<String> group_instance_id;
    Nullable<String> reason;

    static constexpr auto fields() {
      using M = Member;
      return wire::fields(
          field<&M::member_id>(), field<&M::group_instance_id>().nullable(), field<&M::reason>(since(5)).nullable());
    }
  };

  String group_id;
  String member_id;
  Array<Member> members;

  static constexpr auto fields() {
    using M = LeaveGroupRequest;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>(until(2)), field<&M::members>(since(3)));
  }
};

struct LeaveGroupResponse {
  static constexpr Api kApi{13, between(0, 5), since(4)};

  struct Member {
    String member_id;
    Nullable<String> group_instance_id = "";
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Member;
      return wire::fields(field<&M::member_id>(), field<&M::group_instance_id>().nullable(), field<&M::error_code>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Array<Member> members;

  static constexpr auto fields() {
    using M = LeaveGroupResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(1)), field<&M::error_code>(), field<&M::members>(since(3)));
  }
};

}  // namespace ottla::wire
