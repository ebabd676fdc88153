// A group of Kafka Streams in __consumer_offsets, in several records as a consumer group (consumer_group.h), with
// tasks in the place of partitions, and a record for the topology.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct StreamsGroupMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 17, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = StreamsGroupMetadataKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct StreamsGroupMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 17, only(0), always};

  struct LastAssignmentConfig {
    String key;
    String value;

    static constexpr auto fields() {
      using M = LastAssignmentConfig;
      return wire::fields(field<&M::key>(), field<&M::value>());
    }
  };

  int32_t epoch = 0;                      // counts changes of members and topology
  int64_t metadata_hash = 0;              // of the source topics
  int32_t validated_topology_epoch = -1;  // topology whose topics were found in order; -1: none
  // settings that the last assignment was made with
  Nullable<Array<LastAssignmentConfig>> last_assignment_configs = empty;
  // whose description is kept; -1: none, -2: uncertain, an operation was interrupted
  int32_t stored_description_topology_epoch = -1;
  int32_t failed_description_topology_epoch = -1;  // whose description was refused for good; -1: none

  static constexpr auto fields() {
    using M = StreamsGroupMetadataValue;
    return wire::fields(field<&M::epoch>(),
                        field<&M::metadata_hash>(),
                        field<&M::validated_topology_epoch>().tagged(0),
                        field<&M::last_assignment_configs>().nullable().tagged(1),
                        field<&M::stored_description_topology_epoch>().tagged(2),
                        field<&M::failed_description_topology_epoch>().tagged(3));
  }
};

struct StreamsGroupMemberMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 19, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = StreamsGroupMemberMetadataKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct StreamsGroupMemberMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 19, only(0), always};

  struct Endpoint {
    String host;
    uint16_t port = 0;

    static constexpr auto fields() {
      using M = Endpoint;
      return wire::fields(field<&M::host>(), field<&M::port>());
    }
  };

  struct KeyValue {
    String key;
    String value;

    static constexpr auto fields() {
      using M = KeyValue;
      return wire::fields(field<&M::key>(), field<&M::value>());
    }
  };

  Nullable<String> instance_id = "";  // of a static member
  Nullable<String> rack_id = "";
  String client_id;
  String client_host;
  int32_t rebalance_timeout_ms = -1;
  int32_t topology_epoch = 0;
  String process_id;
  Nullable<Endpoint> user_endpoint;  // for interactive queries
  Array<KeyValue> client_tags;

  static constexpr auto fields() {
    using M = StreamsGroupMemberMetadataValue;
    return wire::fields(field<&M::instance_id>().nullable(),
                        field<&M::rack_id>().nullable(),
                        field<&M::client_id>(),
                        field<&M::client_host>(),
                        field<&M::rebalance_timeout_ms>(),
                        field<&M::topology_epoch>(),
                        field<&M::process_id>(),
                        field<&M::user_endpoint>().nullable(),
                        field<&M::client_tags>());
  }
};

struct StreamsGroupTargetAssignmentMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 20, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = StreamsGroupTargetAssignmentMetadataKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct StreamsGroupTargetAssignmentMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 20, only(0), always};

  int32_t assignment_epoch = 0;      // group epoch that the assignment was made for
  int64_t assignment_timestamp = 0;  // ms since 1970

  static constexpr auto fields() {
    using M = StreamsGroupTargetAssignmentMetadataValue;
    return wire::fields(field<&M::assignment_epoch>(), field<&M::assignment_timestamp>().tagged(0));
  }
};

struct StreamsGroupTargetAssignmentMemberKey {
  static constexpr Record kRecord{RecordFamily::group_key, 21, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = StreamsGroupTargetAssignmentMemberKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct StreamsGroupTargetAssignmentMemberValue {
  static constexpr Record kRecord{RecordFamily::group_value, 21, only(0), always};

  struct TaskIds {
    String subtopology_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TaskIds;
      return wire::fields(field<&M::subtopology_id>(), field<&M::partitions>());
    }
  };

  Array<TaskIds> active_tasks;
  Array<TaskIds> standby_tasks;
  Array<TaskIds> warmup_tasks;

  static constexpr auto fields() {
    using M = StreamsGroupTargetAssignmentMemberValue;
    return wire::fields(field<&M::active_tasks>(), field<&M::standby_tasks>(), field<&M::warmup_tasks>());
  }
};

struct StreamsGroupCurrentMemberAssignmentKey {
  static constexpr Record kRecord{RecordFamily::group_key, 22, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = StreamsGroupCurrentMemberAssignmentKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct StreamsGroupCurrentMemberAssignmentValue {
  static constexpr Record kRecord{RecordFamily::group_value, 22, only(0), always};

  struct TaskIds {
    String subtopology_id;
    Array<int32_t> partitions;
    // when each was assigned; active tasks only; empty or null: unknown
    Nullable<Array<int32_t>> assignment_epochs = empty;

    static constexpr auto fields() {
      using M = TaskIds;
      return wire::fields(
          field<&M::subtopology_id>(), field<&M::partitions>(), field<&M::assignment_epochs>().nullable().tagged(0));
    }
  };

  int32_t member_epoch = 0;           // in which it has its assignment
  int32_t previous_member_epoch = 0;  // accepted still: the answer that raised the epoch may have been lost
  int8_t state = 0;                   // 0 stable, 1 has to give up tasks, 2 waits for tasks of others
  Array<TaskIds> active_tasks;
  Array<TaskIds> standby_tasks;
  Array<TaskIds> warmup_tasks;
  Array<TaskIds> active_tasks_pending_revocation;
  Array<TaskIds> standby_tasks_pending_revocation;
  Array<TaskIds> warmup_tasks_pending_revocation;

  static constexpr auto fields() {
    using M = StreamsGroupCurrentMemberAssignmentValue;
    return wire::fields(field<&M::member_epoch>(),
                        field<&M::previous_member_epoch>(),
                        field<&M::state>(),
                        field<&M::active_tasks>(),
                        field<&M::standby_tasks>(),
                        field<&M::warmup_tasks>(),
                        field<&M::active_tasks_pending_revocation>(),
                        field<&M::standby_tasks_pending_revocation>(),
                        field<&M::warmup_tasks_pending_revocation>());
  }
};

struct StreamsGroupTopologyKey {
  static constexpr Record kRecord{RecordFamily::group_key, 23, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = StreamsGroupTopologyKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct StreamsGroupTopologyValue {
  static constexpr Record kRecord{RecordFamily::group_value, 23, only(0), always};

  struct TopicConfig {
    String key;
    String value;

    static constexpr auto fields() {
      using M = TopicConfig;
      return wire::fields(field<&M::key>(), field<&M::value>());
    }
  };

  struct TopicInfo {
    String name;
    int32_t partitions = 0;          // 0: as many as the source topics
    int16_t replication_factor = 0;  // 0: default
    Array<TopicConfig> topic_configs;

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

  int32_t epoch = 0;
  Array<Subtopology> subtopologies;

  static constexpr auto fields() {
    using M = StreamsGroupTopologyValue;
    return wire::fields(field<&M::epoch>(), field<&M::subtopologies>());
  }
};

}  // namespace ottla::wire
