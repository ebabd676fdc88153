// AlterUserScramCredentials (key 51): sets and deletes users' SCRAM credentials.
//
// The client salts and hashes, so that the broker never sees the password. One change a user, and one error: naming a
// user twice, even for two mechanisms, is DUPLICATE_RESOURCE; deleting what is not there is RESOURCE_NOT_FOUND.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AlterUserScramCredentialsRequest {
  static constexpr Api kApi{51, only(0), always};

  struct Deletion {
    String name;
    int8_t mechanism = 0;  // 1 SCRAM-SHA-256, 2 SCRAM-SHA-512

    static constexpr auto fields() {
      using M = Deletion;
      return wire::fields(field<&M::name>(), field<&M::mechanism>());
    }
  };

  struct Upsertion {
    String name;
    int8_t mechanism = 0;    // 1 SCRAM-SHA-256, 2 SCRAM-SHA-512
    int32_t iterations = 0;  // 4096 to 16384, or UNACCEPTABLE_CREDENTIAL
    Bytes salt;
    Bytes salted_password;  // Hi(password, salt, iterations) of RFC 5802

    static constexpr auto fields() {
      using M = Upsertion;
      return wire::fields(field<&M::name>(),
                          field<&M::mechanism>(),
                          field<&M::iterations>(),
                          field<&M::salt>(),
                          field<&M::salted_password>());
    }
  };

  Array<Deletion> deletions;
  Array<Upsertion> upsertions;

  static constexpr auto fields() {
    using M = AlterUserScramCredentialsRequest;
    return wire::fields(field<&M::deletions>(), field<&M::upsertions>());
  }
};

struct AlterUserScramCredentialsResponse {
  static constexpr Api kApi{51, only(0), always};

  struct User {
    String user;
    int16_t error_code = 0;
    Nullable<String> error_message = "";

    static constexpr auto fields() {
      using M = User;
      return wire::fields(field<&M::user>(), field<&M::error_code>(), field<&M::error_message>().nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<User> results;

  static constexpr auto fields() {
    using M = AlterUserScramCredentialsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::results>());
  }
};

}  // namespace ottla::wire
