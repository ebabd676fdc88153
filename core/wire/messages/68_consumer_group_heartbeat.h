// ConsumerGroupHeartbeat (key 68): all that a member says to a group of the consumer protocol (KIP-848): join, stay,
// change, leave.
//
// A member joins with epoch 0, leaves with -1, and leaves to come back (a static one) with -2; otherwise it states
// the epoch that it was told last. What has not changed since its last heartbeat it sends as null or -1, so the
// coordinator must remember; joining, it sends everything. Likewise the answer has an assignment only when there is a
// new one. The member owns what it states in topic_partitions; it gets partitions of others only when these have
// given them up.
//
//   v1  subscription by a regular expression, which the coordinator evaluates; the member makes its own id
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ConsumerGroupHeartbeatRequest {
  static constexpr Api kApi{68, between(0, 1), always};

  struct TopicPartitions {
    Uuid topic_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  String group_id;
  String member_id;              // v0: empty when joining, the coordinator gives one
  int32_t member_epoch = 0;      // 0 joins, -1 leaves, -2 leaves for a while
  Nullable<String> instance_id;  // of a static member
  Nullable<String> rack_id;
  int32_t rebalance_timeout_ms = -1;                  // how long it may take to give up partitions; -1: unchanged
  Nullable<Array<String>> subscribed_topic_names;     // null: unchanged
  Nullable<String> subscribed_topic_regex;            // null: unchanged; RE2 syntax; empty: none any more
  Nullable<String> server_assignor;                   // null: unchanged, or any
  Nullable<Array<TopicPartitions>> topic_partitions;  // what it owns; null: unchanged

  static constexpr auto fields() {
    using M = ConsumerGroupHeartbeatRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::member_id>(),
                        field<&M::member_epoch>(),
                        field<&M::instance_id>().nullable(),
                        field<&M::rack_id>().nullable(),
                        field<&M::rebalance_timeout_ms>(),
                        field<&M::subscribed_topic_names>().nullable(),
                        field<&M::subscribed_topic_regex>(since(1)).nullable(),
                        field<&M::server_assignor>().nullable(),
                        field<&M::topic_partitions>().nullable());
  }
};

struct ConsumerGroupHeartbeatResponse {
  static constexpr Api kApi{68, between(0, 1), always};

  struct TopicPartitions {
    Uuid topic_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  struct Assignment {
    Array<TopicPartitions> topic_partitions;

    static constexpr auto fields() {
      using M = Assignment;
      return wire::fields(field<&M::topic_partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message;
  Nullable<String> member_id;
  int32_t member_epoch = 0;  // to state in the next heartbeat
  int32_t heartbeat_interval_ms = 0;
  Nullable<Assignment> assignment;  // null: unchanged

  static constexpr auto fields() {
    using M = ConsumerGroupHeartbeatResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::member_id>().nullable(),
                        field<&M::member_epoch>(),
                        field<&M::heartbeat_interval_ms>(),
                        field<&M::assignment>().nullable());
  }
};

}  // namespace ottla::wire
