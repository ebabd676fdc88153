// ListGroups (key 16).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListGroupsRequest {
  static constexpr Api kApi{16, between(0, 5), since(3)};

  Array<String> states_filter;
  Array<String> types_filter;

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
