// StreamsGroupDescribe (key 89): groups of Kafka Streams with their topology, members and tasks.
//
//   v1  the description of the topology, if asked for; the assignor
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct StreamsGroupDescribeRequest {
  static constexpr Api kApi{89, between(0, 1), always};

  Array<String> group_ids;
  bool include_authorized_operations = false;
  bool include_topology_description = false;

  static constexpr auto fields() {
    using M = StreamsGroupDescribeRequest;
    return wire::fields(field<&M::group_ids>(),
                        field<&M::include_authorized_operations>(),
                        field<&M::include_topology_description>(since(1)));
  }
};

struct StreamsGroupDescribeResponse {
  static constexpr Api kApi{89, between(0, 1), always};

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

  struct Subtopology {
    String subtopology_id;
    Array<String> source_topics;
    Array<String> repartition_sink_topics;
    Array<TopicInfo> state_changelog_topics;
    Array<TopicInfo> repartition_source_topics;

    static constexpr auto fields() {
      using M = Subtopology;
      return wire::fields(field<&M::subtopology_id>(),
                          field<&M::source_topics>(),
                          field<&M::repartition_sink_topics>(),
                          field<&M::state_changelog_topics>(),
                          field<&M::repartition_source_topics>());
    }
  };

  struct Topology {
    int32_t epoch = 0;
    // null: not initialized, or source topics are missing or do not fit
    Nullable<Array<Subtopology>> subtopologies;

    static constexpr auto fields() {
      using M = Topology;
      return wire::fields(field<&M::epoch>(), field<&M::subtopologies>().nullable());
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

  struct TaskIds {
    String subtopology_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TaskIds;
      return wire::fields(field<&M::subtopology_id>(), field<&M::partitions>());
    }
  };

  struct Assignment {
    Array<TaskIds> active_tasks;
    Array<TaskIds> standby_tasks;
    Array<TaskIds> warmup_tasks;

    static constexpr auto fields() {
      using M = Assignment;
      return wire::fields(field<&M::active_tasks>(), field<&M::standby_tasks>(), field<&M::warmup_tasks>());
    }
  };

  struct Member {
    String member_id;
    int32_t member_epoch = 0;
    Nullable<String> instance_id;
    Nullable<String> rack_id;
    String client_id;
    String client_host;
    int32_t topology_epoch = 0;
    String process_id;
    Nullable<Endpoint> user_endpoint;  // null: none
    Array<KeyValue> client_tags;
    Array<TaskOffset> task_offsets;
    Array<TaskOffset> task_end_offsets;
    Assignment assignment;
    Assignment target_assignment;
    bool is_classic = false;  // speaks the classic protocol still

    static constexpr auto fields() {
      using M = Member;
      return wire::fields(field<&M::member_id>(),
                          field<&M::member_epoch>(),
                          field<&M::instance_id>().nullable(),
                          field<&M::rack_id>().nullable(),
                          field<&M::client_id>(),
                          field<&M::client_host>(),
                          field<&M::topology_epoch>(),
                          field<&M::process_id>(),
                          field<&M::user_endpoint>().nullable(),
                          field<&M::client_tags>(),
                          field<&M::task_offsets>(),
                          field<&M::task_end_offsets>(),
                          field<&M::assignment>(),
                          field<&M::target_assignment>(),
                          field<&M::is_classic>());
    }
  };

  struct TopologyDescriptionNode {
    String name;
    int8_t node_type = 0;  // 1 source, 2 processor, 3 sink
    Array<String> source_topics;
    Nullable<String> sink_topic;  // null: decided record by record, or not a sink
    Array<String> stores;
    Array<String> successors;

    static constexpr auto fields() {
      using M = TopologyDescriptionNode;
      return wire::fields(field<&M::name>(),
                          field<&M::node_type>(),
                          field<&M::source_topics>(),
                          field<&M::sink_topic>().nullable(),
                          field<&M::stores>(),
                          field<&M::successors>());
    }
  };

  struct TopologyDescriptionSubtopology {
    String subtopology_id;
    Array<TopologyDescriptionNode> nodes;

    static constexpr auto fields() {
      using M = TopologyDescriptionSubtopology;
      return wire::fields(field<&M::subtopology_id>(), field<&M::nodes>());
    }
  };

  struct TopologyDescriptionGlobalStore {
    TopologyDescriptionNode source;
    TopologyDescriptionNode processor;

    static constexpr auto fields() {
      using M = TopologyDescriptionGlobalStore;
      return wire::fields(field<&M::source>(), field<&M::processor>());
    }
  };

  struct TopologyDescription {
    Array<TopologyDescriptionSubtopology> subtopologies;
    Array<TopologyDescriptionGlobalStore> global_stores;

    static constexpr auto fields() {
      using M = TopologyDescription;
      return wire::fields(field<&M::subtopologies>(), field<&M::global_stores>());
    }
  };

  struct Group {
    int16_t error_code = 0;
    Nullable<String> error_message;
    String group_id;
    String group_state;
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    Nullable<Topology> topology;  // null: an error
    Array<Member> members;
    int32_t authorized_operations = INT32_MIN;           // a bit an operation; INT32_MIN: not asked for
    Nullable<TopologyDescription> topology_description;  // null unless the status is 3
    int8_t topology_description_status = 0;  // 0 not asked for, 1 none stored, 2 could not be fetched, 3 there
    Nullable<String> assignor_name;          // of the next assignment; null: an error

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::group_id>(),
                          field<&M::group_state>(),
                          field<&M::group_epoch>(),
                          field<&M::assignment_epoch>(),
                          field<&M::topology>().nullable(),
                          field<&M::members>(),
                          field<&M::authorized_operations>(),
                          field<&M::topology_description>(since(1)).nullable(),
                          field<&M::topology_description_status>(since(1)),
                          field<&M::assignor_name>(since(1)).nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Group> groups;

  static constexpr auto fields() {
    using M = StreamsGroupDescribeResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::groups>());
  }
};

}  // namespace ottla::wire
