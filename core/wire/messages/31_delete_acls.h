// DeleteAcls (key 31): removes the access rules that match any of the filters, and says which these were.
//
// Results stand in the filters' order. Filters and numbers are those of DescribeAcls.
//
//   v0  literal patterns only
//   v1  pattern types; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  users are resources
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DeleteAclsRequest {
  static constexpr Api kApi{31, between(0, 3), since(2)};

  struct Filter {
    int8_t resource_type_filter = 0;
    Nullable<String> resource_name_filter = "";  // null: any
    int8_t pattern_type_filter = 3;              // 1 any, 2 matching, 3 literal, 4 prefixed
    Nullable<String> principal_filter = "";      // null: any
    Nullable<String> host_filter = "";           // null: any
    int8_t operation = 0;
    int8_t permission_type = 0;

    static constexpr auto fields() {
      using M = Filter;
      return wire::fields(field<&M::resource_type_filter>(),
                          field<&M::resource_name_filter>().nullable(),
                          field<&M::pattern_type_filter>(since(1)),
                          field<&M::principal_filter>().nullable(),
                          field<&M::host_filter>().nullable(),
                          field<&M::operation>(),
                          field<&M::permission_type>());
    }
  };

  Array<Filter> filters;

  static constexpr auto fields() {
    using M = DeleteAclsRequest;
    return wire::fields(field<&M::filters>());
  }
};

struct DeleteAclsResponse {
  static constexpr Api kApi{31, between(0, 3), since(2)};

  struct MatchingAcl {
    int16_t error_code = 0;
    Nullable<String> error_message = "";
    int8_t resource_type = 0;
    String resource_name;
    int8_t pattern_type = 3;  // 3 literal, 4 prefixed
    String principal;
    String host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static constexpr auto fields() {
      using M = MatchingAcl;
      return wire::fields(field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::resource_type>(),
                          field<&M::resource_name>(),
                          field<&M::pattern_type>(since(1)),
                          field<&M::principal>(),
                          field<&M::host>(),
                          field<&M::operation>(),
                          field<&M::permission_type>());
    }
  };

  struct FilterResult {
    int16_t error_code = 0;
    Nullable<String> error_message = "";
    Array<MatchingAcl> matching_acls;

    static constexpr auto fields() {
      using M = FilterResult;
      return wire::fields(field<&M::error_code>(), field<&M::error_message>().nullable(), field<&M::matching_acls>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<FilterResult> filter_results;

  static constexpr auto fields() {
    using M = DeleteAclsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::filter_results>());
  }
};

}  // namespace ottla::wire
