// ListOffsets (key 2): the offset of the first record at or after a time, or of a place in the log that has a name.
//
// Asked of the leader: by consumers, to learn where to start and how far behind they are; by followers, to learn where
// the leader's log starts. The places are negative timestamps:
//
//   -1  the end, as far as the asker may read: high watermark, stable offset, for a follower the log end
//   -2  the log start
//   -3  the record with the highest timestamp
//   -4  the first offset on the broker's own disk
//   -5  the last offset copied to tiered storage
//   -6  the first offset not yet copied there
//
// If there is no such record or place, offset and timestamp are -1, without an error.
//
//   v0   several offsets, which are those of segments, newest first; the time is that of a segment's file
//   v1   one offset, of a record, with its timestamp
//   v2   isolation level; throttle time
//   v3   as v2; an answer over quota is sent before the client is muted
//   v4   the client's leader epoch fences; the record's is answered
//   v5   OFFSET_NOT_AVAILABLE while a new leader's high watermark is behind its epoch; before, LEADER_NOT_AVAILABLE
//   v6   flexible
//   v7   -3
//   v8   -4
//   v9   -5
//   v10  how long the broker may search tiered storage
//   v11  -6
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListOffsetsRequest {
  static constexpr Api kApi{2, between(0, 11), since(6)};

  struct Partition {
    int32_t partition_index = 0;
    int32_t current_leader_epoch = -1;  // -1: unknown, fences nothing
    int64_t timestamp = 0;              // ms since 1970, or a place
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

  int32_t replica_id = 0;      // -1: a consumer; -2: a tool that any replica may answer
  int8_t isolation_level = 0;  // 0 uncommitted, 1 committed
  Array<Topic> topics;
  int32_t timeout_ms = 0;  // for tiered storage only

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
    int64_t timestamp = -1;     // -1 also for every place but -3
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
