// ShareGroupHeartbeat (key 76): all that a member says to a share group (KIP-932): join, stay, leave. As
// ConsumerGroupHeartbeat, but a partition may be assigned to several members, so nobody has to give anything up.
//
// Kafka 4.0 had another v0 as a preview; it is gone.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ShareGroupHeartbeatRequest {
  static constexpr Api kApi{76, only(1), always};

  String group_id;
  String member_id;                                // made by the client
  int32_t member_epoch = 0;                        // 0 joins, -1 leaves
  Nullable<String> rack_id;                        // null: none, or unchanged
  Nullable<Array<String>> subscribed_topic_names;  // null: unchanged

  static constexpr auto fields() {
    using M = ShareGroupHeartbeatRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::member_id>(),
                        field<&M::member_epoch>(),
                        field<&M::rack_id>().nullable(),
                        field<&M::subscribed_topic_names>().nullable());
  }
};

struct ShareGroupHeartbeatResponse {
  static constexpr Api kApi{76, only(1), always};

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
    using M = ShareGroupHeartbeatResponse;
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
