// JoinGroup (key 11).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct JoinGroupRequest {
  static constexpr Api kApi{11, between(0, 9), since(6)};

  struct Protocol {
    String name;
    Bytes metadata;

    static constexpr auto fields() {
      using M = Protocol;
      return wire::fields(field<&M::name>(), field<&M::metadata>());
    }
  };

  String group_id;
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;
  String member_id;
  Nullable<String> group_instance_id;
  String protocol_type;
  Array<Protocol> protocols;
  Nullable<String> reason;

  static constexpr auto fields() {
    using M = JoinGroupRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::session_timeout_ms>(),
                        field<&M::rebalance_timeout_ms>(since(1)),
                        field<&M::member_id>(),
                        field<&M::group_instance_id>(since(5)).nullable(),
                        field<&M::protocol_type>(),
                        field<&M::protocols>(),
                        field<&M::reason>(since(8)).nullable());
  }
};

struct JoinGroupResponse {
  static constexpr Api kApi{11, between(0, 9), since(6)};

  struct Member {
    String member_id;
    Nullable<String> group_instance_id;
    Bytes metadata;

    static constexpr auto fields() {
      using M = Member;
      return wire::fields(
          field<&M::member_id>(), field<&M::group_instance_id>(since(5)).nullable(), field<&M::metadata>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int32_t generation_id = -1;
  Nullable<String> protocol_type;
  Nullable<String> protocol_name = "";
  String leader;
  bool skip_assignment = false;
  String member_id;
  Array<Member> members;

  static constexpr auto fields() {
    using M = JoinGroupResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(2)),
                        field<&M::error_code>(),
                        field<&M::generation_id>(),
                        field<&M::protocol_type>(since(7)).nullable(),
                        field<&M::protocol_name>().nullable(since(7)),
                        field<&M::leader>(),
                        field<&M::skip_assignment>(since(9)),
                        field<&M::member_id>(),
                        field<&M::members>());
  }
};

}  // namespace ottla::wire
