// DeleteRecords (key 21): raises the log start of partitions, so that what lies below is no longer readable. Sent to
// the leaders; answered when all replicas that are alive have followed, or at the timeout.
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
    int64_t offset = 0;  // the new log start; -1: the high watermark

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
    int64_t low_watermark = 0;  // the lowest log start of the replicas; -1: an error
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
