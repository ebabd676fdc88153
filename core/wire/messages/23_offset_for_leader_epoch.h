// OffsetForLeaderEpoch (key 23): where a leader epoch ends in the leader's log.
//
// A consumer asks before it reads on after a change of leader, to find out whether its position was truncated away. A
// follower asks where to truncate its own log, unless it speaks Fetch v12, whose answers say it.
//
// The answer is about the largest epoch known that does not exceed the one asked for. It ends where the next one
// starts; the newest ends at the log end. For an epoch older than all that are known, the answer repeats it, with the
// start of the first known one.
//
//   v1  the answer says which epoch it is about
//   v2  the asker's current leader epoch fences; throttle time
//   v3  replica id; without it, in older versions, the asker counts as -2
//   v4  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct OffsetForLeaderEpochRequest {
  static constexpr Api kApi{23, between(0, 4), since(4)};

  struct Partition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;  // -1: unknown, fences nothing
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

  int32_t replica_id = -2;  // -1: a consumer; -2: one that may see past the high watermark
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
    int32_t leader_epoch = -1;  // -1: none known
    int64_t end_offset = -1;    // exclusive; -1: none known

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
