// DescribeQuorum (key 55): the state of the metadata quorum as its leader sees it: who votes, who watches, how far
// each is. Brokers pass it on to the leader.
//
//   v1  when each replica fetched and when it was caught up
//   v2  directory ids, endpoints of the nodes, error messages
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeQuorumRequest {
  static constexpr Api kApi{55, between(0, 2), always};

  struct Partition {
    int32_t partition_index = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>());
    }
  };

  struct Topic {
    String topic_name;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>(), field<&M::partitions>());
    }
  };

  Array<Topic> topics;

  static constexpr auto fields() {
    using M = DescribeQuorumRequest;
    return wire::fields(field<&M::topics>());
  }
};

struct DescribeQuorumResponse {
  static constexpr Api kApi{55, between(0, 2), always};

  struct ReplicaState {
    int32_t replica_id = 0;
    Uuid replica_directory_id;
    int64_t log_end_offset = 0;             // -1: unknown
    int64_t last_fetch_timestamp = -1;      // ms since 1970; -1: unknown, or the leader
    int64_t last_caught_up_timestamp = -1;  // ms since 1970; -1: unknown

    static constexpr auto fields() {
      using M = ReplicaState;
      return wire::fields(field<&M::replica_id>(),
                          field<&M::replica_directory_id>(since(2)),
                          field<&M::log_end_offset>(),
                          field<&M::last_fetch_timestamp>(since(1)),
                          field<&M::last_caught_up_timestamp>(since(1)));
    }
  };

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    Nullable<String> error_message = "";
    int32_t leader_id = 0;  // -1: unknown
    int32_t leader_epoch = 0;
    int64_t high_watermark = 0;
    Array<ReplicaState> current_voters;
    Array<ReplicaState> observers;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::error_code>(),
                          field<&M::error_message>(since(2)).nullable(),
                          field<&M::leader_id>(),
                          field<&M::leader_epoch>(),
                          field<&M::high_watermark>(),
                          field<&M::current_voters>(),
                          field<&M::observers>());
    }
  };

  struct Topic {
    String topic_name;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>(), field<&M::partitions>());
    }
  };

  struct Listener {
    String name;
    String host;
    uint16_t port = 0;

    static constexpr auto fields() {
      using M = Listener;
      return wire::fields(field<&M::name>(), field<&M::host>(), field<&M::port>());
    }
  };

  struct Node {
    int32_t node_id = 0;
    Array<Listener> listeners;

    static constexpr auto fields() {
      using M = Node;
      return wire::fields(field<&M::node_id>(), field<&M::listeners>());
    }
  };

  int16_t error_code = 0;
  Nullable<String> error_message = "";
  Array<Topic> topics;
  Array<Node> nodes;

  static constexpr auto fields() {
    using M = DescribeQuorumResponse;
    return wire::fields(field<&M::error_code>(),
                        field<&M::error_message>(since(2)).nullable(),
                        field<&M::topics>(),
                        field<&M::nodes>(since(2)));
  }
};

}  // namespace ottla::wire
