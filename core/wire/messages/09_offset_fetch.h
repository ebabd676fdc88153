// OffsetFetch (key 9): the offsets that a group has committed; since v8 those of several groups.
//
// Up to v7 the one group stands at the top level, since v8 the groups stand in a list; a version has the one or the
// other. A partition without a commit is no error: it is answered with offset -1.
//
//   v0   looked in ZooKeeper; the bytes are those of v1
//   v1   looks in __consumer_offsets
//   v2   null asks for all partitions; a top-level error
//   v3   throttle time
//   v4   as v3; an answer over quota is sent before the client is muted
//   v5   leader epochs
//   v6   flexible
//   v7   require_stable: an offset that an open transaction may still change is answered with UNSTABLE_OFFSET_COMMIT
//   v8   several groups
//   v9   a member of the consumer protocol is named and checked: UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH
//   v10  topics by id, no longer by name
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct OffsetFetchRequest {
  static constexpr Api kApi{9, between(0, 10), since(6)};

  // Of the top level up to v7 and of a group since v8.
  struct Topic {
    String name;
    Uuid topic_id;
    Array<int32_t> partition_indexes;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(9)), field<&M::topic_id>(since(10)), field<&M::partition_indexes>());
    }
  };

  struct Group {
    String group_id;
    Nullable<String> member_id;             // null: not a member
    int32_t member_epoch = -1;              // -1: not a member
    Nullable<Array<Topic>> topics = empty;  // null: all that the group has committed

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::group_id>(),
                          field<&M::member_id>(since(9)).nullable(),
                          field<&M::member_epoch>(since(9)),
                          field<&M::topics>().nullable());
    }
  };

  String group_id;
  Nullable<Array<Topic>> topics = empty;  // null: all that the group has committed
  Array<Group> groups;
  bool require_stable = false;

  static constexpr auto fields() {
    using M = OffsetFetchRequest;
    return wire::fields(field<&M::group_id>(until(7)),
                        field<&M::topics>(until(7)).nullable(since(2)),
                        field<&M::groups>(since(8)),
                        field<&M::require_stable>(since(7)));
  }
};

struct OffsetFetchResponse {
  static constexpr Api kApi{9, between(0, 10), since(6)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;         // -1: nothing committed
    int32_t committed_leader_epoch = -1;  // -1: unknown
    Nullable<String> metadata = "";
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::committed_offset>(),
                          field<&M::committed_leader_epoch>(since(5)),
                          field<&M::metadata>().nullable(),
                          field<&M::error_code>());
    }
  };

  // Of the top level up to v7 and of a group since v8.
  struct Topic {
    String name;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(9)), field<&M::topic_id>(since(10)), field<&M::partitions>());
    }
  };

  struct Group {
    String group_id;
    Array<Topic> topics;
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::group_id>(), field<&M::topics>(), field<&M::error_code>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;
  int16_t error_code = 0;
  Array<Group> groups;

  static constexpr auto fields() {
    using M = OffsetFetchResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(3)),
                        field<&M::topics>(until(7)),
                        field<&M::error_code>(between(2, 7)),
                        field<&M::groups>(since(8)));
  }
};

}  // namespace ottla::wire
