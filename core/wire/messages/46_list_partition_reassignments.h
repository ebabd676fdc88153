// ListPartitionReassignments (key 46): the partitions that are being moved. Others are left out, asked for or not.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListPartitionReassignmentsRequest {
  static constexpr Api kApi{46, only(0), always};

  struct Topic {
    String name;
    Array<int32_t> partition_indexes;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partition_indexes>());
    }
  };

  int32_t timeout_ms = 60000;
  Nullable<Array<Topic>> topics;  // null: all

  static constexpr auto fields() {
    using M = ListPartitionReassignmentsRequest;
    return wire::fields(field<&M::timeout_ms>(), field<&M::topics>().nullable());
  }
};

struct ListPartitionReassignmentsResponse {
  static constexpr Api kApi{46, only(0), always};

  struct Partition {
    int32_t partition_index = 0;
    Array<int32_t> replicas;  // all, those that come and those that go included
    Array<int32_t> adding_replicas;
    Array<int32_t> removing_replicas;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::replicas>(),
                          field<&M::adding_replicas>(),
                          field<&M::removing_replicas>());
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
  int16_t error_code = 0;
  Nullable<String> error_message = "";
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = ListPartitionReassignmentsResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::topics>());
  }
};

}  // namespace ottla::wire
