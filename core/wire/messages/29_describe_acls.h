// DescribeAcls (key 29): the access rules that match a filter, by resource. All parts of the filter must match.
//
// The numbers, in all requests about access rules:
//
//   resource types  1 any, 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user
//   pattern types   1 any, 2 match, 3 literal, 4 prefixed
//   operations      1 any, 2 all, 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, 9 cluster action,
//                   10 describe configs, 11 alter configs, 12 idempotent write, 13 create tokens, 14 describe tokens,
//                   15 two-phase commit
//   permissions     1 any, 2 deny, 3 allow
//
// Any and match are for filters only. With any, the name must equal the pattern's; with match the name is a resource's
// and finds every pattern that covers it: its own, prefixes of it, and "*". The operation all is a value that rules
// have, not a wildcard.
//
//   v0  literal patterns only
//   v1  pattern types; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  users are resources: who may make and see other users' delegation tokens
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeAclsRequest {
  static constexpr Api kApi{29, between(0, 3), since(2)};

  int8_t resource_type_filter = 0;
  Nullable<String> resource_name_filter = "";  // null: any
  int8_t pattern_type_filter = 3;              // 1 any, 2 matching, 3 literal, 4 prefixed
  Nullable<String> principal_filter = "";      // null: any
  Nullable<String> host_filter = "";           // null: any
  int8_t operation = 0;
  int8_t permission_type = 0;

  static constexpr auto fields() {
    using M = DescribeAclsRequest;
    return wire::fields(field<&M::resource_type_filter>(),
                        field<&M::resource_name_filter>().nullable(),
                        field<&M::pattern_type_filter>(since(1)),
                        field<&M::principal_filter>().nullable(),
                        field<&M::host_filter>().nullable(),
                        field<&M::operation>(),
                        field<&M::permission_type>());
  }
};

struct DescribeAclsResponse {
  static constexpr Api kApi{29, between(0, 3), since(2)};

  struct Acl {
    String principal;            // "User:alice"; "User:*" is everybody
    String host;                 // an address; "*" is all of them
    int8_t operation = 0;        // 2 all, 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, ...
    int8_t permission_type = 0;  // 2 deny, 3 allow

    static constexpr auto fields() {
      using M = Acl;
      return wire::fields(
          field<&M::principal>(), field<&M::host>(), field<&M::operation>(), field<&M::permission_type>());
    }
  };

  struct Resource {
    int8_t resource_type = 0;  // 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user
    String resource_name;
    int8_t pattern_type = 3;  // 3 literal, 4 prefixed
    Array<Acl> acls;

    static constexpr auto fields() {
      using M = Resource;
      return wire::fields(
          field<&M::resource_type>(), field<&M::resource_name>(), field<&M::pattern_type>(since(1)), field<&M::acls>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";
  Array<Resource> resources;

  static constexpr auto fields() {
    using M = DescribeAclsResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::resources>());
  }
};

}  // namespace ottla::wire
