// StreamsGroupHeartbeat (key 88): all that a member says to a group of Kafka Streams (KIP-1071): join, stay, change,
// leave.
//
// As ConsumerGroupHeartbeat, with tasks in the place of partitions. A task is a subtopology and a partition number;
// active tasks process, standby tasks keep a copy of the state, warm-up tasks prepare to take over. The joining
// member brings the topology, and the coordinator makes its internal topics. What has not changed is null or -1.
//
//   v1  the coordinator may ask for a description of the topology (StreamsGroupTopologyDescriptionUpdate); status 6;
//       the acceptable lag is an int64
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct StreamsGroupHeartbeatRequest {
  static constexpr Api kApi{88, between(0, 1), always};

  struct KeyValue {
    String key;
    String value;

    static constexpr auto fields() {
      using M = KeyValue;
      return wire::fields(field<&M::key>(), field<&M::value>());
    }
  };

  struct TopicInfo {
    String name;
    int32_t partitions = 0;
    int16_t replication_factor = 0;
    Array<KeyValue> topic_configs;

    static constexpr auto fields() {
      using M = TopicInfo;
      return wire::fields(
          field<&M::name>(), field<&M::partitions>(), field<&M::replication_factor>(), field<&M::topic_configs>());
    }
  };

  struct CopartitionGroup {
    Array<int16_t> source_topics;
    Array<int16_t> source_topic_regex;
    Array<int16_t> repartition_source_topics;

    static constexpr auto fields() {
      using M = CopartitionGroup;
      return wire::fields(
          field<&M::source_topics>(), field<&M::source_topic_regex>(), field<&M::repartition_source_topics>());
    }
  };

  struct Subtopology {
    String subtopology_id;
    Array<String> source_topics;
    Array<String> source_topic_regex;
    Array<TopicInfo> state_changelog_topics;
    Array<String> repartition_sink_topics;
    Array<TopicInfo> repartition_source_topics;
    // topics that need equally many partitions; indexes into the lists above
    Array<CopartitionGroup> copartition_groups;

    static constexpr auto fields() {
      using M = Subtopology;
      return wire::fields(field<&M::subtopology_id>(),
                          field<&M::source_topics>(),
                          field<&M::source_topic_regex>(),
                          field<&M::state_changelog_topics>(),
                          field<&M::repartition_sink_topics>(),
                          field<&M::repartition_source_topics>(),
                          field<&M::copartition_groups>());
    }
  };

  struct Topology {
    int32_t epoch = 0;
    Array<Subtopology> subtopologies;

    static constexpr auto fields() {
      using M = Topology;
      return wire::fields(field<&M::epoch>(), field<&M::subtopologies>());
    }
  };

  struct TaskIds {
    String subtopology_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TaskIds;
      return wire::fields(field<&M::subtopology_id>(), field<&M::partitions>());
    }
  };

  struct Endpoint {
    String host;
    uint16_t port = 0;

    static constexpr auto fields() {
      using M = Endpoint;
      return wire::fields(field<&M::host>(), field<&M::port>());
    }
  };

  struct TaskOffset {
    String subtopology_id;
    int32_t partition = 0;
    int64_t offset = 0;

    static constexpr auto fields() {
      using M = TaskOffset;
      return wire::fields(field<&M::subtopology_id>(), field<&M::partition>(), field<&M::offset>());
    }
  };

  String group_id;
  String member_id;                        // made by the client
  int32_t member_epoch = 0;                // 0 joins, -1 leaves, -2 leaves for a while
  int32_t endpoint_information_epoch = 0;  // of the endpoints that it knows
  Nullable<String> instance_id;
  Nullable<String> rack_id;
  int32_t rebalance_timeout_ms = -1;      // -1: unchanged
  Nullable<Topology> topology;            // when joining; else null
  Nullable<Array<TaskIds>> active_tasks;  // what it owns; null: unchanged
  Nullable<Array<TaskIds>> standby_tasks;
  Nullable<Array<TaskIds>> warmup_tasks;
  Nullable<String> process_id;       // null: unchanged; members of one process share its state stores
  Nullable<Endpoint> user_endpoint;  // for interactive queries; null: none, or unchanged
  Nullable<Array<KeyValue>> client_tags;
  Nullable<Array<TaskOffset>> task_offsets;      // how far its copies of state are
  Nullable<Array<TaskOffset>> task_end_offsets;  // and how far they are to go
  bool shutdown_application = false;             // tell all members to stop

  static constexpr auto fields() {
    using M = StreamsGroupHeartbeatRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::member_id>(),
                        field<&M::member_epoch>(),
                        field<&M::endpoint_information_epoch>(),
                        field<&M::instance_id>().nullable(),
                        field<&M::rack_id>().nullable(),
                        field<&M::rebalance_timeout_ms>(),
                        field<&M::topology>().nullable(),
                        field<&M::active_tasks>().nullable(),
                        field<&M::standby_tasks>().nullable(),
                        field<&M::warmup_tasks>().nullable(),
                        field<&M::process_id>().nullable(),
                        field<&M::user_endpoint>().nullable(),
                        field<&M::client_tags>().nullable(),
                        field<&M::task_offsets>().nullable(),
                        field<&M::task_end_offsets>().nullable(),
                        field<&M::shutdown_application>());
  }
};

struct StreamsGroupHeartbeatResponse {
  static constexpr Api kApi{88, between(0, 1), always};

  struct Status {
    // 0 stale topology, 1 source topics missing, 2 partition counts do not fit, 3 internal topics missing, 4 shut
    // down, 5 assignment delayed, 6 client tags missing
    int8_t status_code = 0;
    String status_detail;

    static constexpr auto fields() {
      using M = Status;
      return wire::fields(field<&M::status_code>(), field<&M::status_detail>());
    }
  };

  struct TaskIds {
    String subtopology_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TaskIds;
      return wire::fields(field<&M::subtopology_id>(), field<&M::partitions>());
    }
  };

  struct Endpoint {
    String host;
    uint16_t port = 0;

    static constexpr auto fields() {
      using M = Endpoint;
      return wire::fields(field<&M::host>(), field<&M::port>());
    }
  };

  struct TopicPartition {
    String topic;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartition;
      return wire::fields(field<&M::topic>(), field<&M::partitions>());
    }
  };

  struct EndpointToPartitions {
    Endpoint user_endpoint;
    Array<TopicPartition> active_partitions;
    Array<TopicPartition> standby_partitions;

    static constexpr auto fields() {
      using M = EndpointToPartitions;
      return wire::fields(field<&M::user_endpoint>(), field<&M::active_partitions>(), field<&M::standby_partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message;
  String member_id;
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  int32_t acceptable_recovery_lag_legacy = 0;
  int32_t task_offset_interval_ms = 0;
  int64_t acceptable_recovery_lag = -1;    // -1: not supported
  Nullable<Array<Status>> status = empty;  // what keeps the group from working; null: unchanged
  Nullable<Array<TaskIds>> active_tasks;   // null: unchanged
  Nullable<Array<TaskIds>> standby_tasks;  // null: unchanged
  Nullable<Array<TaskIds>> warmup_tasks;   // null: unchanged
  bool topology_description_required = false;
  int32_t endpoint_information_epoch = 0;
  // where to query; several entries of one endpoint add up; null: unchanged
  Nullable<Array<EndpointToPartitions>> partitions_by_user_endpoint;

  static constexpr auto fields() {
    using M = StreamsGroupHeartbeatResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::member_id>(),
                        field<&M::member_epoch>(),
                        field<&M::heartbeat_interval_ms>(),
                        field<&M::acceptable_recovery_lag_legacy>(only(0)),
                        field<&M::task_offset_interval_ms>(),
                        field<&M::acceptable_recovery_lag>(since(1)),
                        field<&M::status>().nullable(),
                        field<&M::active_tasks>().nullable(),
                        field<&M::standby_tasks>().nullable(),
                        field<&M::warmup_tasks>().nullable(),
                        field<&M::topology_description_required>(since(1)),
                        field<&M::endpoint_information_epoch>(),
                        field<&M::partitions_by_user_endpoint>().nullable());
  }
};

}  // namespace ottla::wire
