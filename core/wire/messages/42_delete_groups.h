// DeleteGroups (key 42).
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
