// CreateDelegationToken (key 38): a token for others to authenticate with in the owner's name, until it expires.
// Asked for over a connection that was not itself authenticated by a token. In the answer the throttle time stands
// last.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  an owner other than who asks; the answer names who asked
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct CreateDelegationTokenRequest {
  static constexpr Api kApi{38, between(0, 3), since(2)};

  struct Renewer {
    String principal_type;
    String principal_name;

    static constexpr auto fields() {
      using M = Renewer;
      return wire::fields(field<&M::principal_type>(), field<&M::principal_name>());
    }
  };

  Nullable<String> owner_principal_type = "";  // null: who asks
  Nullable<String> owner_principal_name = "";  // null: who asks
  Array<Renewer> renewers;
  int64_t max_lifetime_ms = 0;  // -1: the broker's setting

  static constexpr auto fields() {
    using M = CreateDelegationTokenRequest;
    return wire::fields(field<&M::owner_principal_type>(since(3)).nullable(),
                        field<&M::owner_principal_name>(since(3)).nullable(),
                        field<&M::renewers>(),
                        field<&M::max_lifetime_ms>());
  }
};

struct CreateDelegationTokenResponse {
  static constexpr Api kApi{38, between(0, 3), since(2)};

  int16_t error_code = 0;
  String principal_type;
  String principal_name;
  String token_requester_principal_type;
  String token_requester_principal_name;
  int64_t issue_timestamp_ms = 0;
  int64_t expiry_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  String token_id;
  Bytes hmac;
  int32_t throttle_time_ms = 0;

  static constexpr auto fields() {
    using M = CreateDelegationTokenResponse;
    return wire::fields(field<&M::error_code>(),
                        field<&M::principal_type>(),
                        field<&M::principal_name>(),
                        field<&M::token_requester_principal_type>(since(3)),
                        field<&M::token_requester_principal_name>(since(3)),
                        field<&M::issue_timestamp_ms>(),
                        field<&M::expiry_timestamp_ms>(),
                        field<&M::max_timestamp_ms>(),
                        field<&M::token_id>(),
                        field<&M::hmac>(),
                        field<&M::throttle_time_ms>());
  }
};

}  // namespace ottla::wire
