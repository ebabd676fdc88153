// A group of the classic protocol in __consumer_offsets: the whole group with its members in one record, written when
// a generation is complete or the group has become empty. Subscriptions and assignments are as the members sent them
// (consumer_protocol.h).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct GroupMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 2, only(0)};

  String group;

  static constexpr auto fields() {
    using M = GroupMetadataKey;
    return wire::fields(field<&M::group>());
  }
};

struct GroupMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 2, between(0, 4), since(4)};

  struct MemberMetadata {
    String member_id;
    Nullable<String> group_instance_id;  // of a static member
    String client_id;
    String client_host;
    int32_t rebalance_timeout = -1;  // ms; -1: as the session timeout
    int32_t session_timeout = 0;     // ms
    Bytes subscription;
    Bytes assignment;

    static constexpr auto fields() {
      using M = MemberMetadata;
      return wire::fields(field<&M::member_id>(),
                          field<&M::group_instance_id>(since(3)).nullable(),
                          field<&M::client_id>(),
                          field<&M::client_host>(),
                          field<&M::rebalance_timeout>(since(1)),
                          field<&M::session_timeout>(),
                          field<&M::subscription>(),
                          field<&M::assignment>());
    }
  };

  String protocol_type;
  int32_t generation = 0;
  Nullable<String> protocol = "";        // null: no members
  Nullable<String> leader = "";          // null: no members
  int64_t current_state_timestamp = -1;  // ms since 1970; -1: unknown
  Array<MemberMetadata> members;

  static constexpr auto fields() {
    using M = GroupMetadataValue;
    return wire::fields(field<&M::protocol_type>(),
                        field<&M::generation>(),
                        field<&M::protocol>().nullable(),
                        field<&M::leader>().nullable(),
                        field<&M::current_state_timestamp>(since(2)),
                        field<&M::members>());
  }
};

}  // namespace ottla::wire
