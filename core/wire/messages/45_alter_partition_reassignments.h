// AlterPartitionReassignments (key 45): moves partitions to other brokers, or stops moving them.
//
// The answer says that the move has begun. New replicas catch up first, old ones go when all new ones are in sync;
// ListPartitionReassignments shows how far that is. Called off, a partition returns to the replicas from before; if it
// is not being moved, that is NO_REASSIGNMENT_IN_PROGRESS.
//
//   v1  may refuse a move that would change the number of replicas
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AlterPartitionReassignmentsRequest {
  static constexpr Api kApi{45, between(0, 1), always};

  struct Partition {
    int32_t partition_index = 0;
    Nullable<Array<int32_t>> replicas;  // the first is the preferred leader; null: call the move off

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::replicas>().nullable());
    }
  };

  struct Topic {
    String name;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partitions>());
    }
  };

  int32_t timeout_ms = 60000;
  bool allow_replication_factor_change = true;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = AlterPartitionReassignmentsRequest;
    return wire::fields(
        field<&M::timeout_ms>(), field<&M::allow_replication_factor_change>(since(1)), field<&M::topics>());
  }
};

struct AlterPartitionReassignmentsResponse {
  static constexpr Api kApi{45, between(0, 1), always};

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    Nullable<String> error_message = "";

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::error_code>(), field<&M::error_message>().nullable());
    }
  };

  struct Topic {
    String name;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  bool allow_replication_factor_change = true;
  int16_t error_code = 0;
  Nullable<String> error_message = "";
  Array<Topic> responses;

  static constexpr auto fields() {
    using M = AlterPartitionReassignmentsResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::allow_replication_factor_change>(since(1)),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::responses>());
  }
};

}  // namespace ottla::wire
