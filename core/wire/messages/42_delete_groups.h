// DeleteGroups (key 42): removes groups that have no members, with all that they committed. NON_EMPTY_GROUP for
// others.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  an error message a group
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DeleteGroupsRequest {
  static constexpr Api kApi{42, between(0, 3), since(2)};

  Array<String> groups_names;

  static constexpr auto fields() {
    using M = DeleteGroupsRequest;
    return wire::fields(field<&M::groups_names>());
  }
};

struct DeleteGroupsResponse {
  static constexpr Api kApi{42, between(0, 3), since(2)};

  struct Group {
    String group_id;
    int16_t error_code = 0;
    Nullable<String> error_message;

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(
          field<&M::group_id>(), field<&M::error_code>(), field<&M::error_message>(since(3)).nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Group> results;

  static constexpr auto fields() {
    using M = DeleteGroupsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::results>());
  }
};

}  // namespace ottla::wire
