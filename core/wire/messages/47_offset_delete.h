// OffsetDelete (key 47): forgets what a group committed for some partitions. Those of a topic that a live group is
// subscribed to are refused with GROUP_SUBSCRIBED_TO_TOPIC.
//
// One version, which is not flexible. In the answer the throttle time stands after the error, unlike elsewhere.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct OffsetDeleteRequest {
  static constexpr Api kApi{47, only(0)};

  struct Partition {
    int32_t partition_index = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>());
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

  String group_id;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = OffsetDeleteRequest;
    return wire::fields(field<&M::group_id>(), field<&M::topics>());
  }
};

struct OffsetDeleteResponse {
  static constexpr Api kApi{47, only(0)};

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
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partitions>());
    }
  };

  int16_t error_code = 0;
  int32_t throttle_time_ms = 0;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = OffsetDeleteResponse;
    return wire::fields(field<&M::error_code>(), field<&M::throttle_time_ms>(), field<&M::topics>());
  }
};

}  // namespace ottla::wire
