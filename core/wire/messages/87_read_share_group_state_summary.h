// ReadShareGroupStateSummary (key 87): the start offsets of share partitions without the states of records, for
// DescribeShareGroupOffsets.
//
//   v1  how many records are done with, for the lag
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ReadShareGroupStateSummaryRequest {
  static constexpr Api kApi{87, between(0, 1), always};

  struct Partition {
    int32_t partition = 0;
    int32_t leader_epoch = 0;  // -1: do not fence

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(), field<&M::leader_epoch>());
    }
  };

  struct Topic {
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  String group_id;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = ReadShareGroupStateSummaryRequest;
    return wire::fields(field<&M::group_id>(), field<&M::topics>());
  }
};

struct ReadShareGroupStateSummaryResponse {
  static constexpr Api kApi{87, between(0, 1), always};

  struct Partition {
    int32_t partition = 0;
    int16_t error_code = 0;
    Nullable<String> error_message;
    int32_t state_epoch = 0;
    int32_t leader_epoch = 0;
    int64_t start_offset = 0;              // -1: not known yet
    int32_t delivery_complete_count = -1;  // at and above the start offset; -1: unknown

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::state_epoch>(),
                          field<&M::leader_epoch>(),
                          field<&M::start_offset>(),
                          field<&M::delivery_complete_count>(since(1)));
    }
  };

  struct Topic {
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  Array<Topic> results;

  static constexpr auto fields() {
    using M = ReadShareGroupStateSummaryResponse;
    return wire::fields(field<&M::results>());
  }
};

}  // namespace ottla::wire
