// OffsetForLeaderEpoch (key 23).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct OffsetForLeaderEpochRequest {
  static constexpr Api kApi{23, between(0, 4), since(4)};

  struct Partition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int32_t leader_epoch = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(), field<&M::current_leader_epoch>(since(2)), field<&M::leader_epoch>());
    }
  };

  struct Topic {
    String topic;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic>(), field<&M::partitions>());
    }
  };

  int32_t replica_id = -2;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = OffsetForLeaderEpochRequest;
    return wire::fields(field<&M::replica_id>(since(3)), field<&M::topics>());
  }
};

struct OffsetForLeaderEpochResponse {
  static constexpr Api kApi{23, between(0, 4), since(4)};

  struct Partition {
    int16_t error_code = 0;
    int32_t partition = 0;
    int32_t leader_epoch = -1;
    int64_t end_offset = -1;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(
          field<&M::error_code>(), field<&M::partition>(), field<&M::leader_epoch>(since(1)), field<&M::end_offset>());
    }
  };

  struct Topic {
    String topic;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic>(), field<&M::partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = OffsetForLeaderEpochResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(2)), field<&M::topics>());
  }
};

}  // namespace ottla::wire
