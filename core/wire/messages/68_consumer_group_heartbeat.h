// ConsumerGroupHeartbeat (key 68).
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
  String member_id;
  int32_t member_epoch = 0;
  Nullable<String> instance_id;
  Nullable<String> rack_id;
  int32_t rebalance_timeout_ms = -1;
  Nullable<Array<String>> subscribed_topic_names;
  Nullable<String> subscribed_topic_regex;
  Nullable<String> server_assignor;
  Nullable<Array<TopicPartitions>> topic_partitions;

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
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  Nullable<Assignment> assignment;

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
