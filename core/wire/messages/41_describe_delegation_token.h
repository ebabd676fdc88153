// DescribeDelegationToken (key 41): the tokens that the asker may see. In the answer the throttle time stands last.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  who asked for the token
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

  Nullable<Array<Owner>> owners = empty;  // null: any

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
    String principal_type;
    String principal_name;
    String token_requester_principal_type;
    String token_requester_principal_name;
    int64_t issue_timestamp = 0;  // these three in ms since 1970
    int64_t expiry_timestamp = 0;
    int64_t max_timestamp = 0;
    String token_id;
    Bytes hmac;
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
