// DeleteRecords (key 21): moves partitions' log start forward, so that what lies before it is never read again.
//
// Asked of the leader, which answers when the log start of every live replica has got there, or at the timeout. An
// offset beyond the high watermark is OFFSET_OUT_OF_RANGE; one before the log start changes nothing.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DeleteRecordsRequest {
  static constexpr Api kApi{21, between(0, 2), since(2)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t offset = 0;  // of the first record to stay; -1: the high watermark

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::offset>());
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

  Array<Topic> topics;
  int32_t timeout_ms = 0;

  static constexpr auto fields() {
    using M = DeleteRecordsRequest;
    return wire::fields(field<&M::topics>(), field<&M::timeout_ms>());
  }
};

struct DeleteRecordsResponse {
  static constexpr Api kApi{21, between(0, 2), since(2)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t low_watermark = 0;  // lowest log start of the live replicas; -1 with an error
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::low_watermark>(), field<&M::error_code>());
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
    using M = DeleteRecordsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::topics>());
  }
};

}  // namespace ottla::wire
