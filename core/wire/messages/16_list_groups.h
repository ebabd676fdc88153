// ListGroups (key 16): the groups that this broker coordinates. For all groups of a cluster every broker is asked.
//
//   v1  throttle time
//   v2  as v1; an answer over quota is sent before the client is muted
//   v3  flexible
//   v4  states: shown, and to filter by
//   v5  types: shown, and to filter by
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListGroupsRequest {
  static constexpr Api kApi{16, between(0, 5), since(3)};

  Array<String> states_filter;  // empty: any state; "Stable", "Empty", ... in any case
  Array<String> types_filter;   // empty: any type; "Classic", "Consumer", "Share", "Streams"

  static constexpr auto fields() {
    using M = ListGroupsRequest;
    return wire::fields(field<&M::states_filter>(since(4)), field<&M::types_filter>(since(5)));
  }
};

struct ListGroupsResponse {
  static constexpr Api kApi{16, between(0, 5), since(3)};

  struct Group {
    String group_id;
    String protocol_type;
    String group_state;
    String group_type;

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::group_id>(),
                          field<&M::protocol_type>(),
                          field<&M::group_state>(since(4)),
                          field<&M::group_type>(since(5)));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Array<Group> groups;

  static constexpr auto fields() {
    using M = ListGroupsResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(1)), field<&M::error_code>(), field<&M::groups>());
  }
};

}  // namespace ottla::wire
