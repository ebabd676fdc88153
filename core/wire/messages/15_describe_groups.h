// DescribeGroups (key 15): classic groups with their members. Groups of the newer protocols have requests of their
// own: ConsumerGroupDescribe, ShareGroupDescribe, StreamsGroupDescribe.
//
//   v1  throttle time
//   v2  as v1; an answer over quota is sent before the client is muted
//   v3  authorized operations, if asked for
//   v4  instance ids of static members
//   v5  flexible
//   v6  an unknown group is GROUP_ID_NOT_FOUND with a message; before, it was a group in state "Dead"
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
    Bytes member_metadata;  // this and the assignment are empty unless the group is stable
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
    String group_state;  // "Stable", "Empty", ...; empty beside an error
    String protocol_type;
    String protocol_data;  // the chosen protocol; empty unless the group is stable
    Array<Member> members;
    int32_t authorized_operations = INT32_MIN;  // a bit an operation; INT32_MIN: not asked for

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
