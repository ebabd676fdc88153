// DescribeUserScramCredentials (key 50): which SCRAM credentials users have, without their secrets.
//
// A user without any is RESOURCE_NOT_FOUND, one named twice DUPLICATE_RESOURCE.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeUserScramCredentialsRequest {
  static constexpr Api kApi{50, only(0), always};

  struct User {
    String name;

    static constexpr auto fields() {
      using M = User;
      return wire::fields(field<&M::name>());
    }
  };

  Nullable<Array<User>> users = empty;  // null or empty: all users

  static constexpr auto fields() {
    using M = DescribeUserScramCredentialsRequest;
    return wire::fields(field<&M::users>().nullable());
  }
};

struct DescribeUserScramCredentialsResponse {
  static constexpr Api kApi{50, only(0), always};

  struct CredentialInfo {
    int8_t mechanism = 0;  // 1 SCRAM-SHA-256, 2 SCRAM-SHA-512
    int32_t iterations = 0;

    static constexpr auto fields() {
      using M = CredentialInfo;
      return wire::fields(field<&M::mechanism>(), field<&M::iterations>());
    }
  };

  struct User {
    String user;
    int16_t error_code = 0;
    Nullable<String> error_message = "";
    Array<CredentialInfo> credential_infos;

    static constexpr auto fields() {
      using M = User;
      return wire::fields(field<&M::user>(),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::credential_infos>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";
  Array<User> results;

  static constexpr auto fields() {
    using M = DescribeUserScramCredentialsResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::results>());
  }
};

}  // namespace ottla::wire
