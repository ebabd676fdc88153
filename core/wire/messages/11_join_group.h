// JoinGroup (key 11): enters a group of the classic protocol, or enters it anew when it rebalances.
//
// The answer is parked until the members known so far have joined or the rebalance timeout has passed. Then the
// coordinator picks a protocol that all members offer and a leader; the leader alone is told of the members and their
// metadata, computes who gets what, and hands it in with SyncGroup. Metadata and assignments are the clients'
// business (consumers: records/consumer_protocol.h); the coordinator stores and forwards them.
//
//   v1  rebalance timeout; before, the session timeout bounded the rebalance too
//   v2  throttle time
//   v3  as v2; an answer over quota is sent before the client is muted
//   v4  a new member is first sent away with MEMBER_ID_REQUIRED and an id to come back with
//   v5  static members
//   v6  flexible
//   v7  the answer names the protocol type; null where there is none, as is the protocol
//   v8  the reason for joining, for logs
//   v9  a leader may be told to skip the assignment: a static one that came back to an unchanged group
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct JoinGroupRequest {
  static constexpr Api kApi{11, between(0, 9), since(6)};

  struct Protocol {
    String name;
    Bytes metadata;

    static constexpr auto fields() {
      using M = Protocol;
      return wire::fields(field<&M::name>(), field<&M::metadata>());
    }
  };

  String group_id;
  int32_t session_timeout_ms = 0;      // without a heartbeat for this long the member is out
  int32_t rebalance_timeout_ms = -1;   // -1: as the session timeout
  String member_id;                    // empty: a new member
  Nullable<String> group_instance_id;  // of a static member
  String protocol_type;                // "consumer", "connect", ...
  Array<Protocol> protocols;           // most wanted first
  Nullable<String> reason;

  static constexpr auto fields() {
    using M = JoinGroupRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::session_timeout_ms>(),
                        field<&M::rebalance_timeout_ms>(since(1)),
                        field<&M::member_id>(),
                        field<&M::group_instance_id>(since(5)).nullable(),
                        field<&M::protocol_type>(),
                        field<&M::protocols>(),
                        field<&M::reason>(since(8)).nullable());
  }
};

struct JoinGroupResponse {
  static constexpr Api kApi{11, between(0, 9), since(6)};

  struct Member {
    String member_id;
    Nullable<String> group_instance_id;
    Bytes metadata;  // as the member sent it for the chosen protocol

    static constexpr auto fields() {
      using M = Member;
      return wire::fields(
          field<&M::member_id>(), field<&M::group_instance_id>(since(5)).nullable(), field<&M::metadata>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int32_t generation_id = -1;  // -1: an error
  Nullable<String> protocol_type;
  Nullable<String> protocol_name = "";
  String leader;
  bool skip_assignment = false;
  String member_id;
  Array<Member> members;  // empty for all but the leader

  static constexpr auto fields() {
    using M = JoinGroupResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(2)),
                        field<&M::error_code>(),
                        field<&M::generation_id>(),
                        field<&M::protocol_type>(since(7)).nullable(),
                        field<&M::protocol_name>().nullable(since(7)),
                        field<&M::leader>(),
                        field<&M::skip_assignment>(since(9)),
                        field<&M::member_id>(),
                        field<&M::members>());
  }
};

}  // namespace ottla::wire
