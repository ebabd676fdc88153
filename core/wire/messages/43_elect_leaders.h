// ElectLeaders (key 43): makes partitions' leaders the preferred ones, or elects some where there is none.
//
// A preferred leader is the first of the replicas, if it is in sync. An unclean election takes any live replica when
// none in sync is left, and loses what only those had. A partition that needs none is ELECTION_NOT_NEEDED, and left out
// if all were asked for.
//
//   v0  preferred leaders only; then named ElectPreferredLeaders
//   v1  election types; top-level error
//   v2  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ElectLeadersRequest {
  static constexpr Api kApi{43, between(0, 2), since(2)};

  struct TopicPartitions {
    String topic;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic>(), field<&M::partitions>());
    }
  };

  int8_t election_type = 0;                                   // 0 preferred, 1 unclean
  Nullable<Array<TopicPartitions>> topic_partitions = empty;  // null: all
  int32_t timeout_ms = 60000;

  static constexpr auto fields() {
    using M = ElectLeadersRequest;
    return wire::fields(
        field<&M::election_type>(since(1)), field<&M::topic_partitions>().nullable(), field<&M::timeout_ms>());
  }
};

struct ElectLeadersResponse {
  static constexpr Api kApi{43, between(0, 2), since(2)};

  struct PartitionResult {
    int32_t partition_id = 0;
    int16_t error_code = 0;
    Nullable<String> error_message = "";

    static constexpr auto fields() {
      using M = PartitionResult;
      return wire::fields(field<&M::partition_id>(), field<&M::error_code>(), field<&M::error_message>().nullable());
    }
  };

  struct ReplicaElectionResult {
    String topic;
    Array<PartitionResult> partition_result;

    static constexpr auto fields() {
      using M = ReplicaElectionResult;
      return wire::fields(field<&M::topic>(), field<&M::partition_result>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Array<ReplicaElectionResult> replica_election_results;

  static constexpr auto fields() {
    using M = ElectLeadersResponse;
    return wire::fields(
        field<&M::throttle_time_ms>(), field<&M::error_code>(since(1)), field<&M::replica_election_results>());
  }
};

}  // namespace ottla::wire
