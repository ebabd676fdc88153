// Access control entries, SCRAM credentials and delegation tokens in the metadata log. The numbers are those of the
// requests: see messages/29_describe_acls.h and messages/50_describe_user_scram_credentials.h.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AccessControlEntryRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 18, only(0), always};

  Uuid id;
  int8_t resource_type = 0;
  String resource_name;
  int8_t pattern_type = 0;
  String principal;
  String host;
  int8_t operation = 0;
  int8_t permission_type = 0;

  static constexpr auto fields() {
    using M = AccessControlEntryRecord;
    return wire::fields(field<&M::id>(),
                        field<&M::resource_type>(),
                        field<&M::resource_name>(),
                        field<&M::pattern_type>(),
                        field<&M::principal>(),
                        field<&M::host>(),
                        field<&M::operation>(),
                        field<&M::permission_type>());
  }
};

struct RemoveAccessControlEntryRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 19, only(0), always};

  Uuid id;

  static constexpr auto fields() {
    using M = RemoveAccessControlEntryRecord;
    return wire::fields(field<&M::id>());
  }
};

struct UserScramCredentialRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 11, only(0), always};

  String name;
  int8_t mechanism = 0;  // 1 SCRAM-SHA-256, 2 SCRAM-SHA-512
  Bytes salt;
  Bytes stored_key;
  Bytes server_key;
  int32_t iterations = 0;

  static constexpr auto fields() {
    using M = UserScramCredentialRecord;
    return wire::fields(field<&M::name>(),
                        field<&M::mechanism>(),
                        field<&M::salt>(),
                        field<&M::stored_key>(),
                        field<&M::server_key>(),
                        field<&M::iterations>());
  }
};

struct RemoveUserScramCredentialRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 22, only(0), always};

  String name;
  int8_t mechanism = 0;  // 1 SCRAM-SHA-256, 2 SCRAM-SHA-512

  static constexpr auto fields() {
    using M = RemoveUserScramCredentialRecord;
    return wire::fields(field<&M::name>(), field<&M::mechanism>());
  }
};

struct DelegationTokenRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 10, only(0), always};

  String owner;
  String requester;
  Array<String> renewers;
  int64_t issue_timestamp = 0;       // ms since 1970
  int64_t max_timestamp = 0;         // no renewal goes beyond
  int64_t expiration_timestamp = 0;  // unless renewed
  String token_id;

  static constexpr auto fields() {
    using M = DelegationTokenRecord;
    return wire::fields(field<&M::owner>(),
                        field<&M::requester>(),
                        field<&M::renewers>(),
                        field<&M::issue_timestamp>(),
                        field<&M::max_timestamp>(),
                        field<&M::expiration_timestamp>(),
                        field<&M::token_id>());
  }
};

struct RemoveDelegationTokenRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 26, only(0), always};

  String token_id;

  static constexpr auto fields() {
    using M = RemoveDelegationTokenRecord;
    return wire::fields(field<&M::token_id>());
  }
};

}  // namespace ottla::wire
