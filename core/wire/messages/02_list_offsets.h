// ListOffsets (key 2): offsets of a partition by time: the first record at or after a timestamp, or one of the places
// that negative timestamps stand for. Asked of the partition's leader.
//
//   -1  latest: the end, which is the stable offset for a reader of committed records, the high watermark for others
//   -2  earliest: the log start
//   -3  the record with the largest timestamp
//   -4  earliest that is not in remote storage only
//   -5  latest that is in remote storage
//   -6  earliest that waits to go there
//
//   v0   up to so many offsets of segments, newest first
//   v1   one offset, with its timestamp
//   v2   isolation level, throttle time
//   v3   as v2; an answer over quota is sent before the client is muted
//   v4   leader epochs: the asker is fenced
//   v5   OFFSET_NOT_AVAILABLE while a new leader does not know its high watermark
//   v6   flexible
//   v7   -3
//   v8   -4
//   v9   -5
//   v10  a timeout, for remote storage
//   v11  -6
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListOffsetsRequest {
  static constexpr Api kApi{2, between(0, 11), since(6)};

  struct Partition {
    int32_t partition_index = 0;
    int32_t current_leader_epoch = -1;  // -1: do not check
    int64_t timestamp = 0;              // ms since 1970, or one of the above
    int32_t max_num_offsets = 1;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::current_leader_epoch>(since(4)),
                          field<&M::timestamp>(),
                          field<&M::max_num_offsets>(only(0)));
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

  int32_t replica_id = 0;      // -1: a client, -2: a debugging client
  int8_t isolation_level = 0;  // 0 uncommitted, 1 committed
  Array<Topic> topics;
  int32_t timeout_ms = 0;

  static constexpr auto fields() {
    using M = ListOffsetsRequest;
    return wire::fields(field<&M::replica_id>(),
                        field<&M::isolation_level>(since(2)),
                        field<&M::topics>(),
                        field<&M::timeout_ms>(since(10)));
  }
};

struct ListOffsetsResponse {
  static constexpr Api kApi{2, between(0, 11), since(6)};

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    Array<int64_t> old_style_offsets;
    int64_t timestamp = -1;     // -1: none found, or a place was asked for
    int64_t offset = -1;        // -1: none found
    int32_t leader_epoch = -1;  // of the record; -1: unknown

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::error_code>(),
                          field<&M::old_style_offsets>(only(0)),
                          field<&M::timestamp>(since(1)),
                          field<&M::offset>(since(1)),
                          field<&M::leader_epoch>(since(4)));
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
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = ListOffsetsResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(2)), field<&M::topics>());
  }
};

}  // namespace ottla::wire
