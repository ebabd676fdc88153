// DescribeGroups (key 15).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeGroupsRequest {
  static constexpr Api kApi{15, between(0, 6), since(5)};

  Array<String> groups;
  bool include_authorized_operations = false;

  static constexpr auto fields() {
    using M = DescribeGroupsRequest;
    return wire::fields(field<&M::groups>(), field<&M::include_authorized_operations>(since(3)));
  }
};

struct DescribeGroupsResponse {
  static constexpr Api kApi{15, between(0, 6), since(5)};

  struct Member {
    String member_id;
    Nullable<String> group_instance_id;
    String client_id;
    String client_host;
    Bytes member_metadata;
    Bytes member_assignment;

    static constexpr auto fields() {
      using M = Member;
      return wire::fields(field<&M::member_id>(),
                          field<&M::group_instance_id>(since(4)).nullable(),
                          field<&M::client_id>(),
                          field<&M::client_host>(),
                          field<&M::member_metadata>(),
                          field<&M::member_assignment>());
    }
  };

  struct Group {
    int16_t error_code = 0;
    Nullable<String> error_message;
    String group_id;
    String group_state;
    String protocol_type;
    String protocol_data;
    Array<Member> members;
    int32_t authorized_operations = INT32_MIN;

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::error_code>(),
                          field<&M::error_message>(since(6)).nullable(),
                          field<&M::group_id>(),
                          field<&M::group_state>(),
                          field<&M::protocol_type>(),
                          field<&M::protocol_data>(),
                          field<&M::members>(),
                          field<&M::authorized_operations>(since(3)));
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Group> groups;

  static constexpr auto fields() {
    using M = DescribeGroupsResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(1)), field<&M::groups>());
  }
};

}  // namespace ottla::wire
