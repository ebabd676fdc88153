// OffsetCommit (key 8): how far a group has come, to go on from there after a restart or a rebalance.
//
// A commit is accepted from a member of the current generation (or, in a consumer protocol group, of the current
// epoch). With a generation of -1 and no member id it comes from outside: from a consumer that assigns itself or from
// an administrator; that is accepted while the group has no members. The metadata is the client's; its size is
// bounded by offset.metadata.max.bytes.
//
//   v1   the committing member is named and checked; a commit time a partition
//   v2   no commit time; how long to retain the offsets, all alike
//   v3   throttle time
//   v4   as v3; an answer over quota is sent before the client is muted
//   v5   no retention: offsets.retention.minutes alone decides
//   v6   leader epochs
//   v7   static members
//   v8   flexible
//   v9   may be used with the consumer protocol: STALE_MEMBER_EPOCH; GROUP_ID_NOT_FOUND for a group that is not there
//   v10  topics by id, no longer by name
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct OffsetCommitRequest {
  static constexpr Api kApi{8, between(0, 10), since(8)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;         // of the next record to read, not of the last one read
    int32_t committed_leader_epoch = -1;  // of the last record read; -1: unknown
    int64_t commit_timestamp = -1;        // -1: now
    Nullable<String> committed_metadata = "";

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::committed_offset>(),
                          field<&M::committed_leader_epoch>(since(6)),
                          field<&M::commit_timestamp>(only(1)),
                          field<&M::committed_metadata>().nullable());
    }
  };

  struct Topic {
    String name;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(9)), field<&M::topic_id>(since(10)), field<&M::partitions>());
    }
  };

  String group_id;
  int32_t generation_id_or_member_epoch = -1;  // -1: not a member
  String member_id;
  Nullable<String> group_instance_id;  // of a static member
  int64_t retention_time_ms = -1;      // -1: the broker's setting
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = OffsetCommitRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::generation_id_or_member_epoch>(since(1)),
                        field<&M::member_id>(since(1)),
                        field<&M::group_instance_id>(since(7)).nullable(),
                        field<&M::retention_time_ms>(between(2, 4)),
                        field<&M::topics>());
  }
};

struct OffsetCommitResponse {
  static constexpr Api kApi{8, between(0, 10), since(8)};

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::error_code>());
    }
  };

  struct Topic {
    String name;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(9)), field<&M::topic_id>(since(10)), field<&M::partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = OffsetCommitResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(3)), field<&M::topics>());
  }
};

}  // namespace ottla::wire
