// AlterUserScramCredentials (key 51): sets and removes SCRAM credentials. The client salts and hashes, so the broker
// never sees a password. The answer has one error a user.
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
    int8_t mechanism = 0;  // 1 SCRAM-SHA-256, 2 SCRAM-SHA-512
    int32_t iterations = 0;
    Bytes salt;
    Bytes salted_password;

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
