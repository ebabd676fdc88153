// OffsetForLeaderEpoch (key 23): where an epoch ended, asked of a partition's leader. A consumer learns from it that
// the log was truncated under its position; followers used to truncate by it.
//
//   v1  the epoch that the offset belongs to: the largest known up to the one asked for
//   v2  the current epoch: the asker is fenced; throttle time
//   v3  replica id
//   v4  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct OffsetForLeaderEpochRequest {
  static constexpr Api kApi{23, between(0, 4), since(4)};

  struct Partition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;  // -1: do not check
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

  int32_t replica_id = -2;  // -1: a consumer, -2: a debugging one
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
    int32_t leader_epoch = -1;  // -1: unknown
    int64_t end_offset = -1;    // exclusive; -1: unknown

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
