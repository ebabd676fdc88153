// Metadata (key 3): who the brokers are, and where every partition's leader is.
//
// The request names topics or asks for all of them: with an empty list in v0; with null since v1, when an empty list
// came to mean "none, the brokers only". The answer's topics stand in no promised order, and a topic asked for that
// does not exist is in it with an error of its own.
//
//   v1   racks, the controller, is_internal; null asks for all topics
//   v2   cluster id
//   v3   throttle time
//   v4   the client says whether a topic it names may be created
//   v5   offline replicas
//   v6   as v5; an answer over quota is sent before the client is muted
//   v7   leader epochs
//   v8   authorized operations, if asked for
//   v9   flexible
//   v10  topic ids; the request's could not be used yet
//   v11  the cluster's authorized operations moved to DescribeCluster
//   v12  topics may be asked for by id, name null; in the answer the name of an unknown id is null
//   v13  top-level error
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct MetadataRequest {
  static constexpr Api kApi{3, between(0, 13), since(9)};

  struct Topic {
    Uuid topic_id;  // zero: look the topic up by name
    Nullable<String> name = "";

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_id>(since(10)), field<&M::name>().nullable(since(10)));
    }
  };

  Nullable<Array<Topic>> topics = empty;  // null: all topics; see above for v0
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  static constexpr auto fields() {
    using M = MetadataRequest;
    return wire::fields(field<&M::topics>().nullable(since(1)),
                        field<&M::allow_auto_topic_creation>(since(4)),
                        field<&M::include_cluster_authorized_operations>(between(8, 10)),
                        field<&M::include_topic_authorized_operations>(since(8)));
  }
};

struct MetadataResponse {
  static constexpr Api kApi{3, between(0, 13), since(9)};

  struct Broker {
    int32_t node_id = 0;
    String host;
    int32_t port = 0;
    Nullable<String> rack;

    static constexpr auto fields() {
      using M = Broker;
      return wire::fields(
          field<&M::node_id>(), field<&M::host>(), field<&M::port>(), field<&M::rack>(since(1)).nullable());
    }
  };

  struct Partition {
    int16_t error_code = 0;
    int32_t partition_index = 0;
    int32_t leader_id = 0;  // -1 while there is none
    int32_t leader_epoch = -1;
    Array<int32_t> replica_nodes;
    Array<int32_t> isr_nodes;
    Array<int32_t> offline_replicas;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::error_code>(),
                          field<&M::partition_index>(),
                          field<&M::leader_id>(),
                          field<&M::leader_epoch>(since(7)),
                          field<&M::replica_nodes>(),
                          field<&M::isr_nodes>(),
                          field<&M::offline_replicas>(since(5)));
    }
  };

  struct Topic {
    int16_t error_code = 0;
    Nullable<String> name = "";
    Uuid topic_id;
    bool is_internal = false;
    Array<Partition> partitions;
    int32_t topic_authorized_operations = INT32_MIN;  // a bit an operation; INT32_MIN: not asked for

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::error_code>(),
                          field<&M::name>().nullable(since(12)),
                          field<&M::topic_id>(since(10)),
                          field<&M::is_internal>(since(1)),
                          field<&M::partitions>(),
                          field<&M::topic_authorized_operations>(since(8)));
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Broker> brokers;
  Nullable<String> cluster_id;
  int32_t controller_id = -1;
  Array<Topic> topics;
  int32_t cluster_authorized_operations = INT32_MIN;
  int16_t error_code = 0;

  static constexpr auto fields() {
    using M = MetadataResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(3)),
                        field<&M::brokers>(),
                        field<&M::cluster_id>(since(2)).nullable(),
                        field<&M::controller_id>(since(1)),
                        field<&M::topics>(),
                        field<&M::cluster_authorized_operations>(between(8, 10)),
                        field<&M::error_code>(since(13)));
  }
};

}  // namespace ottla::wire
