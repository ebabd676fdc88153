// CreateDelegationToken (key 38): a token that lets its holder act as its owner for a while.
//
// Token id and HMAC (in base64) then serve as user and password of SCRAM. All four token requests are refused,
// DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, on connections that are authenticated by a token or not at all: a token must
// not beget tokens. In their answers the throttle time stands last.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  a token for somebody else; the answer says who asked for it
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct CreateDelegationTokenRequest {
  static constexpr Api kApi{38, between(0, 3), since(2)};

  struct Renewer {
    String principal_type;  // "User"; others are refused
    String principal_name;

    static constexpr auto fields() {
      using M = Renewer;
      return wire::fields(field<&M::principal_type>(), field<&M::principal_name>());
    }
  };

  Nullable<String> owner_principal_type = "";  // null, or no name: the requester
  Nullable<String> owner_principal_name = "";  // null: who asks
  Array<Renewer> renewers;
  int64_t max_lifetime_ms = 0;  // may only shorten the broker's maximum; -1: that maximum

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
  int64_t expiry_timestamp_ms = 0;  // ms since 1970; renewing defers it, up to max_timestamp_ms
  int64_t max_timestamp_ms = 0;
  String token_id;
  Bytes hmac;  // the secret
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
