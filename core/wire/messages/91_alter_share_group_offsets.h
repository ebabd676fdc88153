// AlterShareGroupOffsets (key 91): moves the start offsets of a share group that has no members: NON_EMPTY_GROUP for
// others.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AlterShareGroupOffsetsRequest {
  static constexpr Api kApi{91, only(0), always};

  struct Partition {
    int32_t partition_index = 0;
    int64_t start_offset = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::start_offset>());
    }
  };

  struct Topic {
    String topic_name;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>(), field<&M::partitions>());
    }
  };

  String group_id;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = AlterShareGroupOffsetsRequest;
    return wire::fields(field<&M::group_id>(), field<&M::topics>());
  }
};

struct AlterShareGroupOffsetsResponse {
  static constexpr Api kApi{91, only(0), always};

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    Nullable<String> error_message;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::error_code>(), field<&M::error_message>().nullable());
    }
  };

  struct Topic {
    String topic_name;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>(), field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message;
  Array<Topic> responses;

  static constexpr auto fields() {
    using M = AlterShareGroupOffsetsResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::responses>());
  }
};

}  // namespace ottla::wire
