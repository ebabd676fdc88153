// DescribeDelegationToken (key 41): tokens, with their secrets. The client sees those that it owns, may renew, or may
// describe.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  who asked for the token, if not its owner
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeDelegationTokenRequest {
  static constexpr Api kApi{41, between(0, 3), since(2)};

  struct Owner {
    String principal_type;
    String principal_name;

    static constexpr auto fields() {
      using M = Owner;
      return wire::fields(field<&M::principal_type>(), field<&M::principal_name>());
    }
  };

  Nullable<Array<Owner>> owners = empty;  // null: everybody's; empty: nobody's

  static constexpr auto fields() {
    using M = DescribeDelegationTokenRequest;
    return wire::fields(field<&M::owners>().nullable());
  }
};

struct DescribeDelegationTokenResponse {
  static constexpr Api kApi{41, between(0, 3), since(2)};

  struct Renewer {
    String principal_type;
    String principal_name;

    static constexpr auto fields() {
      using M = Renewer;
      return wire::fields(field<&M::principal_type>(), field<&M::principal_name>());
    }
  };

  struct Token {
    String principal_type;  // of the owner
    String principal_name;
    String token_requester_principal_type;
    String token_requester_principal_name;
    int64_t issue_timestamp = 0;   // ms since 1970, as the next two
    int64_t expiry_timestamp = 0;  // unless renewed
    int64_t max_timestamp = 0;     // renewed or not
    String token_id;
    Bytes hmac;  // the secret
    Array<Renewer> renewers;

    static constexpr auto fields() {
      using M = Token;
      return wire::fields(field<&M::principal_type>(),
                          field<&M::principal_name>(),
                          field<&M::token_requester_principal_type>(since(3)),
                          field<&M::token_requester_principal_name>(since(3)),
                          field<&M::issue_timestamp>(),
                          field<&M::expiry_timestamp>(),
                          field<&M::max_timestamp>(),
                          field<&M::token_id>(),
                          field<&M::hmac>(),
                          field<&M::renewers>());
    }
  };

  int16_t error_code = 0;
  Array<Token> tokens;
  int32_t throttle_time_ms = 0;

  static constexpr auto fields() {
    using M = DescribeDelegationTokenResponse;
    return wire::fields(field<&M::error_code>(), field<&M::tokens>(), field<&M::throttle_time_ms>());
  }
};

}  // namespace ottla::wire
