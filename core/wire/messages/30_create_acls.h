// CreateAcls (key 30): adds access rules, each of which succeeds or fails for itself; results stand in their order.
//
// Making a rule that is there already succeeds. Numbers are listed in DescribeAcls; any and match are refused here.
//
//   v0  literal patterns only
//   v1  pattern types; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  users are resources
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct CreateAclsRequest {
  static constexpr Api kApi{30, between(0, 3), since(2)};

  struct Creation {
    int8_t resource_type = 0;          // this and the numbers below: see DescribeAcls
    String resource_name;              // of a cluster: "kafka-cluster"
    int8_t resource_pattern_type = 3;  // 3 literal, 4 prefixed
    String principal;                  // "User:alice"; "User:*" is everybody
    String host;                       // an address; "*" is all of them
    int8_t operation = 0;
    int8_t permission_type = 0;

    static constexpr auto fields() {
      using M = Creation;
      return wire::fields(field<&M::resource_type>(),
                          field<&M::resource_name>(),
                          field<&M::resource_pattern_type>(since(1)),
                          field<&M::principal>(),
                          field<&M::host>(),
                          field<&M::operation>(),
                          field<&M::permission_type>());
    }
  };

  Array<Creation> creations;

  static constexpr auto fields() {
    using M = CreateAclsRequest;
    return wire::fields(field<&M::creations>());
  }
};

struct CreateAclsResponse {
  static constexpr Api kApi{30, between(0, 3), since(2)};

  struct CreationResult {
    int16_t error_code = 0;
    Nullable<String> error_message = "";

    static constexpr auto fields() {
      using M = CreationResult;
      return wire::fields(field<&M::error_code>(), field<&M::error_message>().nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<CreationResult> results;

  static constexpr auto fields() {
    using M = CreateAclsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::results>());
  }
};

}  // namespace ottla::wire
